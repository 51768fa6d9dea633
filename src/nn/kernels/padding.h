/* Copies an image group (C, H, W) into the middle of a zeroed (C, H + 2 pad, W + 2 pad). */
#ifndef NN_KERNELS_PADDING_H
#define NN_KERNELS_PADDING_H

#include <string.h>

#include "base/lanes.h"

static inline void pad_planes(float *padded, const float *in, size_t channels, size_t height,
                              size_t width, size_t pad) {
    size_t row = width * LANES, edge = pad * LANES, padded_row = row + 2 * edge;
    for (size_t c = 0; c < channels; c++) {
        memset(padded, 0, (pad * padded_row + edge) * sizeof *padded);
        padded += pad * padded_row + edge;
        for (size_t y = 0; y < height; y++, in += row) {
            memcpy(padded, in, row * sizeof *padded);
            /* the right edge of this row and the left edge of the next */
            memset(padded + row, 0, 2 * edge * sizeof *padded);
            padded += padded_row;
        }
        /* the rows below, of which the left edge of the first is done */
        memset(padded, 0, (pad * padded_row - edge) * sizeof *padded);
        padded += pad * padded_row - edge;
    }
}

#endif
