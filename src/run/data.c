/* The images of a run. */
#include "run/data.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "config/advice.h"
#include "data/source.h"

const char *const set_names[N_SETS + 1] = {[TRAIN] = "train", [VAL] = "val", [TEST] = "test"};

/* Block by block, so that no second copy of the set is needed. */
static int fill(struct image_set *set, const struct preprocess *preprocess,
                const struct images *images, size_t batch_size, struct error *err) {
    const size_t n_values = preprocess->n_values, n_images = set->selection.n;
    float *values = memory_alloc(preprocess_block(0, n_images), n_values * sizeof *values, err);
    set->scores = memory_alloc(n_images, sizeof *set->scores, err);
    set->room = memory_alloc(n_images, sizeof *set->room, err);
    int status = values && set->scores && set->room ? STATUS_OK : STATUS_NO_MEMORY;
    if (!status)
        status = batch_set_create(&set->batches, n_images, n_values, batch_size, err);
    for (size_t first = 0; !status && first < n_images; first += PREPROCESS_BLOCK) {
        size_t n = preprocess_block(first, n_images);
        status = preprocess_images(preprocess, images, &set->selection, first, n, values, err);
        if (status)
            break;
        preprocess_rescale(preprocess, values, n * n_values);
        for (size_t i = 0; i < n; i++)
            batch_set_put(&set->batches, first + i, values + i * n_values);
        memcpy(set->batches.labels + first, set->selection.outlier + first, n);
    }
    free(values);
    return status;
}

static int fill_all(struct run_data *data, const struct dataset *dataset,
                    const struct config *config, struct error *err) {
    const struct images *train = &dataset->train;
    int status = preprocess_fit(&data->preprocess, train, &data->split.train, err);
    for (size_t i = 0; !status && i < N_SETS; i++) {
        const size_t n = data->sets[i].selection.n; /* 0 where nothing is held out */
        status = fill(&data->sets[i], &data->preprocess, i == TEST ? &dataset->test : train,
                      i == TRAIN || n == 0 ? (size_t)config->batch_size : n, err);
    }
    return status;
}

/* An error about a field of the options begins with the name that it has on the command line. */
static int split(struct run_data *data, const struct dataset *dataset, const struct config *config,
                 struct rng *rng, struct error *err) {
    static const char *const names[] = {[SPLIT_OUT_FRAC] = "--out-frac",
                                        [SPLIT_VAL_FRAC] = "--val-frac",
                                        [SPLIT_BATCH_SIZE] = "--batch-size"};
    const struct split_options options = {
        .normal = config->normal,
        .outlier = config->outlier,
        .out_frac = config->out_frac,
        .val_frac = config->val_frac,
        .batch_size = (size_t)config->batch_size,
    };
    const int status = split_create(&data->split, dataset, &options, rng, err);
    return status && data->split.fault != SPLIT_NO_FIELD
               ? error_prefix(err, status, "%s", names[data->split.fault])
               : status;
}

int run_data_load(struct run_data *data, const struct config *config, struct error *err) {
    *data = (struct run_data){.preprocess = {.gcn = config->gcn,
                                             .norm = (enum norm)config->unit_norm_used,
                                             .zca_whitening = config->zca_whitening}};
    struct rng rng;
    rng_seed(&rng, (uint64_t)config->seed, RNG_DATA);
    struct dataset dataset = {0};
    int status = source_load(&config->source, &rng, &dataset, err);
    status = advice_data(config->source.info, status, err);
    if (!status)
        status = split(data, &dataset, config, &rng, err);
    if (!status) {
        data->sets[TRAIN] =
            (struct image_set){.name = set_names[TRAIN], .selection = data->split.train};
        data->sets[VAL] = (struct image_set){.name = set_names[VAL], .selection = data->split.val};
        data->sets[TEST] =
            (struct image_set){.name = set_names[TEST], .selection = data->split.test};
        status = fill_all(data, &dataset, config, err);
    }
    dataset_free(&dataset);
    if (status)
        run_data_free(data);
    return status;
}

void run_data_free(struct run_data *data) {
    for (size_t i = 0; i < N_SETS; i++) {
        batch_set_free(&data->sets[i].batches);
        free(data->sets[i].scores);
        free(data->sets[i].room);
    }
    preprocess_free(&data->preprocess);
    split_free(&data->split);
    *data = (struct run_data){0};
}
