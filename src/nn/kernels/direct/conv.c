/* 5x5 convolution on groups: by Winograd's algorithm where that pays, of upscaled images by
 * parities, else directly with the blocks of blocks.h on zero-padded planes. */
#include "nn/kernels/conv.h"

#include <string.h>

#include "nn/kernels/direct/blocks.h"
#include "nn/kernels/direct/upscaled.h"
#include "nn/kernels/direct/winograd.h"
#include "nn/kernels/padding.h"

/* The ways to do it: the functions of struct kernels. */
struct algorithm {
    size_t (*scratch)(const struct conv_shape *shape);
    size_t (*prepared)(const struct conv_shape *shape);
    void (*prepare)(float *prepared, const float *weight, const struct conv_shape *shape);
    void (*forward)(float *out, const float *in, const struct conv_weights *weights,
                    const struct conv_shape *shape, float *scratch);
    void (*backward_input)(float *d_in, const float *d_out, const struct conv_weights *weights,
                           const struct conv_shape *shape, float *scratch);
    void (*backward_weight)(float *d_weight, const float *d_out, const float *in,
                            const struct conv_shape *shape, float *scratch);
    void (*finish_gradient)(float *d_weight, const struct conv_shape *shape, float *scratch);
};

static size_t padded_size(const struct conv_shape *shape) {
    return shape->in_channels * (shape->height + 2 * shape->pad) * (shape->width + 2 * shape->pad) *
           LANES;
}

static size_t n_weights(const struct conv_shape *shape) {
    return shape->in_channels * shape->out_channels * CONV_TAPS;
}

/* The backward pass of the input is a forward one with these and the weights turned around. */
static struct conv_shape transposed(const struct conv_shape *shape) {
    return (struct conv_shape){
        .in_channels = shape->out_channels,
        .height = conv_output_height(shape),
        .width = conv_output_width(shape),
        .out_channels = shape->in_channels,
        .pad = CONV_SIZE - 1 - shape->pad,
    };
}

static size_t direct_scratch(const struct conv_shape *shape) {
    struct conv_shape back = transposed(shape);
    size_t forward = padded_size(shape), backward = padded_size(&back);
    return forward > backward ? forward : backward;
}

/* prepared (C, O, 25): the weights with channels exchanged and taps in reverse. */
static void direct_prepare(float *prepared, const float *weight, const struct conv_shape *shape) {
    for (size_t c = 0; c < shape->in_channels; c++)
        for (size_t o = 0; o < shape->out_channels; o++)
            for (size_t tap = 0; tap < CONV_TAPS; tap++)
                *prepared++ = weight[(o * shape->in_channels + c + 1) * CONV_TAPS - 1 - tap];
}

static void direct_forward(float *out, const float *in, const struct conv_weights *weights,
                           const struct conv_shape *shape, float *scratch) {
    size_t height = conv_output_height(shape), width = conv_output_width(shape);
    size_t row = (shape->width + 2 * shape->pad) * VECTORS;
    pad_planes(scratch, in, shape->in_channels, shape->height, shape->width, shape->pad);
    const struct planes planes = {
        .in = (const vector *)scratch,
        .channels = shape->in_channels,
        .plane = (shape->height + 2 * shape->pad) * row,
        .row = row,
        .weight = weights->weight,
        .bias = weights->bias,
        .out = (vector *)out,
        .n_out = shape->out_channels,
        .height = height,
        .width = width,
        .out_plane = height * width * VECTORS,
        .out_row = width * VECTORS,
        .out_step = VECTORS,
    };
    forward_planes(&planes, CONV_SIZE);
}

static void direct_backward_input(float *d_in, const float *d_out,
                                  const struct conv_weights *weights,
                                  const struct conv_shape *shape, float *scratch) {
    struct conv_shape back = transposed(shape);
    direct_forward(d_in, d_out, &(struct conv_weights){.weight = weights->prepared}, &back,
                   scratch);
}

static void direct_backward_weight(float *d_weight, const float *d_out, const float *in,
                                   const struct conv_shape *shape, float *scratch) {
    size_t height = conv_output_height(shape), width = conv_output_width(shape);
    size_t row = (shape->width + 2 * shape->pad) * VECTORS;
    pad_planes(scratch, in, shape->in_channels, shape->height, shape->width, shape->pad);
    const struct gradient_planes planes = {
        .in = (const vector *)scratch,
        .channels = shape->in_channels,
        .plane = (shape->height + 2 * shape->pad) * row,
        .row = row,
        .d_out = (const vector *)d_out,
        .n_out = shape->out_channels,
        .height = height,
        .width = width,
        .d_plane = height * width * VECTORS,
        .d_row = width * VECTORS,
        .d_step = VECTORS,
        .d_weight = d_weight,
        .filter_step = CONV_TAPS,
        .tap_step = 1,
    };
    weight_planes(&planes, CONV_SIZE);
}

static const struct algorithm *algorithm_of(const struct conv_shape *shape) {
    static const struct algorithm direct = {
        direct_scratch,         n_weights, direct_prepare, direct_forward, direct_backward_input,
        direct_backward_weight, NULL};
    static const struct algorithm upscaled = {upscaled_scratch,        upscaled_prepared,
                                              upscaled_prepare,        upscaled_forward,
                                              upscaled_backward_input, upscaled_backward_weight,
                                              upscaled_finish_gradient};
    static const struct algorithm winograd = {winograd_scratch,        winograd_prepared,
                                              winograd_prepare,        winograd_forward,
                                              winograd_backward_input, winograd_backward_weight,
                                              winograd_finish_gradient};
    if (winograd_can(shape) && winograd_pays(shape))
        return &winograd;
    return shape->upscale ? &upscaled : &direct;
}

size_t KERNEL(conv_scratch)(const struct conv_shape *shape) {
    size_t scratch = algorithm_of(shape)->scratch(shape), weights = n_weights(shape);
    return scratch > weights ? scratch : weights;
}

size_t KERNEL(conv_prepared)(const struct conv_shape *shape) {
    return algorithm_of(shape)->prepared(shape);
}

void KERNEL(conv_prepare)(float *prepared, const float *weight, const struct conv_shape *shape) {
    algorithm_of(shape)->prepare(prepared, weight, shape);
}

void KERNEL(conv_forward)(float *out, const float *in, const struct conv_weights *weights,
                          const struct conv_shape *shape, float *scratch) {
    algorithm_of(shape)->forward(out, in, weights, shape, scratch);
}

void KERNEL(conv_backward_input)(float *d_in, const float *d_out,
                                 const struct conv_weights *weights, const struct conv_shape *shape,
                                 float *scratch) {
    algorithm_of(shape)->backward_input(d_in, d_out, weights, shape, scratch);
}

void KERNEL(conv_backward_weight)(float *d_weight, const float *d_out, const float *in,
                                  const struct conv_shape *shape, float *scratch) {
    algorithm_of(shape)->backward_weight(d_weight, d_out, in, shape, scratch);
}

void KERNEL(conv_finish_gradient)(float *d_weight, const struct conv_shape *shape, float *scratch) {
    const struct algorithm *algorithm = algorithm_of(shape);
    if (algorithm->finish_gradient)
        algorithm->finish_gradient(d_weight, shape, scratch);
}
