/* The network of a configuration. */
#ifndef MODEL_NETWORK_H
#define MODEL_NETWORK_H

#include "base/error.h"
#include "base/threads.h"
#include "config/config.h"
#include "nn/architectures.h"
#include "nn/network.h"

/* The network of that use with the configuration's options; weights are still to come. max_batch,
 * kernels, pool: as in network_create. */
int model_network(struct network **network, const struct config *config, enum architecture_use use,
                  size_t max_batch, const struct kernels *kernels, struct thread_pool *pool,
                  struct error *err);

/* How many parameters it will have. */
int model_network_parameters(const struct config *config, enum architecture_use use, size_t *n,
                             struct error *err);

#endif
