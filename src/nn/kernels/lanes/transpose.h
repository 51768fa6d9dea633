/* (n, LANES) -> (LANES, n): what stood side by side becomes one array for each image. */
#ifndef NN_KERNELS_LANES_TRANSPOSE_H
#define NN_KERNELS_LANES_TRANSPOSE_H

#include <stddef.h>

#include "base/lanes.h"

static inline void transpose_lanes(float *restrict out, const float *restrict in, size_t n) {
    for (size_t i = 0; i < n; i++)
        for (size_t l = 0; l < LANES; l++)
            out[l * n + i] = in[i * LANES + l];
}

#endif
