/* Convolution, 5x5, stride 1: out (O, H', W') = weight (O, C, 5, 5) * in (C, H, W) + bias (O),
 * the input upscaled by 2 first when an upscaling came before (network.c folds it in). */
#include "nn/layers/layers.h"
#include "nn/layers/parameters.h"

static struct conv_shape conv_shape(const struct layer *layer) {
    return (struct conv_shape){layer->in.channels,  layer->in.height, layer->in.width,
                               layer->out.channels, layer->spec.pad,  layer->upscale};
}

static int size(struct layer *layer, struct error *err) {
    struct shape in = layer->in;
    size_t pad = layer->spec.pad, channels = layer->spec.units;
    if (layer->upscale) {
        in.height *= 2;
        in.width *= 2;
    }
    if (channels == 0 || pad >= CONV_SIZE || in.height + 2 * pad < CONV_SIZE ||
        in.width + 2 * pad < CONV_SIZE)
        return error_set(err, STATUS_USAGE,
                         "a 5x5 convolution with padding %zu does not fit an input of %zux%zu", pad,
                         in.height, in.width);
    layer->out =
        (struct shape){channels, conv_output_size(in.height, pad), conv_output_size(in.width, pad)};
    struct parameter *weight = layer_add_parameter(
        layer, PARAMETER_WEIGHT, 4, (size_t[]){channels, in.channels, CONV_SIZE, CONV_SIZE});
    weight->fan_in = in.channels * CONV_TAPS;
    weight->fan_out = channels * CONV_TAPS;
    if (layer->spec.bias)
        layer_add_parameter(layer, PARAMETER_BIAS, 1, &channels);
    return STATUS_OK;
}

static size_t scratch(const struct layer *layer, const struct kernels *kernels) {
    struct conv_shape shape = conv_shape(layer);
    return kernels->conv_scratch(&shape);
}

static size_t prepared(const struct layer *layer, const struct kernels *kernels) {
    struct conv_shape shape = conv_shape(layer);
    return kernels->conv_prepared(&shape);
}

static void prepare(const struct layer *layer, const struct kernels *kernels,
                    const float *parameters) {
    struct conv_shape shape = conv_shape(layer);
    kernels->conv_prepare(layer->prepared, parameters + layer->parameters[0].offset, &shape);
}

static void finish_gradient(const struct layer *layer, const struct kernels *kernels,
                            float *gradient, float *scratch_memory) {
    struct conv_shape shape = conv_shape(layer);
    kernels->conv_finish_gradient(gradient + layer->parameters[0].offset, &shape, scratch_memory);
}

static struct conv_weights conv_weights(const struct layer *layer, const struct group *group) {
    return (struct conv_weights){
        .weight = group->parameters + layer->parameters[0].offset,
        .bias = layer->spec.bias ? group->parameters + layer->parameters[1].offset : NULL,
        .prepared = layer->prepared,
    };
}

static void forward(const struct layer *layer, const struct group *group) {
    struct conv_shape shape = conv_shape(layer);
    struct conv_weights weights = conv_weights(layer, group);
    group->kernels->conv_forward(group->out, group->in, &weights, &shape, group->scratch);
}

static void backward(const struct layer *layer, const struct group *group) {
    struct conv_shape shape = conv_shape(layer);
    struct conv_weights weights = conv_weights(layer, group);
    const struct kernels *kernels = group->kernels;
    kernels->conv_backward_weight(group->gradient + layer->parameters[0].offset, group->d_out,
                                  group->in, &shape, group->scratch);
    if (layer->spec.bias)
        kernels->sum_channels(group->gradient + layer->parameters[1].offset, group->d_out,
                              layer->out.channels, layer->out.height * layer->out.width);
    if (group->d_in)
        kernels->conv_backward_input(group->d_in, group->d_out, &weights, &shape, group->scratch);
}

const struct layer_type layer_conv = {
    .name = "conv",
    .size = size,
    .scratch = scratch,
    .prepared = prepared,
    .prepare = prepare,
    .finish_gradient = finish_gradient,
    .forward = forward,
    .backward = backward,
};
