/* Reshape (N) to (N / s^2, s, s), in place: the values stay where they are. */
#include "nn/layers/layers.h"

static int size(struct layer *layer, struct error *err) {
    size_t n = shape_size(layer->in), side = layer->spec.units;
    if (side == 0 || n % (side * side) != 0)
        return error_set(err, STATUS_USAGE,
                         "must be a multiple of %zu, not %zu, for the decoder takes it as (n/%zu, "
                         "%zu, %zu)",
                         side * side, n, side * side, side, side);
    layer->out = (struct shape){n / (side * side), side, side};
    return STATUS_OK;
}

static void pass(const struct layer *layer, const struct group *group) {
    (void)layer;
    (void)group;
}

const struct layer_type layer_reshape = {
    .in_place = true, .size = size, .forward = pass, .backward = pass};
