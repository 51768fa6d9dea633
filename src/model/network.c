#include "model/network.h"

static int find(struct architecture *architecture, const struct config *config,
                enum architecture_use use, struct error *err) {
    const struct architecture_options options = config_architecture(config);
    return architecture_find(architecture, source_family(&config->source), config->architecture,
                             use, &options, err);
}

int model_network(struct network **network, const struct config *config, enum architecture_use use,
                  size_t max_batch, const struct kernels *kernels, struct thread_pool *pool,
                  struct error *err) {
    struct architecture architecture;
    int status = find(&architecture, config, use, err);
    return status ? status
                  : network_create(network, architecture.layers, architecture.n_layers,
                                   architecture.input, max_batch, kernels, pool, err);
}

int model_network_parameters(const struct config *config, enum architecture_use use, size_t *n,
                             struct error *err) {
    struct architecture architecture;
    int status = find(&architecture, config, use, err);
    return status ? status : architecture_parameters(&architecture, n, err);
}
