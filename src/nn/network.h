/* A network: a list of layers and all the memory they work in, sized once.
 *
 * All trained values stand in one vector, all gradients in another of the same order (so a solver
 * is one loop), all BatchNorm statistics in a third. */
#ifndef NN_NETWORK_H
#define NN_NETWORK_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/threads.h"
#include "nn/kernels/kernels.h"
#include "nn/layer.h"

enum { NETWORK_SHARDS = 8 }; /* of a batch, see nn/pass.h */

struct network {
    const struct kernels *kernels;
    struct thread_pool *pool;
    size_t n_layers;
    struct layer *layers;
    size_t first_trained; /* the first layer with parameters: none before it needs a gradient */
    size_t tap;           /* the tap's place; n_layers when there is none */
    bool has_dropout;
    uint64_t noise; /* what dropout's random numbers of the next training pass follow from; set by
                       who trains */
    size_t max_batch, max_groups;

    size_t n_parameters;
    float *parameters;
    float *gradient;
    size_t n_statistics;
    float *statistics; /* running mean and variance of each BatchNorm */

    /* Working memory. */
    float **outputs;  /* of each layer: (groups of a batch or workers, whichever are more; features;
                         LANES) */
    float *slopes[2]; /* gradients of activations, in turn: (max_groups, max_features, LANES) */
    size_t max_features;
    float *tap_slopes; /* (max_groups, features of the tap, LANES) */
    float *shards;     /* (NETWORK_SHARDS, n_parameters) */
    float *scratch;    /* one a worker */
    size_t scratch_size;
    size_t n_prepared;
    float *prepared;      /* what the layers have worked out of the parameters */
    double *group_losses; /* (max_groups) */
    float *batch_memory;  /* the arrays of all struct batch_statistics */
};

/* Builds a network for images of `input` and batches of up to max_batch images. An activation and a
 * pooling right after a BatchNorm are folded into it, and an upscaling into the convolution after
 * it, so there may be fewer layers than specs. Parameters are 0, BatchNorm scales and running
 * variances 1 (nn/init.h sets the rest). There may be one tap. A network with max_batch 0 has no
 * memory for passes: only nn/forward.h evaluates it, and `pool` may be NULL. `pool` and `kernels`
 * must outlive it. */
int network_create(struct network **network, const struct layer_spec *specs, size_t n_specs,
                   struct shape input, size_t max_batch, const struct kernels *kernels,
                   struct thread_pool *pool, struct error *err);
void network_free(struct network *network);

/* Frees the working memory of a network that is only to be copied from: parameters and statistics
 * stay, but no pass can be run any more. */
void network_retire(struct network *network);

/* The shapes of the last layer's output, and of what struct network_view calls representation. */
struct shape network_output(const struct network *network);
struct shape network_representation(const struct network *network);

/* True for what weight decay pulls towards 0: the weights of convolutions and dense layers, and,
 * with `scales`, BatchNorm's scales. */
bool network_decays(const struct parameter *parameter, bool scales);

/* Adds factor * w to the gradient of every parameter w that decays (network_decays); returns
 * factor / 2 times the sum of their squares. */
double network_weight_decay(struct network *network, double factor, bool scales);

/* Copies all layers' parameters and statistics from the layers of the same names in `source`, which
 * must have them in the same shapes. A layer of PART_HEAD that `source` has not stays as it is. */
int network_copy(struct network *network, const struct network *source, struct error *err);

#endif
