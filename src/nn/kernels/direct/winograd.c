/* Winograd's algorithm, forward and backward to the input; winograd_gradient.c has the weights. */
#include "nn/kernels/direct/winograd.h"

#include <string.h>

#include "nn/kernels/direct/tiles.h"
#include "nn/kernels/direct/winograd_gradient.h"

enum { OUT_BLOCK = 16 }; /* output channels whose products are kept before they are transformed */

/* Tiles of a channel. */
static size_t count_tiles(const struct conv_shape *shape) {
    return shape->height / TILE_OUT * (shape->width / TILE_OUT);
}

bool winograd_can(const struct conv_shape *shape) {
    return shape->in_channels % 32 == 0 && shape->out_channels % 32 == 0 && shape->pad == 2 &&
           shape->height % TILE_OUT == 0 && shape->width % TILE_OUT == 0 &&
           (count_tiles(shape) % 4 == 0 || shape->upscale);
}

bool winograd_pays(const struct conv_shape *shape) {
    return count_tiles(shape) % 4 == 0 || count_tiles(shape) == 1;
}

/* Tiles of an image that are transformed together: enough to fill registers with a product. */
static size_t chunk_of(const struct tiling *tiling) {
    return tiling->n_tiles % 4 == 0 ? 4 : 1;
}

size_t winograd_scratch(const struct conv_shape *shape) {
    struct tiling tiling = tiling_of(shape);
    size_t most =
        tiling.in.channels > tiling.out.channels ? tiling.in.channels : tiling.out.channels;
    size_t forward = n_elements(&tiling) * chunk_of(&tiling) * LANES * (most + OUT_BLOCK);
    size_t gradient = winograd_gradient_scratch(&tiling);
    return forward > gradient ? forward : gradient;
}

/* prepared: G w G^T as (elements, O, C), and with channels exchanged and taps in reverse, for the
 * backward pass, as (elements, C, O); O counts parities. */
size_t winograd_prepared(const struct conv_shape *shape) {
    struct tiling tiling = tiling_of(shape);
    return 2 * n_elements(&tiling) * tiling.in.channels * tiling.out.channels;
}

/* G w G^T for a vector of filters w[tap]; element e goes to u[e * step]. */
INLINE void transform_filters(float *u, size_t step, const vector *w, const size_t field) {
    const size_t side = field + TILE_OUT - 1;
    vector rows[MAX_TILE * MAX_FIELD], tile[MAX_TILE];
    for (size_t x = 0; x < field; x++)
        transform_weight(rows + x, field, w + x, field, field);
    for (size_t y = 0; y < side; y++) {
        transform_weight(tile, 1, rows + y * field, 1, field);
        for (size_t x = 0; x < side; x++)
            memcpy(u + (y * side + x) * step, &tile[x], sizeof tile[x]);
    }
}

/* w[tap] = that tap of a vector of filters, `step` floats apart. */
INLINE void load_filters(vector w[CONV_TAPS], const float *weight, size_t step) {
    for (size_t tap = 0; tap < CONV_TAPS; tap++)
        for (size_t i = 0; i < VECTOR; i++)
            w[tap][i] = weight[i * step + tap];
}

/* The filters of one parity from those of the upscaled image. */
INLINE void sum_filters(vector sums[PARITY_TAPS], const vector w[CONV_TAPS], size_t parity) {
    for (size_t tap = 0; tap < PARITY_TAPS; tap++)
        sums[tap] = (vector){0};
    for (size_t tap = 0; tap < CONV_TAPS; tap++)
        sums[parity_sum(tap, parity)] += w[tap];
}

INLINE void reverse(vector *w, size_t taps) {
    for (size_t i = 0; i < taps / 2; i++) {
        vector first = w[i];
        w[i] = w[taps - 1 - i];
        w[taps - 1 - i] = first;
    }
}

/* A vector of filters into their places: for each parity u[parity * parity_step + e * step]. */
INLINE void prepare_filters(float *u, size_t parity_step, size_t step, const vector w[CONV_TAPS],
                            bool reversed, const size_t field) {
    const size_t taps = field * field;
    for (size_t parity = 0; parity < (field == CONV_SIZE ? 1 : PARITIES); parity++) {
        vector filters[CONV_TAPS];
        if (field == CONV_SIZE)
            memcpy(filters, w, sizeof filters);
        else
            sum_filters(filters, w, parity);
        if (reversed)
            reverse(filters, taps);
        transform_filters(u + parity * parity_step, step, filters, field);
    }
}

INLINE void prepare(float *prepared, const float *weight, const struct conv_shape *shape,
                    const size_t field) {
    size_t in = shape->in_channels, out = shape->out_channels;
    size_t n = winograd_prepared(shape) / 2, step = n / ((field + 3) * (field + 3));
    vector w[CONV_TAPS];
    for (size_t o = 0; o < out; o++)
        for (size_t c = 0; c < in; c += VECTOR) {
            load_filters(w, weight + (o * in + c) * CONV_TAPS, CONV_TAPS);
            prepare_filters(prepared + o * in + c, out * in, step, w, false, field);
        }
    for (size_t c = 0; c < in; c++)
        for (size_t o = 0; o < out; o += VECTOR) {
            load_filters(w, weight + (o * in + c) * CONV_TAPS, in * CONV_TAPS);
            prepare_filters(prepared + n + c * step / in + o, out, step, w, true, field);
        }
}

void winograd_prepare(float *prepared, const float *weight, const struct conv_shape *shape) {
    if (shape->upscale)
        prepare(prepared, weight, shape, PARITY_FIELD);
    else
        prepare(prepared, weight, shape, CONV_SIZE);
}

/* Some rows of the product of one element: m[o] (n) = sum_c u[o][c] v[c] (n), n vectors. */
INLINE void product_block(vector *m, size_t m_step, const float *u, const vector *v,
                          size_t n_channels, const size_t n_rows, const size_t n) {
    vector sum[16][8];
#pragma GCC unroll 16
    for (size_t i = 0; i < n_rows; i++)
#pragma GCC unroll 8
        for (size_t j = 0; j < n; j++)
            sum[i][j] = (vector){0};
    for (size_t c = 0; c < n_channels; c++)
#pragma GCC unroll 8
        for (size_t j = 0; j < n; j++) {
            vector value = v[c * n + j];
#pragma GCC unroll 16
            for (size_t i = 0; i < n_rows; i++)
                sum[i][j] += u[i * n_channels + c] * value;
        }
#pragma GCC unroll 16
    for (size_t i = 0; i < n_rows; i++)
#pragma GCC unroll 8
        for (size_t j = 0; j < n; j++)
            m[i * m_step + j] = sum[i][j];
}

/* The convolution of `in` with transformed weights u (elements, O, C). */
INLINE void convolve(vector *out, const struct view *out_view, const vector *in,
                     const struct view *in_view, const float *u, const float *bias, size_t n_tiles,
                     float *scratch, const size_t field, const size_t chunk) {
    const size_t side = field + TILE_OUT - 1, elements = side * side, n = chunk * VECTORS;
    const size_t n_rows = VECTOR == 16 ? 16 / n : 8 / n > 0 ? 8 / n : 1;
    size_t channels = in_view->channels, real = out_view->channels / out_view->parities;
    vector *v = (vector *)scratch;           /* (elements, C, chunk) */
    vector *m = v + elements * channels * n; /* (OUT_BLOCK, elements, chunk) */
    for (size_t first = 0; first < n_tiles; first += chunk) {
        for (size_t c = 0; c < channels; c++) {
            const vector *from = in + view_origin(in_view, c);
            for (size_t i = 0; i < n; i++)
                input_tile(v + c * n + i, channels * n, from + i % VECTORS, in_view,
                           first + i / VECTORS, field);
        }
        for (size_t o = 0; o < out_view->channels; o += OUT_BLOCK) {
            for (size_t e = 0; e < elements; e++)
                for (size_t i = 0; i < OUT_BLOCK; i += n_rows)
                    product_block(m + (i * elements + e) * n, elements * n,
                                  u + (e * out_view->channels + o + i) * channels,
                                  v + e * channels * n, channels, n_rows, n);
            for (size_t i = 0; i < OUT_BLOCK; i++) {
                vector *to = out + view_origin(out_view, o + i);
                float shift = bias ? bias[(o + i) % real] : 0;
                for (size_t j = 0; j < n; j++)
                    output_tile(to + view_tile(out_view, first + j / VECTORS) + j % VECTORS,
                                out_view, m + i * elements * n + j, n, shift, field);
            }
        }
    }
}

/* The same, with field and chunk as constants. */
static void convolve_views(float *out, const struct view *out_view, const float *in,
                           const struct view *in_view, const float *u, const float *bias,
                           const struct tiling *tiling, float *scratch) {
    vector *to = (vector *)out;
    const vector *from = (const vector *)in;
    size_t n = tiling->n_tiles;
    if (tiling->field == CONV_SIZE)
        convolve(to, out_view, from, in_view, u, bias, n, scratch, CONV_SIZE, 4);
    else if (chunk_of(tiling) == 4)
        convolve(to, out_view, from, in_view, u, bias, n, scratch, PARITY_FIELD, 4);
    else
        convolve(to, out_view, from, in_view, u, bias, n, scratch, PARITY_FIELD, 1);
}

void winograd_forward(float *out, const float *in, const struct conv_weights *weights,
                      const struct conv_shape *shape, float *scratch) {
    struct tiling tiling = tiling_of(shape);
    convolve_views(out, &tiling.out, in, &tiling.in, weights->prepared, weights->bias, &tiling,
                   scratch);
}

void winograd_backward_input(float *d_in, const float *d_out, const struct conv_weights *weights,
                             const struct conv_shape *shape, float *scratch) {
    struct tiling tiling = tiling_of(shape);
    convolve_views(d_in, &tiling.in, d_out, &tiling.out,
                   weights->prepared + winograd_prepared(shape) / 2, NULL, &tiling, scratch);
}

void winograd_backward_weight(float *d_weight, const float *d_out, const float *in,
                              const struct conv_shape *shape, float *scratch) {
    struct tiling tiling = tiling_of(shape);
    winograd_gradient(d_weight, d_out, in, &tiling, scratch);
}

void winograd_finish_gradient(float *d_weight, const struct conv_shape *shape, float *scratch) {
    size_t channels = shape->in_channels, filter = CONV_TAPS * channels;
    memcpy(scratch, d_weight, shape->out_channels * filter * sizeof *scratch);
    for (size_t o = 0; o < shape->out_channels; o++)
        for (size_t c = 0; c < channels; c++)
            for (size_t tap = 0; tap < CONV_TAPS; tap++)
                d_weight[o * filter + c * CONV_TAPS + tap] =
                    scratch[o * filter + tap * channels + c];
}
