/* The layer types, one file each. */
#ifndef NN_LAYERS_LAYERS_H
#define NN_LAYERS_LAYERS_H

#include "nn/layer.h"

extern const struct layer_type layer_conv, layer_dense, layer_batchnorm, layer_leaky_relu,
    layer_sigmoid, layer_max_pool, layer_upscale, layer_reshape, layer_dropout, layer_tap;

/* Adds a parameter to a layer that is being sized; fans are 0 for all but weights. */
struct parameter *layer_add_parameter(struct layer *layer, enum parameter_kind kind, size_t n_dims,
                                      const size_t *dims);

#endif
