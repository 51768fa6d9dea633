/* The table of layer types. */
#include "nn/layers/layers.h"

const struct layer_type *layer_type(enum layer_kind kind) {
    static const struct layer_type *const table[] = {
        [LAYER_CONV] = &layer_conv,           [LAYER_DENSE] = &layer_dense,
        [LAYER_BATCHNORM] = &layer_batchnorm, [LAYER_LEAKY_RELU] = &layer_leaky_relu,
        [LAYER_SIGMOID] = &layer_sigmoid,     [LAYER_MAX_POOL] = &layer_max_pool,
        [LAYER_UPSCALE] = &layer_upscale,     [LAYER_RESHAPE] = &layer_reshape,
        [LAYER_DROPOUT] = &layer_dropout,     [LAYER_TAP] = &layer_tap,
    };
    return table[kind];
}
