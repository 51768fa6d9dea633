/* The networks of the published experiments (networks.md). */
#ifndef NN_ARCHITECTURES_H
#define NN_ARCHITECTURES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "nn/layer.h"

struct architecture_options {
    size_t rep_dim; /* z */
    bool bias, use_batch_norm, bn_affine, leaky_relu;
};

enum { ARCHITECTURE_MAX_LAYERS = 64 };

struct architecture {
    struct shape input;
    size_t n_encoder, n_layers; /* layers of the encoder, and with the decoder */
    struct layer_spec layers[ARCHITECTURE_MAX_LAYERS];
};

/* Encoder and decoder number `number` (1..) for a data set's images ("mnist", "fashion-mnist",
 * "cifar10"). STATUS_USAGE when there is none. */
int architecture_find(struct architecture *architecture, const char *dataset, int number,
                      const struct architecture_options *options, struct error *err);

#endif
