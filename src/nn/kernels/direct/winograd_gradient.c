/* The gradient of the weights by Winograd's algorithm. */
#include "nn/kernels/direct/winograd_gradient.h"

#include <string.h>

enum {
    OUT_BLOCK = 32, /* output channels that are done together */
    ROWS = VECTOR == 16 ? 8 : 4,
    COLUMNS = 2, /* vectors of input channels */
};

size_t winograd_gradient_scratch(const struct tiling *tiling) {
    size_t channels = tiling->in.channels, values = tiling->n_tiles * LANES;
    return n_elements(tiling) * (2 * values * channels + values * OUT_BLOCK + OUT_BLOCK * channels);
}

/* (elements, C, n) -> (elements, n, C). */
static void turn_channels(float *restrict turned, const float *restrict v, size_t elements,
                          size_t n_channels, size_t n) {
    for (size_t e = 0; e < elements; e++, v += n_channels * n, turned += n_channels * n)
        for (size_t c = 0; c < n_channels; c += LANES)
            for (size_t k = 0; k < n; k++)
                for (size_t i = 0; i < LANES; i++)
                    turned[k * n_channels + c + i] = v[(c + i) * n + k];
}

/* A part of one element's products: u[o * u_step] (C) += sum_k m[o * n + k] v[k] (C), over the n
 * values of tiles and images, for ROWS rows and COLUMNS vectors. */
INLINE void product_block(float *u, size_t u_step, const float *m, const float *v, size_t n,
                          size_t n_channels) {
    vector sum[ROWS][COLUMNS];
#pragma GCC unroll 8
    for (size_t i = 0; i < ROWS; i++)
#pragma GCC unroll 2
        for (size_t j = 0; j < COLUMNS; j++)
            sum[i][j] = (vector){0};
    for (size_t k = 0; k < n; k++)
#pragma GCC unroll 2
        for (size_t j = 0; j < COLUMNS; j++) {
            vector value = ((const vector *)(v + k * n_channels))[j];
#pragma GCC unroll 8
            for (size_t i = 0; i < ROWS; i++)
                sum[i][j] += m[i * n + k] * value;
        }
#pragma GCC unroll 8
    for (size_t i = 0; i < ROWS; i++)
#pragma GCC unroll 2
        for (size_t j = 0; j < COLUMNS; j++)
            ((vector *)(u + i * u_step))[j] = sum[i][j];
}

/* Adds G^T u G of one filter, u (elements, C), to its taps d_weight (25, C). */
INLINE void add_filter(float *d_weight, const float *u, size_t n_channels, size_t parity,
                       const size_t field) {
    const size_t side = field + TILE_OUT - 1;
    for (size_t c = 0; c < n_channels; c += VECTOR) {
        vector rows[MAX_FIELD * MAX_TILE] = {{0}}, taps[CONV_TAPS] = {{0}};
        const vector *from = (const vector *)(u + c);
        size_t step = n_channels / VECTOR;
        for (size_t x = 0; x < side; x++)
            transform_weight_gradient(rows + x, side, from + x * step, side * step, field);
        for (size_t y = 0; y < field; y++)
            transform_weight_gradient(taps + y * field, 1, rows + y * side, 1, field);
        for (size_t tap = 0; tap < CONV_TAPS; tap++) {
            vector sum, d = taps[field == CONV_SIZE ? tap : parity_sum(tap, parity)];
            memcpy(&sum, d_weight + tap * n_channels + c, sizeof sum);
            sum += d;
            memcpy(d_weight + tap * n_channels + c, &sum, sizeof sum);
        }
    }
}

/* One block of output channels, from o on. `turned` is (elements, n, C) of the input. */
INLINE void gradient_block(float *d_weight, const vector *d_out, const float *turned,
                           const struct tiling *tiling, size_t o, float *scratch,
                           const size_t field) {
    const size_t side = field + TILE_OUT - 1, elements = side * side;
    size_t channels = tiling->in.channels, n = tiling->n_tiles * LANES;
    size_t vectors = tiling->n_tiles * VECTORS;
    size_t real = tiling->out.channels / tiling->out.parities;
    float *u = scratch;                                   /* (OUT_BLOCK, elements, C) */
    float *m = scratch + OUT_BLOCK * elements * channels; /* (elements, OUT_BLOCK, n) */
    for (size_t i = 0; i < OUT_BLOCK * vectors; i++)
        gradient_tile((vector *)m + i, OUT_BLOCK * vectors,
                      d_out + view_origin(&tiling->out, o + i / vectors) +
                          view_tile(&tiling->out, i % vectors / VECTORS) + i % VECTORS,
                      &tiling->out, field);
    for (size_t e = 0; e < elements; e++)
        for (size_t c = 0; c < channels; c += COLUMNS * VECTOR)
            for (size_t i = 0; i < OUT_BLOCK; i += ROWS)
                product_block(u + (i * elements + e) * channels + c, elements * channels,
                              m + (e * OUT_BLOCK + i) * n, turned + e * n * channels + c, n,
                              channels);
    for (size_t i = 0; i < OUT_BLOCK; i++)
        add_filter(d_weight + (o + i) % real * CONV_TAPS * channels, u + i * elements * channels,
                   channels, (o + i) / real, field);
}

INLINE void gradient(float *d_weight, const vector *d_out, const vector *in,
                     const struct tiling *tiling, float *scratch, const size_t field) {
    const size_t side = field + TILE_OUT - 1, elements = side * side;
    size_t channels = tiling->in.channels, vectors = tiling->n_tiles * VECTORS;
    float *turned = scratch, *rest = scratch + elements * vectors * VECTOR * channels;
    vector *v = (vector *)rest; /* (elements, C, n) */
    for (size_t i = 0; i < channels * vectors; i++)
        input_tile(v + i, channels * vectors,
                   in + view_origin(&tiling->in, i / vectors) + i % VECTORS, &tiling->in,
                   i % vectors / VECTORS, field);
    turn_channels(turned, rest, elements, channels, vectors * VECTOR);
    for (size_t o = 0; o < tiling->out.channels; o += OUT_BLOCK)
        gradient_block(d_weight, d_out, turned, tiling, o, rest, field);
}

void winograd_gradient(float *d_weight, const float *d_out, const float *in,
                       const struct tiling *tiling, float *scratch) {
    if (tiling->field == CONV_SIZE)
        gradient(d_weight, (const vector *)d_out, (const vector *)in, tiling, scratch, CONV_SIZE);
    else
        gradient(d_weight, (const vector *)d_out, (const vector *)in, tiling, scratch,
                 PARITY_FIELD);
}
