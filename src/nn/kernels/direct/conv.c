/* Direct 5x5 convolution on groups.
 *
 * The input is first copied into zero-padded planes, so that every output pixel is the same sum
 * over (channel, row, column) of a weight, broadcast, times a vector of images. A block of output
 * channels x pixels is kept in registers through the whole sum. */
#include "nn/kernels/padding.h"
#include "nn/kernels/simd.h"

/* Blocks that fill the registers: the accumulators and what is multiplied into them. */
#ifdef SIMD_avx512
enum { CHANNELS = 4, PIXELS = 5 };
#else
enum { CHANNELS = 4, PIXELS = 2 };
#endif

static size_t padded_size(const struct conv_shape *shape, size_t pad) {
    return shape->in_channels * (shape->height + 2 * pad) * (shape->width + 2 * pad) * LANES;
}

/* The backward pass of the input is a forward one with these. */
static struct conv_shape transposed(const struct conv_shape *shape) {
    return (struct conv_shape){
        .in_channels = shape->out_channels,
        .height = conv_output_size(shape->height, shape->pad),
        .width = conv_output_size(shape->width, shape->pad),
        .out_channels = shape->in_channels,
        .pad = CONV_SIZE - 1 - shape->pad,
    };
}

size_t KERNEL(conv_scratch)(const struct conv_shape *shape) {
    struct conv_shape back = transposed(shape);
    size_t forward = padded_size(shape, shape->pad), backward = padded_size(&back, back.pad);
    return (forward > backward ? forward : backward) +
           shape->in_channels * shape->out_channels * CONV_TAPS;
}

/* What the blocks below walk on, in vectors. */
struct planes {
    const vector *in; /* padded: (C, rows, row) */
    size_t channels, plane, row;
    const float *weight; /* (O, C, 25) */
    vector *out;         /* (O, H', W') */
    size_t out_plane, out_row;
};

/* n_out x n_pixels outputs from pixel (y, x) on, for one part of the lanes. */
INLINE void forward_block(const struct planes *p, const float *bias, size_t y, size_t x, size_t o,
                          size_t part, const int n_out, const int n_pixels) {
    vector sum[8][8];
    const float *weight = p->weight + o * p->channels * CONV_TAPS;
#pragma GCC unroll 8
    for (int i = 0; i < n_out; i++)
#pragma GCC unroll 8
        for (int j = 0; j < n_pixels; j++)
            sum[i][j] = (vector){0} + (bias ? bias[o + (size_t)i] : 0);
    for (size_t c = 0; c < p->channels; c++) {
        const vector *in = p->in + c * p->plane + y * p->row + x * VECTORS + part;
        for (int ky = 0; ky < CONV_SIZE; ky++, in += p->row, weight += CONV_SIZE)
#pragma GCC unroll 5
            for (int kx = 0; kx < CONV_SIZE; kx++)
#pragma GCC unroll 8
                for (int j = 0; j < n_pixels; j++) {
                    vector value = in[(kx + j) * VECTORS];
#pragma GCC unroll 8
                    for (int i = 0; i < n_out; i++)
                        sum[i][j] +=
                            weight[(size_t)i * p->channels * CONV_TAPS + (size_t)kx] * value;
                }
    }
    vector *out = p->out + o * p->out_plane + y * p->out_row + x * VECTORS + part;
#pragma GCC unroll 8
    for (int i = 0; i < n_out; i++)
#pragma GCC unroll 8
        for (int j = 0; j < n_pixels; j++)
            out[(size_t)i * p->out_plane + (size_t)(j * VECTORS)] = sum[i][j];
}

/* One row of n_out output channels: whole blocks, then what is left. */
INLINE void forward_row(const struct planes *p, const float *bias, size_t y, size_t width, size_t o,
                        size_t part, const int n_out, const int n_pixels) {
    size_t x = 0;
    for (; x + (size_t)n_pixels <= width; x += (size_t)n_pixels)
        forward_block(p, bias, y, x, o, part, n_out, n_pixels);
    switch (width - x) {
    case 7:
        forward_block(p, bias, y, x, o, part, n_out, 7);
        break;
    case 6:
        forward_block(p, bias, y, x, o, part, n_out, 6);
        break;
    case 5:
        forward_block(p, bias, y, x, o, part, n_out, 5);
        break;
    case 4:
        forward_block(p, bias, y, x, o, part, n_out, 4);
        break;
    case 3:
        forward_block(p, bias, y, x, o, part, n_out, 3);
        break;
    case 2:
        forward_block(p, bias, y, x, o, part, n_out, 2);
        break;
    case 1:
        forward_block(p, bias, y, x, o, part, n_out, 1);
        break;
    default:
        break;
    }
}

static void forward_planes(const struct planes *p, const float *bias, size_t height, size_t width,
                           size_t n_out) {
    for (size_t part = 0; part < VECTORS; part++) {
        size_t o = 0;
        for (; o + CHANNELS <= n_out; o += CHANNELS)
            for (size_t y = 0; y < height; y++)
                forward_row(p, bias, y, width, o, part, CHANNELS, PIXELS);
        for (; o < n_out; o++)
            for (size_t y = 0; y < height; y++)
                forward_row(p, bias, y, width, o, part, 1, 7);
    }
}

void KERNEL(conv_forward)(float *out, const float *in, const float *weight, const float *bias,
                          const struct conv_shape *shape, float *scratch) {
    size_t height = conv_output_size(shape->height, shape->pad);
    size_t width = conv_output_size(shape->width, shape->pad);
    pad_planes(scratch, in, shape->in_channels, shape->height, shape->width, shape->pad);
    struct planes planes = {
        .in = (const vector *)scratch,
        .channels = shape->in_channels,
        .plane = (shape->height + 2 * shape->pad) * (shape->width + 2 * shape->pad) * VECTORS,
        .row = (shape->width + 2 * shape->pad) * VECTORS,
        .weight = weight,
        .out = (vector *)out,
        .out_plane = height * width * VECTORS,
        .out_row = width * VECTORS,
    };
    forward_planes(&planes, bias, height, width, shape->out_channels);
}

void KERNEL(conv_backward_input)(float *d_in, const float *d_out, const float *weight,
                                 const struct conv_shape *shape, float *scratch) {
    struct conv_shape back = transposed(shape);
    float *flipped = scratch + padded_size(&back, back.pad); /* (C, O, 25), taps in reverse */
    for (size_t c = 0; c < shape->in_channels; c++)
        for (size_t o = 0; o < shape->out_channels; o++)
            for (size_t tap = 0; tap < CONV_TAPS; tap++)
                flipped[(c * shape->out_channels + o) * CONV_TAPS + tap] =
                    weight[(o * shape->in_channels + c + 1) * CONV_TAPS - 1 - tap];
    KERNEL(conv_forward)(d_in, d_out, flipped, NULL, &back, scratch);
}

/* The gradient of n_out filters' row ky for one input channel: 5 taps, summed over all pixels. */
INLINE void weight_block(float *d_weight, size_t filter, const vector *in, size_t row,
                         const vector *d_out, size_t out_plane, size_t height, size_t width,
                         const int n_out) {
    vector sum[4][CONV_SIZE];
#pragma GCC unroll 4
    for (int i = 0; i < n_out; i++)
#pragma GCC unroll 5
        for (int k = 0; k < CONV_SIZE; k++)
            sum[i][k] = (vector){0};
    for (size_t y = 0; y < height; y++, in += row, d_out += width * VECTORS)
        for (size_t x = 0; x < width * VECTORS; x++) {
            vector d[4];
#pragma GCC unroll 4
            for (int i = 0; i < n_out; i++)
                d[i] = d_out[(size_t)i * out_plane + x];
#pragma GCC unroll 5
            for (size_t k = 0; k < CONV_SIZE; k++) {
                vector value = in[x + k * VECTORS];
#pragma GCC unroll 4
                for (int i = 0; i < n_out; i++)
                    sum[i][k] += d[i] * value;
            }
        }
#pragma GCC unroll 4
    for (int i = 0; i < n_out; i++)
#pragma GCC unroll 5
        for (int k = 0; k < CONV_SIZE; k++) {
            float total = 0;
            for (int lane = 0; lane < VECTOR; lane++)
                total += sum[i][k][lane];
            d_weight[(size_t)i * filter + (size_t)k] += total;
        }
}

void KERNEL(conv_backward_weight)(float *d_weight, const float *d_out, const float *in,
                                  const struct conv_shape *shape, float *scratch) {
    enum { FILTERS = VECTOR == 16 ? 4 : 2 };
    size_t height = conv_output_size(shape->height, shape->pad);
    size_t width = conv_output_size(shape->width, shape->pad);
    size_t row = (shape->width + 2 * shape->pad) * VECTORS;
    size_t plane = (shape->height + 2 * shape->pad) * row, out_plane = height * width * VECTORS;
    size_t filter = shape->in_channels * CONV_TAPS;
    pad_planes(scratch, in, shape->in_channels, shape->height, shape->width, shape->pad);
    for (size_t o = 0; o < shape->out_channels; o += FILTERS)
        for (size_t c = 0; c < shape->in_channels; c++)
            for (size_t ky = 0; ky < CONV_SIZE; ky++) {
                const vector *from = (const vector *)scratch + c * plane + ky * row;
                const vector *d = (const vector *)d_out + o * out_plane;
                float *to = d_weight + o * filter + c * CONV_TAPS + ky * CONV_SIZE;
                if (o + FILTERS <= shape->out_channels)
                    weight_block(to, filter, from, row, d, out_plane, height, width, FILTERS);
                else
                    for (size_t i = 0; i < shape->out_channels - o; i++)
                        weight_block(to + i * filter, filter, from, row, d + i * out_plane,
                                     out_plane, height, width, 1);
            }
}
