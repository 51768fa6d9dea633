/* Convolution of an upscaled image, one parity of output pixels at a time. */
#include "nn/kernels/direct/upscaled.h"

#include <string.h>

#include "nn/kernels/direct/blocks.h"
#include "nn/kernels/direct/parity.h"
#include "nn/kernels/padding.h"

enum { FIELD = PARITY_FIELD, TAPS = PARITY_TAPS };

/* Of one parity and one direction: small pixels first .. first + count - 1 are those whose output
 * pixels 2 y + parity - crop exist. */
struct range {
    size_t first, count;
};

static struct range range_of(size_t size, size_t pad, size_t parity) {
    size_t crop = 2 - pad, first = (crop + 1 - parity) / 2;
    size_t last = (2 * size - 1 - crop - parity) / 2;
    return (struct range){first, last + 1 - first};
}

/* A parity: where its pixels are in the small image and in the output. */
struct parity {
    size_t row, column; /* 0 or 1 each */
    struct range y, x;
    size_t output; /* the first pixel in the output */
};

static struct parity parity_of(const struct conv_shape *shape, size_t number) {
    struct parity parity = {.row = number / 2, .column = number % 2};
    size_t crop = 2 - shape->pad;
    parity.y = range_of(shape->height, shape->pad, parity.row);
    parity.x = range_of(shape->width, shape->pad, parity.column);
    parity.output = (2 * parity.y.first + parity.row - crop) * conv_output_width(shape) +
                    2 * parity.x.first + parity.column - crop;
    return parity;
}

static size_t padded_row(const struct conv_shape *shape) {
    return shape->width + 2;
}

static size_t padded_plane(const struct conv_shape *shape) {
    return (shape->height + 2) * padded_row(shape);
}

static size_t n_weights(const struct conv_shape *shape) {
    return shape->out_channels * shape->in_channels * TAPS;
}

size_t upscaled_scratch(const struct conv_shape *shape) {
    size_t in = shape->in_channels, gradients = PARITIES * shape->out_channels;
    return (in > gradients ? in : gradients) * padded_plane(shape) * LANES + n_weights(shape);
}

/* prepared: the 3x3 weights of the parities (parity, O, C, 9), and for the backward pass of the
 * input with channels exchanged and taps in reverse, (C, parity, O, 9). */
size_t upscaled_prepared(const struct conv_shape *shape) {
    return 2 * PARITIES * n_weights(shape);
}

void upscaled_prepare(float *prepared, const float *weight, const struct conv_shape *shape) {
    size_t in = shape->in_channels, out = shape->out_channels;
    float *reversed = prepared + PARITIES * n_weights(shape);
    memset(prepared, 0, upscaled_prepared(shape) * sizeof *prepared);
    for (size_t number = 0; number < PARITIES; number++)
        for (size_t o = 0; o < out; o++)
            for (size_t c = 0; c < in; c++)
                for (size_t tap = 0; tap < CONV_TAPS; tap++) {
                    size_t sum = parity_sum(tap, number);
                    float w = weight[(o * in + c) * CONV_TAPS + tap];
                    prepared[((number * out + o) * in + c) * TAPS + sum] += w;
                    reversed[((c * PARITIES + number) * out + o) * TAPS + TAPS - 1 - sum] += w;
                }
}

void upscaled_forward(float *out, const float *in, const struct conv_weights *weights,
                      const struct conv_shape *shape, float *scratch) {
    size_t width = conv_output_width(shape), row = padded_row(shape);
    pad_planes(scratch, in, shape->in_channels, shape->height, shape->width, 1);
    for (size_t number = 0; number < PARITIES; number++) {
        struct parity parity = parity_of(shape, number);
        const struct planes planes = {
            .in = (const vector *)scratch + (parity.y.first * row + parity.x.first) * VECTORS,
            .channels = shape->in_channels,
            .plane = padded_plane(shape) * VECTORS,
            .row = row * VECTORS,
            .weight = weights->prepared + number * n_weights(shape),
            .bias = weights->bias,
            .out = (vector *)out + parity.output * VECTORS,
            .n_out = shape->out_channels,
            .height = parity.y.count,
            .width = parity.x.count,
            .out_plane = conv_output_height(shape) * width * VECTORS,
            .out_row = 2 * width * VECTORS,
            .out_step = 2 * VECTORS,
        };
        forward_planes(&planes, FIELD);
    }
}

/* Adds in the order (25, O * C), in which filters are side by side. */
void upscaled_backward_weight(float *restrict d_weight, const float *d_out, const float *in,
                              const struct conv_shape *shape, float *scratch) {
    size_t n_filters = shape->out_channels * shape->in_channels;
    float *restrict sums = /* (9, O * C) */
        scratch + shape->in_channels * padded_plane(shape) * LANES;
    size_t width = conv_output_width(shape), row = padded_row(shape);
    pad_planes(scratch, in, shape->in_channels, shape->height, shape->width, 1);
    for (size_t number = 0; number < PARITIES; number++) {
        struct parity parity = parity_of(shape, number);
        memset(sums, 0, n_weights(shape) * sizeof *sums);
        const struct gradient_planes planes = {
            .in = (const vector *)scratch + (parity.y.first * row + parity.x.first) * VECTORS,
            .channels = shape->in_channels,
            .plane = padded_plane(shape) * VECTORS,
            .row = row * VECTORS,
            .d_out = (const vector *)d_out + parity.output * VECTORS,
            .n_out = shape->out_channels,
            .height = parity.y.count,
            .width = parity.x.count,
            .d_plane = conv_output_height(shape) * width * VECTORS,
            .d_row = 2 * width * VECTORS,
            .d_step = 2 * VECTORS,
            .d_weight = sums,
            .filter_step = 1,
            .tap_step = n_filters,
        };
        weight_planes(&planes, FIELD);
        for (size_t tap = 0; tap < CONV_TAPS; tap++) {
            const float *sum = sums + parity_sum(tap, number) * n_filters;
            for (size_t f = 0; f < n_filters; f++)
                d_weight[tap * n_filters + f] += sum[f];
        }
    }
}

void upscaled_finish_gradient(float *d_weight, const struct conv_shape *shape, float *scratch) {
    size_t n_filters = shape->out_channels * shape->in_channels;
    memcpy(scratch, d_weight, n_filters * CONV_TAPS * sizeof *scratch);
    for (size_t f = 0; f < n_filters; f++)
        for (size_t tap = 0; tap < CONV_TAPS; tap++)
            d_weight[f * CONV_TAPS + tap] = scratch[tap * n_filters + f];
}

/* The output gradients of one parity as zero-padded planes (O, H + 2, W + 2). */
static void gather_parity(float *planes, const float *d_out, const struct conv_shape *shape,
                          const struct parity *parity) {
    size_t row = padded_row(shape), width = conv_output_width(shape);
    size_t plane = conv_output_height(shape) * width;
    memset(planes, 0, shape->out_channels * padded_plane(shape) * LANES * sizeof *planes);
    for (size_t o = 0; o < shape->out_channels; o++)
        for (size_t y = 0; y < parity->y.count; y++) {
            const float *from = d_out + (o * plane + parity->output + 2 * y * width) * LANES;
            float *to = planes + (o * padded_plane(shape) + (parity->y.first + y + 1) * row +
                                  parity->x.first + 1) *
                                     LANES;
            for (size_t x = 0; x < parity->x.count; x++)
                memcpy(to + x * LANES, from + 2 * x * LANES, LANES * sizeof *to);
        }
}

/* The small image's gradient is a 3x3 convolution of the four parities' gradients, as (parity, O)
 * channels. */
void upscaled_backward_input(float *d_in, const float *d_out, const struct conv_weights *weights,
                             const struct conv_shape *shape, float *scratch) {
    size_t channels = PARITIES * shape->out_channels, plane = padded_plane(shape);
    for (size_t number = 0; number < PARITIES; number++) {
        struct parity parity = parity_of(shape, number);
        gather_parity(scratch + number * shape->out_channels * plane * LANES, d_out, shape,
                      &parity);
    }
    const struct planes planes = {
        .in = (const vector *)scratch,
        .channels = channels,
        .plane = plane * VECTORS,
        .row = padded_row(shape) * VECTORS,
        .weight = weights->prepared + PARITIES * n_weights(shape),
        .out = (vector *)d_in,
        .n_out = shape->in_channels,
        .height = shape->height,
        .width = shape->width,
        .out_plane = shape->height * shape->width * VECTORS,
        .out_row = shape->width * VECTORS,
        .out_step = VECTORS,
    };
    forward_planes(&planes, FIELD);
}
