/* Nearest-neighbour upscaling by 2: out (C, 2H, 2W) of in (C, H, W). */
#include "nn/layers/layers.h"

static int size(struct layer *layer, struct error *err) {
    (void)err;
    layer->out = (struct shape){layer->in.channels, 2 * layer->in.height, 2 * layer->in.width};
    return STATUS_OK;
}

static void forward(const struct layer *layer, const struct group *group) {
    group->kernels->upscale_forward(group->out, group->in, layer->in.channels, layer->in.height,
                                    layer->in.width);
}

static void backward(const struct layer *layer, const struct group *group) {
    if (group->d_in)
        group->kernels->upscale_backward(group->d_in, group->d_out, layer->in.channels,
                                         layer->in.height, layer->in.width);
}

const struct layer_type layer_upscale = {.size = size, .forward = forward, .backward = backward};
