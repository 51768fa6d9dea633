/* Leaky ReLU, in place: max(x, slope x); slope 0 is the ReLU. */
#include "nn/layers/layers.h"

static int size(struct layer *layer, struct error *err) {
    (void)err;
    layer->out = layer->in;
    return STATUS_OK;
}

static void forward(const struct layer *layer, const struct group *group) {
    group->kernels->leaky_relu_forward(group->out, shape_size(layer->out) * LANES,
                                       layer->spec.slope);
}

static void backward(const struct layer *layer, const struct group *group) {
    group->kernels->leaky_relu_backward(group->d_out, group->out, shape_size(layer->out) * LANES,
                                        layer->spec.slope);
}

const struct layer_type layer_leaky_relu = {
    .in_place = true, .size = size, .forward = forward, .backward = backward};
