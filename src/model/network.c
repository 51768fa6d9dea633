#include "model/network.h"

int model_network(struct network **network, const struct config *config, enum architecture_use use,
                  size_t max_batch, const struct kernels *kernels, struct thread_pool *pool,
                  struct error *err) {
    const struct architecture_options options = config_architecture(config);
    struct architecture architecture;
    int status = architecture_find(&architecture, source_family(&config->source),
                                   config->architecture, use, &options, err);
    return status ? status
                  : network_create(network, architecture.layers, architecture.n_layers,
                                   architecture.input, max_batch, kernels, pool, err);
}
