/* Initial weights. */
#include "nn/init.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "nn/dictionary.h"

void init_glorot(struct network *network, struct rng *rng) {
    const double slope = 0.01; /* the gain of a leaky ReLU, whatever the activation is */
    for (size_t i = 0; i < network->n_layers; i++) {
        const struct layer *layer = &network->layers[i];
        double gain = layer->spec.kind == LAYER_CONV ? sqrt(2 / (1 + slope * slope)) : 1;
        for (size_t p = 0; p < layer->n_parameters; p++) {
            const struct parameter *parameter = &layer->parameters[p];
            float *values = network->parameters + parameter->offset;
            double limit = gain * sqrt(6 / (double)(parameter->fan_in + parameter->fan_out));
            for (size_t j = 0; j < parameter->size; j++)
                values[j] = parameter->kind == PARAMETER_WEIGHT
                                ? (float)(limit * (2 * rng_uniform(rng) - 1))
                                : (float)(parameter->kind == PARAMETER_SCALE);
        }
        for (size_t c = 0; c < layer->n_statistics; c++) {
            layer->running_mean[c] = 0;
            layer->running_var[c] = 1;
        }
    }
}

int init_first_filters(struct network *network, const float *images, size_t n,
                       enum patch_layout layout, struct rng *rng, struct error *err) {
    const struct layer *first = network->layers; /* but for dropout */
    while (first->spec.kind == LAYER_DROPOUT)
        first++;
    if (first->spec.kind != LAYER_CONV)
        return error_set(err, STATUS_USAGE,
                         "a network that does not begin with a convolution has no filters for a "
                         "dictionary");
    const struct parameter *weight = &first->parameters[0];
    float *atoms = memory_alloc(weight->size, sizeof *atoms, err);
    int status =
        atoms ? dictionary_learn(atoms, first->out.channels, images, n, first->in.channels,
                                 first->in.height, first->in.width, CONV_SIZE, layout, rng, err)
              : STATUS_NO_MEMORY;
    if (!status)
        memcpy(network->parameters + weight->offset, atoms, weight->size * sizeof *atoms);
    free(atoms);
    return status;
}
