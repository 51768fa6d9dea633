/* Direct 5x5 convolution on groups: the input in zero-padded planes, and the blocks of blocks.h. */
#include "nn/kernels/direct/blocks.h"
#include "nn/kernels/direct/upscaled.h"
#include "nn/kernels/padding.h"

static size_t padded_size(const struct conv_shape *shape) {
    return shape->in_channels * (shape->height + 2 * shape->pad) * (shape->width + 2 * shape->pad) *
           LANES;
}

/* The backward pass of the input is a forward one with these. */
static struct conv_shape transposed(const struct conv_shape *shape) {
    return (struct conv_shape){
        .in_channels = shape->out_channels,
        .height = conv_output_height(shape),
        .width = conv_output_width(shape),
        .out_channels = shape->in_channels,
        .pad = CONV_SIZE - 1 - shape->pad,
    };
}

size_t KERNEL(conv_scratch)(const struct conv_shape *shape) {
    if (shape->upscale)
        return upscaled_scratch(shape);
    struct conv_shape back = transposed(shape);
    size_t forward = padded_size(shape), backward = padded_size(&back);
    return (forward > backward ? forward : backward) +
           shape->in_channels * shape->out_channels * CONV_TAPS;
}

void KERNEL(conv_forward)(float *out, const float *in, const float *weight, const float *bias,
                          const struct conv_shape *shape, float *scratch) {
    if (shape->upscale) {
        upscaled_forward(out, in, weight, bias, shape, scratch);
        return;
    }
    size_t height = conv_output_height(shape), width = conv_output_width(shape);
    size_t row = (shape->width + 2 * shape->pad) * VECTORS;
    pad_planes(scratch, in, shape->in_channels, shape->height, shape->width, shape->pad);
    const struct planes planes = {
        .in = (const vector *)scratch,
        .channels = shape->in_channels,
        .plane = (shape->height + 2 * shape->pad) * row,
        .row = row,
        .weight = weight,
        .bias = bias,
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

void KERNEL(conv_backward_input)(float *d_in, const float *d_out, const float *weight,
                                 const struct conv_shape *shape, float *scratch) {
    if (shape->upscale) {
        upscaled_backward_input(d_in, d_out, weight, shape, scratch);
        return;
    }
    struct conv_shape back = transposed(shape);
    float *flipped = scratch + padded_size(&back); /* (C, O, 25), taps in reverse */
    for (size_t c = 0; c < shape->in_channels; c++)
        for (size_t o = 0; o < shape->out_channels; o++)
            for (size_t tap = 0; tap < CONV_TAPS; tap++)
                flipped[(c * shape->out_channels + o) * CONV_TAPS + tap] =
                    weight[(o * shape->in_channels + c + 1) * CONV_TAPS - 1 - tap];
    KERNEL(conv_forward)(d_in, d_out, flipped, NULL, &back, scratch);
}

void KERNEL(conv_backward_weight)(float *d_weight, const float *d_out, const float *in,
                                  const struct conv_shape *shape, float *scratch) {
    if (shape->upscale) {
        upscaled_backward_weight(d_weight, d_out, in, shape, scratch);
        return;
    }
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
    };
    weight_planes(&planes, CONV_SIZE);
}
