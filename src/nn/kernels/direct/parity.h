/* The four parities of the pixels of an upscaled image's convolution.
 *
 * Of the 5 taps that an output row sees, some fall on the same row of the small image: on three
 * rows in all, which ones depending on whether the output row is even or odd. So each of the four
 * parities of output pixels is a 3x3 convolution of the small image, with sums of the 5x5 weights:
 * 9 multiplications instead of 25, and the same result. With padding 2, output row 2 y + p (p = 0,
 * 1) sees tap k on row y + (k + p) / 2 - 1; less padding crops the output. */
#ifndef NN_KERNELS_DIRECT_PARITY_H
#define NN_KERNELS_DIRECT_PARITY_H

#include <stddef.h>

#include "nn/kernels/kernels.h"

enum { PARITIES = 4, PARITY_FIELD = 3, PARITY_TAPS = 9 };

/* Which of the 9 sums a tap of the 25 goes into, for parity 2 * (row parity) + (column parity). */
static inline size_t parity_sum(size_t tap, size_t parity) {
    return (tap / CONV_SIZE + parity / 2) / 2 * PARITY_FIELD + (tap % CONV_SIZE + parity % 2) / 2;
}

#endif
