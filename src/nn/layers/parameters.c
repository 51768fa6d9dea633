/* What layers with parameters share. */
#include "nn/layers/parameters.h"

struct parameter *layer_add_parameter(struct layer *layer, enum parameter_kind kind, size_t n_dims,
                                      const size_t *dims) {
    struct parameter *parameter = &layer->parameters[layer->n_parameters++];
    bool first = kind == PARAMETER_WEIGHT || kind == PARAMETER_SCALE;
    *parameter = (struct parameter){
        .kind = kind, .name = first ? "weight" : "bias", .size = 1, .n_dims = n_dims};
    for (size_t i = 0; i < n_dims; i++) {
        parameter->dims[i] = dims[i];
        parameter->size *= dims[i];
    }
    return parameter;
}
