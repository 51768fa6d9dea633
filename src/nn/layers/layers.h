/* The table of layer types: one file each, one row each. */
#ifndef NN_LAYERS_LAYERS_H
#define NN_LAYERS_LAYERS_H

#include "nn/layer.h"

extern const struct layer_type layer_conv, layer_dense, layer_batchnorm, layer_leaky_relu,
    layer_sigmoid, layer_max_pool, layer_upscale, layer_reshape, layer_dropout, layer_tap;

/* The row of a kind. */
const struct layer_type *layer_type(enum layer_kind kind);

#endif
