/* ZCA whitening: images whose values are correlated, as those of
 * neighbouring pixels are, become images whose values hardly are, by the smallest change.
 *
 *     y = (x - mean) W,   W = U diag(1 / sqrt(S + 0.1)) U^T
 *
 * with mean (d) and covariance U diag(S) U^T (d, d) of the n training images, d values each. The
 * covariance is the sum over the images divided by n, not by n - 1. The 0.1 keeps directions in
 * which the training images hardly differ (all but n - 1 of them, when n < d) from being blown up.
 */
#ifndef DATA_ZCA_H
#define DATA_ZCA_H

#include <stddef.h>

#include "base/error.h"

/* ZCA_MAX_VALUES is d of 64 x 64 colour images: W has 604 MB then. */
enum { ZCA_BLOCK = 256, ZCA_MAX_VALUES = 12288 };

/* Where the images of a fit come from. They are read twice, in order, a block at a time: `read`
 * writes images first .. first + n - 1, n <= ZCA_BLOCK, to values (n, n_values). */
struct zca_source {
    size_t n_images, n_values;
    void (*read)(const void *context, size_t first, size_t n, float *values);
    const void *context;
};

/* The mean (d) and the symmetric matrix W (d, d) of the images, to be freed with free(); both are
 * NULL after an error: no images, d of 0 or above ZCA_MAX_VALUES, a value that is not finite, no
 * memory, eigenvalues that LAPACK does not find. All arithmetic is in double. Memory at the peak:
 * two matrices (d, d) of doubles, which is 151 MB for d = 3072. */
int zca_fit(const struct zca_source *source, float **mean, float **matrix, struct error *err);

/* Whitens images (n, n_values) in place, in blocks of ZCA_BLOCK. The last bits of an image may
 * depend on its place in its block, as the order of BLAS's sums does; the same call gives the same
 * bits. */
int zca_apply(const float *mean, const float *matrix, size_t n_values, float *images, size_t n,
              struct error *err);

#endif
