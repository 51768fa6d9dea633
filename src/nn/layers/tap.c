/* Tap: a copy of its input, which the loss sees besides the network's output and may send a
 * gradient into. It stands behind the encoder where a decoder follows: what is decoded in place is
 * the copy, and the representation stays as it is. */
#include <string.h>

#include "nn/layers/layers.h"

static int size(struct layer *layer, struct error *err) {
    (void)err;
    layer->out = layer->in;
    return STATUS_OK;
}

static void forward(const struct layer *layer, const struct group *group) {
    memcpy(group->out, group->in, shape_size(layer->in) * LANES * sizeof *group->out);
}

static void backward(const struct layer *layer, const struct group *group) {
    for (size_t i = 0; group->d_in && i < shape_size(layer->in) * LANES; i++)
        group->d_in[i] = group->d_out[i] + group->d_tap[i];
}

const struct layer_type layer_tap = {.size = size, .forward = forward, .backward = backward};
