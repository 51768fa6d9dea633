/* What layers with parameters share. */
#ifndef NN_LAYERS_PARAMETERS_H
#define NN_LAYERS_PARAMETERS_H

#include "nn/layer.h"

/* Adds a parameter to a layer that is being sized; fans are 0 for all but weights. */
struct parameter *layer_add_parameter(struct layer *layer, enum parameter_kind kind, size_t n_dims,
                                      const size_t *dims);

#endif
