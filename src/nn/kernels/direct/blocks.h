/* The blocks that direct convolutions are made of, for fields of 3x3 or 5x5 taps.
 *
 * Every output pixel is a sum over (channel, row, column) of a weight, broadcast, times a vector of
 * images. A block of output channels x pixels stays in registers through the whole sum, and the
 * gradient of a block of weights through all pixels. `field` (the taps in a row) and the sizes of
 * blocks are constants after inlining. */
#ifndef NN_KERNELS_DIRECT_BLOCKS_H
#define NN_KERNELS_DIRECT_BLOCKS_H

#include "nn/kernels/simd.h"

/* What fills the registers: the accumulators and what is multiplied into them. */
#ifdef SIMD_avx512
enum { BLOCK_CHANNELS = 4, BLOCK_PIXELS = 5, BLOCK_FILTERS = 4 };
#else
enum { BLOCK_CHANNELS = 4, BLOCK_PIXELS = 2, BLOCK_FILTERS = 2 };
#endif
enum { SINGLE_PIXELS = 7 }; /* pixels of a block of one output channel */

/* What a forward block walks on; steps in vectors. */
struct planes {
    const vector *in; /* (C, rows, row), zero-padded */
    size_t channels, plane, row;
    const float *weight; /* (O, C, field^2) */
    const float *bias;   /* (O) or NULL */
    vector *out;         /* (O, height, width), with steps of its own */
    size_t n_out, height, width;
    size_t out_plane, out_row, out_step;
};

/* n_out x n_pixels outputs from pixel (y, x) of channel o on, for one part of the lanes. */
INLINE void forward_block(const struct planes *p, size_t o, size_t y, size_t x, size_t part,
                          const size_t field, const size_t n_out, const size_t n_pixels) {
    vector sum[BLOCK_CHANNELS][SINGLE_PIXELS];
    size_t filter = p->channels * field * field;
    const float *weight = p->weight + o * filter;
#pragma GCC unroll 8
    for (size_t i = 0; i < n_out; i++)
#pragma GCC unroll 8
        for (size_t j = 0; j < n_pixels; j++)
            sum[i][j] = (vector){0} + (p->bias ? p->bias[o + i] : 0);
    for (size_t c = 0; c < p->channels; c++) {
        const vector *in = p->in + c * p->plane + y * p->row + x * VECTORS + part;
        for (size_t ky = 0; ky < field; ky++, in += p->row, weight += field)
#pragma GCC unroll 5
            for (size_t kx = 0; kx < field; kx++)
#pragma GCC unroll 8
                for (size_t j = 0; j < n_pixels; j++) {
                    vector value = in[(kx + j) * VECTORS];
#pragma GCC unroll 8
                    for (size_t i = 0; i < n_out; i++)
                        sum[i][j] += weight[i * filter + kx] * value;
                }
    }
    vector *out = p->out + o * p->out_plane + y * p->out_row + x * p->out_step + part;
#pragma GCC unroll 8
    for (size_t i = 0; i < n_out; i++)
#pragma GCC unroll 8
        for (size_t j = 0; j < n_pixels; j++)
            out[i * p->out_plane + j * p->out_step] = sum[i][j];
}

/* One row of n_out output channels, in as few blocks of up to n_pixels as will do, of even sizes.
 */
INLINE void forward_row(const struct planes *p, size_t o, size_t y, size_t part, const size_t field,
                        const size_t n_out, const size_t n_pixels) {
    size_t blocks = (p->width + n_pixels - 1) / n_pixels;
    for (size_t x = 0, n; blocks > 0; x += n, blocks--) {
        n = (p->width - x + blocks - 1) / blocks;
#define FORWARD_BLOCK(size)                                                                        \
    case size:                                                                                     \
        if (size <= n_pixels)                                                                      \
            forward_block(p, o, y, x, part, field, n_out, size);                                   \
        break
        switch (n) {
            FORWARD_BLOCK(1);
            FORWARD_BLOCK(2);
            FORWARD_BLOCK(3);
            FORWARD_BLOCK(4);
            FORWARD_BLOCK(5);
            FORWARD_BLOCK(6);
            FORWARD_BLOCK(7);
        default:
            break;
        }
#undef FORWARD_BLOCK
    }
}

/* n_out output channels from o on. */
INLINE void forward_channels(const struct planes *p, size_t o, size_t part, const size_t field,
                             const size_t n_out, const size_t n_pixels) {
    for (size_t y = 0; y < p->height; y++)
        forward_row(p, o, y, part, field, n_out, n_pixels);
}

INLINE void forward_planes(const struct planes *p, const size_t field) {
    for (size_t part = 0; part < VECTORS; part++) {
        size_t o = 0;
        for (; o + BLOCK_CHANNELS <= p->n_out; o += BLOCK_CHANNELS)
            forward_channels(p, o, part, field, BLOCK_CHANNELS, BLOCK_PIXELS);
        switch (p->n_out - o) {
        case 3:
            forward_channels(p, o, part, field, 3, BLOCK_PIXELS);
            break;
        case 2:
            forward_channels(p, o, part, field, 2, BLOCK_PIXELS);
            break;
        case 1:
            forward_channels(p, o, part, field, 1, SINGLE_PIXELS);
            break;
        default:
            break;
        }
    }
}

/* What a gradient block walks on; steps in vectors. */
struct gradient_planes {
    const vector *in; /* (C, rows, row), zero-padded */
    size_t channels, plane, row;
    const vector *d_out; /* (O, height, width), with steps of its own */
    size_t n_out, height, width;
    size_t d_plane, d_row, d_step;
    float *d_weight; /* (O * C filters, field^2 taps), with steps of its own; added to */
    size_t filter_step, tap_step;
};

/* The gradient of n_rows rows of taps from ky on, of n_out filters from o on, for input channel c.
 */
INLINE void weight_block(const struct gradient_planes *p, size_t o, size_t c, size_t ky,
                         const size_t field, const size_t n_out, const size_t n_rows) {
    vector sum[BLOCK_FILTERS][25];
#pragma GCC unroll 4
    for (size_t i = 0; i < n_out; i++)
#pragma GCC unroll 25
        for (size_t k = 0; k < n_rows * field; k++)
            sum[i][k] = (vector){0};
    const vector *in = p->in + c * p->plane + ky * p->row;
    const vector *d_out = p->d_out + o * p->d_plane;
    for (size_t y = 0; y < p->height; y++, in += p->row, d_out += p->d_row)
        for (size_t x = 0; x < p->width; x++)
            for (size_t part = 0; part < VECTORS; part++) {
                vector d[BLOCK_FILTERS];
#pragma GCC unroll 4
                for (size_t i = 0; i < n_out; i++)
                    d[i] = d_out[i * p->d_plane + x * p->d_step + part];
#pragma GCC unroll 25
                for (size_t k = 0; k < n_rows * field; k++) {
                    vector value = in[k / field * p->row + (x + k % field) * VECTORS + part];
#pragma GCC unroll 4
                    for (size_t i = 0; i < n_out; i++)
                        sum[i][k] += d[i] * value;
                }
            }
    float *d_weight =
        p->d_weight + (o * p->channels + c) * p->filter_step + ky * field * p->tap_step;
#pragma GCC unroll 4
    for (size_t i = 0; i < n_out; i++)
#pragma GCC unroll 25
        for (size_t k = 0; k < n_rows * field; k++)
            d_weight[i * p->channels * p->filter_step + k * p->tap_step] += vector_sum(sum[i][k]);
}

/* The gradient of n_out filters from o on, n_rows rows of taps at a time. */
INLINE void weight_filters(const struct gradient_planes *p, size_t o, const size_t field,
                           const size_t n_out, const size_t n_rows) {
    for (size_t c = 0; c < p->channels; c++)
        for (size_t ky = 0; ky < field; ky += n_rows)
            weight_block(p, o, c, ky, field, n_out, n_rows);
}

INLINE void weight_planes(const struct gradient_planes *p, const size_t field) {
    /* few filters do all their rows at once, where there are registers for that */
    const size_t most = VECTOR == 16 ? 27 : 9, all = field * field;
    const size_t three = BLOCK_FILTERS > 3 ? 3 : 1, two = BLOCK_FILTERS > 2 ? 2 : 1;
    size_t o = 0;
    for (; o + BLOCK_FILTERS <= p->n_out; o += BLOCK_FILTERS)
        weight_filters(p, o, field, BLOCK_FILTERS, 1);
    if (p->n_out - o == 3)
        weight_filters(p, o, field, three, 3 * all <= most ? field : 1);
    else if (p->n_out - o == 2)
        weight_filters(p, o, field, two, 2 * all <= most ? field : 1);
    else if (p->n_out - o == 1)
        weight_filters(p, o, field, 1, all <= most ? field : 1);
}

#endif
