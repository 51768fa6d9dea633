/* The patches of a set of images, standardised, in a random order: what a dictionary learns from.
 * A patch is cut out of its image only when it is needed, because all of them together are up to
 * size^2 times as large as the images. */
#ifndef NN_PATCHES_H
#define NN_PATCHES_H

#include <stddef.h>

#include "base/choices.h"
#include "base/error.h"
#include "base/rng.h"

/* Which values of an image (channels, height, width) are a patch.
 *
 * PATCH_PUBLISHED: the memory of the image read as if it were (height, width, channels), a patch of
 * it (size, size, channels). Of colour images this is no square of pixels: a slip of the published
 * code, which its first filters come from.
 *
 * PATCH_IMAGE: a square of size x size pixels of all channels, (channels, size, size). */
#define PATCH_LAYOUTS(X) X(PATCH_PUBLISHED, "published") X(PATCH_IMAGE, "image")
enum patch_layout { PATCH_LAYOUTS(CHOICE_CONSTANT) };

/* Patches are numbered by image, row and column of their first value. */
struct patches {
    const float *images;          /* (n_images, image_size), the caller's */
    size_t image_size;            /* channels * height * width */
    size_t rows, columns;         /* positions of a patch in an image */
    size_t row_step, column_step; /* values from one position to the next */
    size_t count;                 /* n_images * rows * columns */
    size_t dim;                   /* channels * size^2 */
    size_t *offsets;              /* (dim): where a patch's values stand from its first one */
    double *mean, *scale;         /* (dim): a value of a patch is (pixel - mean) * scale */
    size_t *order;                /* (count): the patches' numbers, shuffled */
};

/* All patches of `size` of n_images images (channels, height, width). A dimension's mean and
 * standard deviation are those over all patches; a constant one has scale 0. Fails when there is no
 * such patch (STATUS_USAGE), when a pixel is not finite and when memory is short; patches_close is
 * right in any case, also after {0}. */
int patches_open(struct patches *patches, const float *images, size_t n_images, size_t channels,
                 size_t height, size_t width, size_t size, enum patch_layout layout,
                 struct rng *rng, struct error *err);
void patches_close(struct patches *patches);

/* Patch number `index`, standardised: patch (dim), its values in the order of the layout. */
void patches_cut(const struct patches *patches, size_t index, float *patch);

#endif
