#include "run/weights.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/rng.h"
#include "model/file.h"
#include "nn/init.h"

enum { DICTIONARY_IMAGES = 500 };

/* The first filters from a dictionary of random training images. */
static int learn_dictionary(const struct config *config, const struct batch_set *train,
                            struct network *network, struct error *err) {
    size_t n = train->n_images < DICTIONARY_IMAGES ? train->n_images : DICTIONARY_IMAGES;
    struct rng rng;
    rng_seed(&rng, (uint64_t)config->seed, RNG_DICTIONARY);
    float *images = memory_alloc(n * train->n_values, sizeof *images, err);
    size_t *order = memory_alloc(train->n_images, sizeof *order, err);
    int status = images && order ? STATUS_OK : STATUS_NO_MEMORY;
    if (!status) {
        for (size_t i = 0; i < train->n_images; i++)
            order[i] = i;
        rng_shuffle(&rng, order, train->n_images);
        for (size_t i = 0; i < n; i++)
            batch_set_get(train, order[i], images + i * train->n_values);
        status = init_first_filters(network, images, n,
                                    (enum patch_layout)config->weight_dict_patches, &rng, err);
    }
    free(images);
    free(order);
    return status;
}

void weights_random(const struct config *config, struct network *network) {
    struct rng rng;
    rng_seed(&rng, (uint64_t)config->seed, RNG_WEIGHTS);
    init_glorot(network, &rng);
}

int weights_initial(const struct config *config, const struct batch_set *train,
                    struct network *network, struct error *err) {
    weights_random(config, network);
    if (config->in_name[0])
        return model_read(config->in_name, config, network, err);
    return config->weight_dict_init ? learn_dictionary(config, train, network, err) : STATUS_OK;
}
