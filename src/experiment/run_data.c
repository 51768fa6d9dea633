/* The images of a run. */
#include "experiment/run_data.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/rng.h"
#include "data/dataset.h"

/* Contrast-normalises the training images and finds their range, which every set is rescaled by. */
static int fit(struct run_data *data, const struct images *images, size_t n_values,
               struct error *err) {
    const struct selection *train = &data->split.train;
    size_t n;
    if (!memory_multiply(train->n, n_values, &n))
        return error_set(err, STATUS_FAILED, "the training set does not fit in memory");
    float *values = memory_alloc(n, sizeof *values, err);
    if (!values)
        return STATUS_FAILED;
    preprocess_contrast(&data->preprocess, images, train, values);
    int status = preprocess_fit_range(&data->preprocess, values, n, err);
    free(values);
    return status;
}

/* Image by image, so that no second copy of the set is needed. */
static int fill(struct image_set *set, const struct preprocess *preprocess,
                const struct images *images, size_t batch_size, struct error *err) {
    size_t n_values = images->channels * images->height * images->width;
    float *values = memory_alloc(n_values, sizeof *values, err);
    set->scores = memory_alloc(set->selection.n, sizeof *set->scores, err);
    int status = values && set->scores ? STATUS_OK : STATUS_FAILED;
    if (!status)
        status = batch_set_create(&set->batches, set->selection.n, n_values, batch_size, err);
    for (size_t i = 0; !status && i < set->selection.n; i++) {
        struct selection one = {.n = 1, .index = &set->selection.index[i]};
        preprocess_contrast(preprocess, images, &one, values);
        preprocess_rescale(preprocess, values, n_values);
        batch_set_put(&set->batches, i, values);
    }
    free(values);
    return status;
}

static int fill_all(struct run_data *data, const struct dataset *dataset,
                    const struct config *config, struct error *err) {
    const struct images *train = &dataset->train;
    int status = fit(data, train, train->channels * train->height * train->width, err);
    for (size_t i = 0; !status && i < N_SETS; i++) {
        const size_t n = data->sets[i].selection.n; /* 0 where nothing is held out */
        status = fill(&data->sets[i], &data->preprocess, i == TEST ? &dataset->test : train,
                      i == TRAIN || n == 0 ? (size_t)config->batch_size : n, err);
    }
    return status;
}

int run_data_load(struct run_data *data, const struct config *config, struct error *err) {
    const struct dataset_info *info = dataset_find(config->dataset);
    const struct split_options options = {
        .normal = config->normal,
        .outlier = config->outlier,
        .out_frac = config->out_frac,
        .val_frac = config->val_frac,
        .batch_size = (size_t)config->batch_size,
    };
    *data = (struct run_data){
        .preprocess = {.gcn = config->gcn, .norm = (enum norm)config->unit_norm_used}};
    if (!info)
        return error_set(err, STATUS_USAGE, "there is no data set %s", config->dataset);
    struct rng rng;
    rng_seed(&rng, (uint64_t)config->seed, RNG_DATA);
    struct dataset dataset = {0};
    int status = info->load(info, config->data_dir, &rng, &dataset, err);
    if (!status)
        status = split_create(&data->split, &dataset, &options, &rng, err);
    if (!status) {
        data->sets[TRAIN] = (struct image_set){.name = "train", .selection = data->split.train};
        data->sets[VAL] = (struct image_set){.name = "val", .selection = data->split.val};
        data->sets[TEST] = (struct image_set){.name = "test", .selection = data->split.test};
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
    }
    split_free(&data->split);
    *data = (struct run_data){0};
}
