/* Pictures as PNG files, through libpng. */
#ifndef IO_PNG_H
#define IO_PNG_H

#include <stddef.h>

#include "io/file.h"

struct picture {
    size_t width, height, channels; /* 1 channel: grey; 3: red, green, blue (sRGB) */
    unsigned char *pixels;          /* (height, width, channels), 0..255 */
};

/* An all-white picture; an error when it has no pixels, is more than 2^15 - 1 pixels wide or high,
 * or does not fit in memory. Freed with picture_free. */
int picture_create(struct picture *picture, size_t width, size_t height, size_t channels,
                   struct error *err);
void picture_free(struct picture *picture);

/* The bytes of a PNG file, the same every time (with one version of libpng and zlib). `name` stands
 * in messages. png->data is freed with free(). */
int png_encode(const struct picture *picture, const char *name, struct bytes *png,
               struct error *err);

/* Writes them atomically (file_write_atomic). */
int png_write(const char *path, const struct picture *picture, struct error *err);

#endif
