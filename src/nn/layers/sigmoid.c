/* Sigmoid, in place: 1 / (1 + exp(-x)). */
#include "nn/layers/layers.h"

static int size(struct layer *layer, struct error *err) {
    (void)err;
    layer->out = layer->in;
    return STATUS_OK;
}

static void forward(const struct layer *layer, const struct group *group) {
    group->kernels->sigmoid_forward(group->out, shape_size(layer->out) * LANES);
}

static void backward(const struct layer *layer, const struct group *group) {
    group->kernels->sigmoid_backward(group->d_out, group->out, shape_size(layer->out) * LANES);
}

const struct layer_type layer_sigmoid = {
    .in_place = true, .size = size, .forward = forward, .backward = backward};
