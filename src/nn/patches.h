/* The patches of a set of images, standardised, in a random order: what a dictionary learns from.
 * A patch is cut out of its image only when it is needed, because all of them together are up to
 * size^2 times as large as the images. */
#ifndef NN_PATCHES_H
#define NN_PATCHES_H

#include <stddef.h>

#include "base/error.h"
#include "base/rng.h"

/* Patches are numbered by image, row and column of their first pixel. */
struct patches {
    const float *images; /* (n_images, channels, height, width), the caller's */
    size_t channels, height, width, size;
    size_t rows, columns; /* positions of a patch in an image */
    size_t count;         /* n_images * rows * columns */
    size_t dim;           /* channels * size^2 */
    double *mean, *scale; /* (dim): a value of a patch is (pixel - mean) * scale */
    size_t *order;        /* (count): the patches' numbers, shuffled */
};

/* All size x size patches. A dimension's mean and standard deviation are those over all patches; a
 * constant one has scale 0. Fails when there is no such patch (STATUS_USAGE), when a pixel is not
 * finite and when memory is short; patches_close is right in any case, also after {0}. */
int patches_open(struct patches *patches, const float *images, size_t n_images, size_t channels,
                 size_t height, size_t width, size_t size, struct rng *rng, struct error *err);
void patches_close(struct patches *patches);

/* Patch number `index`, standardised: patch (channels, size, size). */
void patches_cut(const struct patches *patches, size_t index, float *patch);

#endif
