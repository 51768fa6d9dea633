/* Dense layer: out (M) = weight (M, N) in (N) + bias (M), the input flattened as (C, H, W). */
#include "nn/layers/layers.h"
#include "nn/layers/parameters.h"

static int size(struct layer *layer, struct error *err) {
    size_t n_in = shape_size(layer->in), n_out = layer->spec.units;
    if (n_out == 0)
        return error_set(err, STATUS_USAGE, "a dense layer needs at least one output");
    layer->out = (struct shape){n_out, 1, 1};
    struct parameter *weight =
        layer_add_parameter(layer, PARAMETER_WEIGHT, 2, (size_t[]){n_out, n_in});
    weight->fan_in = n_in;
    weight->fan_out = n_out;
    if (layer->spec.bias)
        layer_add_parameter(layer, PARAMETER_BIAS, 1, &n_out);
    return STATUS_OK;
}

static size_t scratch(const struct layer *layer, const struct kernels *kernels) {
    (void)kernels;
    return shape_size(layer->in) * LANES;
}

static void forward(const struct layer *layer, const struct group *group) {
    const float *weight = group->parameters + layer->parameters[0].offset;
    const float *bias = layer->spec.bias ? group->parameters + layer->parameters[1].offset : NULL;
    group->kernels->dense_forward(group->out, group->in, weight, bias, shape_size(layer->in),
                                  layer->out.channels);
}

static void backward(const struct layer *layer, const struct group *group) {
    const struct kernels *kernels = group->kernels;
    size_t n_in = shape_size(layer->in), n_out = layer->out.channels;
    const float *weight = group->parameters + layer->parameters[0].offset;
    kernels->dense_backward_weight(group->gradient + layer->parameters[0].offset, group->d_out,
                                   group->in, n_in, n_out, group->scratch);
    if (layer->spec.bias)
        kernels->sum_channels(group->gradient + layer->parameters[1].offset, group->d_out, n_out,
                              1);
    if (group->d_in)
        kernels->dense_backward_input(group->d_in, group->d_out, weight, n_in, n_out);
}

const struct layer_type layer_dense = {
    .name = "dense", .size = size, .scratch = scratch, .forward = forward, .backward = backward};
