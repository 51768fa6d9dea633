/* F(4x4, 5x5) on groups: a "pixel" of a tile is a vector of images. */
#include "nn/kernels/direct/winograd.h"

#include <string.h>

#include "nn/kernels/direct/transforms.h"

enum {
    CHUNK = 4, /* tiles of an image that are transformed together */
    CHUNK_VECTORS = CHUNK * VECTORS,
    OUT_BLOCK = 16,      /* output channels whose products are kept before they are transformed */
    GRADIENT_BLOCK = 32, /* the same of the weight gradient */
    PRODUCT_ROWS = VECTOR == 16 ? 4 : 1,
    GRADIENT_ROWS = VECTOR == 16 ? 8 : 4,
    GRADIENT_VECTORS = 2,
};

/* A convolution of in (C, H, W) to out (O, H, W) with padding 2. */
struct plan {
    size_t in_channels, out_channels, height, width, n_tiles;
};

static struct plan plan_of(const struct conv_shape *shape) {
    return (struct plan){shape->in_channels, shape->out_channels, shape->height, shape->width,
                         shape->height / TILE_OUT * (shape->width / TILE_OUT)};
}

bool winograd_pays(const struct conv_shape *shape) {
    return shape->in_channels >= 32 && shape->in_channels % 16 == 0 && shape->out_channels >= 32 &&
           shape->out_channels % GRADIENT_BLOCK == 0 && shape->pad == 2 && !shape->upscale &&
           shape->height % TILE_OUT == 0 && shape->width % TILE_OUT == 0 &&
           shape->height * shape->width % (TILE_OUT * TILE_OUT * CHUNK) == 0;
}

static size_t n_weights(const struct conv_shape *shape) {
    return shape->in_channels * shape->out_channels;
}

size_t winograd_scratch(const struct conv_shape *shape) {
    size_t in = shape->in_channels, out = shape->out_channels, largest = in > out ? in : out;
    size_t tiles = (size_t)TILE_SIZE * CHUNK * LANES;
    size_t forward = tiles * (largest + OUT_BLOCK);
    size_t gradient = tiles * (2 * in + GRADIENT_BLOCK) + TILE_SIZE * in * out;
    return forward > gradient ? forward : gradient;
}

/* prepared: G w G^T as (64, O, C), and of the weights of the backward pass (64, C, O). */
size_t winograd_prepared(const struct conv_shape *shape) {
    return 2 * TILE_SIZE * n_weights(shape);
}

/* u[e * step] = the elements e of G w G^T, for a vector of filters w[tap]. */
INLINE void transform_filters(float *u, size_t step, const vector w[CONV_TAPS]) {
    vector rows[TILE * CONV_SIZE], tile[TILE_SIZE];
    for (size_t x = 0; x < CONV_SIZE; x++)
        transform_weight(rows + x, CONV_SIZE, w + x, CONV_SIZE);
    for (size_t y = 0; y < TILE; y++)
        transform_weight(tile + y * TILE, 1, rows + y * CONV_SIZE, 1);
    for (size_t e = 0; e < TILE_SIZE; e++)
        memcpy(u + e * step, &tile[e], sizeof tile[e]);
}

void winograd_prepare(float *prepared, const float *weight, const struct conv_shape *shape) {
    size_t in = shape->in_channels, out = shape->out_channels, n = in * out;
    float *reversed = prepared + TILE_SIZE * n;
    vector w[CONV_TAPS];
    for (size_t o = 0; o < out; o++)
        for (size_t c = 0; c < in; c += VECTOR) {
            for (size_t tap = 0; tap < CONV_TAPS; tap++)
                for (size_t i = 0; i < VECTOR; i++)
                    w[tap][i] = weight[(o * in + c + i) * CONV_TAPS + tap];
            transform_filters(prepared + o * in + c, n, w);
        }
    for (size_t c = 0; c < in; c++)
        for (size_t o = 0; o < out; o += VECTOR) {
            for (size_t tap = 0; tap < CONV_TAPS; tap++)
                for (size_t i = 0; i < VECTOR; i++)
                    w[tap][i] = weight[((o + i) * in + c + 1) * CONV_TAPS - 1 - tap];
            transform_filters(reversed + c * out + o, n, w);
        }
}

/* The 8x8 pixels of one channel around output tile (row, column), 0 outside of the image. */
INLINE void load_tile(vector tile[TILE_SIZE], const vector *in, const struct plan *plan,
                      size_t number, size_t part) {
    const size_t pad = 2, columns = plan->width / TILE_OUT;
    size_t top = number / columns * TILE_OUT, left = number % columns * TILE_OUT;
    for (size_t y = 0; y < TILE; y++)
        for (size_t x = 0; x < TILE; x++) {
            /* coordinates above and left of the image wrap around */
            size_t row = top + y - pad, column = left + x - pad;
            bool inside = row < plan->height && column < plan->width;
            tile[y * TILE + x] =
                inside ? in[(row * plan->width + column) * VECTORS + part] : (vector){0};
        }
}

/* v (64, C, CHUNK) = B^T in B of the tiles from `first` on. */
static void transform_inputs(vector *v, const float *in, const struct plan *plan, size_t first) {
    size_t plane = plan->height * plan->width * VECTORS;
    size_t step = plan->in_channels * CHUNK_VECTORS;
    for (size_t c = 0; c < plan->in_channels; c++)
        for (size_t i = 0; i < CHUNK_VECTORS; i++) {
            vector tile[TILE_SIZE], rows[TILE_SIZE];
            load_tile(tile, (const vector *)in + c * plane, plan, first + i / VECTORS, i % VECTORS);
            for (size_t x = 0; x < TILE; x++)
                transform_input(rows + x, TILE, tile + x, TILE);
            for (size_t y = 0; y < TILE; y++)
                transform_input(v + y * TILE * step + c * CHUNK_VECTORS + i, step, rows + y * TILE,
                                1);
        }
}

/* product rows o .. o + PRODUCT_ROWS - 1 of one element: m[o] (CHUNK) = sum_c u[o][c] v[c] (CHUNK).
 */
INLINE void product_block(vector *m, size_t m_step, const float *u, const vector *v,
                          size_t n_channels) {
    vector sum[PRODUCT_ROWS][CHUNK_VECTORS];
#pragma GCC unroll 4
    for (size_t i = 0; i < PRODUCT_ROWS; i++)
#pragma GCC unroll 8
        for (size_t j = 0; j < CHUNK_VECTORS; j++)
            sum[i][j] = (vector){0};
    for (size_t c = 0; c < n_channels; c++)
#pragma GCC unroll 8
        for (size_t j = 0; j < CHUNK_VECTORS; j++) {
            vector value = v[c * CHUNK_VECTORS + j];
#pragma GCC unroll 4
            for (size_t i = 0; i < PRODUCT_ROWS; i++)
                sum[i][j] += u[i * n_channels + c] * value;
        }
#pragma GCC unroll 4
    for (size_t i = 0; i < PRODUCT_ROWS; i++)
#pragma GCC unroll 8
        for (size_t j = 0; j < CHUNK_VECTORS; j++)
            m[i * m_step + j] = sum[i][j];
}

/* out = A^T m A + bias of one channel's tiles from `first` on; m (64, CHUNK). */
static void transform_outputs(vector *out, const vector *m, float bias, const struct plan *plan,
                              size_t first) {
    size_t columns = plan->width / TILE_OUT;
    for (size_t i = 0; i < CHUNK_VECTORS; i++) {
        vector rows[TILE_OUT * TILE], tile[TILE_OUT * TILE_OUT];
        size_t number = first + i / VECTORS;
        vector *to = out + i % VECTORS +
                     (number / columns * plan->width + number % columns) * TILE_OUT * VECTORS;
        for (size_t x = 0; x < TILE; x++)
            transform_output(rows + x, TILE, m + x * CHUNK_VECTORS + i, TILE * CHUNK_VECTORS);
        for (size_t y = 0; y < TILE_OUT; y++) {
            transform_output(tile + y * TILE_OUT, 1, rows + y * TILE, 1);
            for (size_t x = 0; x < TILE_OUT; x++)
                to[(y * plan->width + x) * VECTORS] = tile[y * TILE_OUT + x] + bias;
        }
    }
}

/* The convolution with transformed weights u (64, O, C). */
static void convolve(float *out, const float *in, const float *u, const float *bias,
                     const struct plan *plan, float *scratch) {
    size_t in_channels = plan->in_channels, plane = plan->height * plan->width * VECTORS;
    vector *v = (vector *)scratch;
    vector *m = v + TILE_SIZE * in_channels * CHUNK_VECTORS; /* (OUT_BLOCK, 64, CHUNK) */
    for (size_t first = 0; first < plan->n_tiles; first += CHUNK) {
        transform_inputs(v, in, plan, first);
        for (size_t o = 0; o < plan->out_channels; o += OUT_BLOCK) {
            for (size_t e = 0; e < TILE_SIZE; e++)
                for (size_t i = 0; i < OUT_BLOCK; i += PRODUCT_ROWS)
                    product_block(m + (i * TILE_SIZE + e) * CHUNK_VECTORS,
                                  TILE_SIZE * CHUNK_VECTORS,
                                  u + (e * plan->out_channels + o + i) * in_channels,
                                  v + e * in_channels * CHUNK_VECTORS, in_channels);
            for (size_t i = 0; i < OUT_BLOCK; i++)
                transform_outputs((vector *)out + (o + i) * plane,
                                  m + i * TILE_SIZE * CHUNK_VECTORS, bias ? bias[o + i] : 0, plan,
                                  first);
        }
    }
}

void winograd_forward(float *out, const float *in, const struct conv_weights *weights,
                      const struct conv_shape *shape, float *scratch) {
    struct plan plan = plan_of(shape);
    convolve(out, in, weights->prepared, weights->bias, &plan, scratch);
}

void winograd_backward_input(float *d_in, const float *d_out, const struct conv_weights *weights,
                             const struct conv_shape *shape, float *scratch) {
    struct plan plan = plan_of(shape);
    plan.in_channels = shape->out_channels;
    plan.out_channels = shape->in_channels;
    convolve(d_in, d_out, weights->prepared + TILE_SIZE * n_weights(shape), NULL, &plan, scratch);
}

/* m (64, GRADIENT_BLOCK, CHUNK) = A d_out A^T of a block of channels' tiles from `first` on. */
static void transform_gradients(vector *m, const vector *d_out, const struct plan *plan,
                                size_t first) {
    size_t plane = plan->height * plan->width * VECTORS, columns = plan->width / TILE_OUT;
    const size_t step = GRADIENT_BLOCK * CHUNK_VECTORS;
    for (size_t o = 0; o < GRADIENT_BLOCK; o++)
        for (size_t i = 0; i < CHUNK_VECTORS; i++) {
            vector rows[TILE * TILE_OUT];
            size_t number = first + i / VECTORS;
            const vector *from =
                d_out + o * plane + i % VECTORS +
                (number / columns * plan->width + number % columns) * TILE_OUT * VECTORS;
            for (size_t x = 0; x < TILE_OUT; x++)
                transform_output_gradient(rows + x, TILE_OUT, from + x * VECTORS,
                                          plan->width * VECTORS);
            for (size_t y = 0; y < TILE; y++)
                transform_output_gradient(m + y * TILE * step + o * CHUNK_VECTORS + i, step,
                                          rows + y * TILE_OUT, 1);
        }
}

/* One element's products: u[o * u_step] (C) += sum_k m[o][k] v[k] (C), over the CHUNK * LANES
 * values k of tiles and images, for GRADIENT_ROWS rows and GRADIENT_VECTORS vectors of channels. */
INLINE void gradient_block(float *u, size_t u_step, const float *m, const float *v,
                           size_t n_channels) {
    vector sum[GRADIENT_ROWS][GRADIENT_VECTORS];
#pragma GCC unroll 8
    for (size_t i = 0; i < GRADIENT_ROWS; i++)
#pragma GCC unroll 2
        for (size_t j = 0; j < GRADIENT_VECTORS; j++)
            sum[i][j] = ((const vector *)(u + i * u_step))[j];
    for (size_t k = 0; k < CHUNK * LANES; k++)
#pragma GCC unroll 2
        for (size_t j = 0; j < GRADIENT_VECTORS; j++) {
            vector value = ((const vector *)(v + k * n_channels))[j];
#pragma GCC unroll 8
            for (size_t i = 0; i < GRADIENT_ROWS; i++)
                sum[i][j] += m[i * CHUNK * LANES + k] * value;
        }
#pragma GCC unroll 8
    for (size_t i = 0; i < GRADIENT_ROWS; i++)
#pragma GCC unroll 2
        for (size_t j = 0; j < GRADIENT_VECTORS; j++)
            ((vector *)(u + i * u_step))[j] = sum[i][j];
}

/* d_weight (25, C) of one filter += G^T u G, u (64, C). */
static void add_filter(float *d_weight, const float *u, size_t n_channels) {
    for (size_t c = 0; c < n_channels; c += VECTOR) {
        vector rows[CONV_SIZE * TILE], taps[CONV_TAPS];
        const vector *from = (const vector *)(u + c);
        size_t step = n_channels / VECTOR;
        for (size_t x = 0; x < TILE; x++)
            transform_weight_gradient(rows + x, TILE, from + x * step, TILE * step);
        for (size_t y = 0; y < CONV_SIZE; y++)
            transform_weight_gradient(taps + y * CONV_SIZE, 1, rows + y * TILE, 1);
        for (size_t tap = 0; tap < CONV_TAPS; tap++)
            for (size_t i = 0; i < VECTOR; i++)
                d_weight[tap * n_channels + c + i] += taps[tap][i];
    }
}

/* (64, C, CHUNK * LANES) -> (64, CHUNK * LANES, C). */
static void turn_channels(float *restrict turned, const float *restrict v, size_t n_channels) {
    enum { N = CHUNK * LANES };
    for (size_t e = 0; e < TILE_SIZE; e++, v += n_channels * N, turned += n_channels * N)
        for (size_t c = 0; c < n_channels; c += 16)
            for (size_t k = 0; k < N; k++)
                for (size_t i = 0; i < 16; i++)
                    turned[k * n_channels + c + i] = v[(c + i) * N + k];
}

/* Adds in the order (O, 25, C), in which channels are side by side. */
void winograd_backward_weight(float *d_weight, const float *d_out, const float *in,
                              const struct conv_shape *shape, float *scratch) {
    struct plan plan = plan_of(shape);
    size_t channels = plan.in_channels, plane = plan.height * plan.width * VECTORS;
    size_t tiles = TILE_SIZE * CHUNK * LANES;
    float *u = scratch; /* (O, 64, C) */
    float *v = u + TILE_SIZE * n_weights(shape), *m = v + tiles * channels;
    float *turned = m + tiles * GRADIENT_BLOCK; /* v as (64, CHUNK * LANES, C) */
    memset(u, 0, TILE_SIZE * n_weights(shape) * sizeof *u);
    for (size_t first = 0; first < plan.n_tiles; first += CHUNK) {
        transform_inputs((vector *)v, in, &plan, first);
        turn_channels(turned, v, channels);
        for (size_t o = 0; o < plan.out_channels; o += GRADIENT_BLOCK) {
            transform_gradients((vector *)m, (const vector *)d_out + o * plane, &plan, first);
            for (size_t e = 0; e < TILE_SIZE; e++)
                for (size_t c = 0; c < channels; c += GRADIENT_VECTORS * VECTOR)
                    for (size_t i = 0; i < GRADIENT_BLOCK; i += GRADIENT_ROWS)
                        gradient_block(u + ((o + i) * TILE_SIZE + e) * channels + c,
                                       TILE_SIZE * channels,
                                       m + (e * GRADIENT_BLOCK + i) * CHUNK * LANES,
                                       turned + e * CHUNK * LANES * channels + c, channels);
        }
    }
    for (size_t o = 0; o < plan.out_channels; o++)
        add_filter(d_weight + o * CONV_TAPS * channels, u + o * TILE_SIZE * channels, channels);
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
