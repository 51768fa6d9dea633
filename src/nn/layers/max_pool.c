/* Max pooling, 2x2, stride 2: out (C, H/2, W/2) of in (C, H, W), rounded down. */
#include "nn/layers/layers.h"

static int size(struct layer *layer, struct error *err) {
    if (layer->in.height < 2 || layer->in.width < 2)
        return error_set(err, STATUS_USAGE, "2x2 pooling does not fit an input of %zux%zu",
                         layer->in.height, layer->in.width);
    layer->out = (struct shape){layer->in.channels, layer->in.height / 2, layer->in.width / 2};
    return STATUS_OK;
}

static void forward(const struct layer *layer, const struct group *group) {
    group->kernels->max_pool_forward(group->out, group->in, layer->in.channels, layer->in.height,
                                     layer->in.width);
}

static void backward(const struct layer *layer, const struct group *group) {
    if (group->d_in)
        group->kernels->max_pool_backward(group->d_in, group->d_out, group->out, group->in,
                                          layer->in.channels, layer->in.height, layer->in.width);
}

const struct layer_type layer_max_pool = {.size = size, .forward = forward, .backward = backward};
