/* The networks of the published experiments (the paper, section 4, and the code published with it).
 */
#ifndef NN_ARCHITECTURES_H
#define NN_ARCHITECTURES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "nn/layer.h"

struct architecture_options {
    size_t rep_dim; /* z */
    bool bias, use_batch_norm, bn_affine, leaky_relu;
    bool dropout, dropout_arch;
};

/* The networks that an architecture stands for. */
enum architecture_use {
    ARCHITECTURE_ENCODER,     /* phi: Deep SVDD's */
    ARCHITECTURE_AUTOENCODER, /* pretraining's: with a tap between encoder and decoder */
    ARCHITECTURE_PENALISED,   /* Deep SVDD's with the decoder attached (reconstruction penalty) */
    ARCHITECTURE_CLASSIFIER,  /* phi and one more dense unit, a logit */
};

enum { ARCHITECTURE_MAX_LAYERS = 64 };

struct architecture {
    struct shape input;
    size_t n_layers;
    struct layer_spec layers[ARCHITECTURE_MAX_LAYERS];
};

/* The layers of network number `number` (1..) of a family of data sets ("mnist", "cifar10",
 * "gtsrb"). STATUS_USAGE when there is no such network. */
int architecture_find(struct architecture *architecture, const char *family, int number,
                      enum architecture_use use, const struct architecture_options *options,
                      struct error *err);

/* STATUS_USAGE when the layers do not fit together: a representation that does not fit the
 * decoder's reshape. */
int architecture_check(const struct architecture *architecture, struct error *err);

/* How many parameters the network has, without making it; an error as architecture_check's, or when
 * no size_t holds the number. */
int architecture_parameters(const struct architecture *architecture, size_t *n, struct error *err);

/* How many networks the family has. */
int architecture_count(const char *family);

#endif
