/* Sets of images, each with its class. */
#ifndef DATA_IMAGES_H
#define DATA_IMAGES_H

#include <stddef.h>

#include "base/error.h"

struct images {
    size_t n;
    size_t channels, height, width;
    unsigned char *pixels; /* (n, channels, height, width), 0..255 */
    unsigned char *labels; /* (n), class number 0 .. n_classes - 1 */
    size_t capacity;       /* so many images have room */
};

/* The number of values of an image: channels * height * width. */
size_t images_values(const struct images *images);

/* No images yet, and room for so many. An error when that does not fit in memory; nothing to free
 * then. Freed with images_free. */
int images_create(struct images *images, size_t capacity, size_t channels, size_t height,
                  size_t width, struct error *err);

/* Puts n black images of class 0 before image `at` (0 .. images->n), making just as much room as
 * that takes where there is not enough. The images stay as they are after an error. */
int images_insert(struct images *images, size_t at, size_t n, struct error *err);

/* Appends copies of n images of `from`, from image `first` on: images of the same size. */
int images_append(struct images *images, const struct images *from, size_t first, size_t n,
                  struct error *err);

void images_free(struct images *images);

#endif
