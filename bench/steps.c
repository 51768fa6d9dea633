/* Training steps and scoring, as a run does them, on random images. */
#include "bench.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "data/batches.h"
#include "io/json.h"
#include "nn/init.h"
#include "svdd/deep_svdd.h"
#include "train/autoencoder.h"
#include "train/trainer.h"

static const struct solver_options adam = {.type = SOLVER_ADAM};

/* As many batches as MNIST's digit 0 has. */
enum { N_BATCHES = 29, WARM_UP_STEPS = 3 };

/* What one kind of step works on. */
struct work {
    const struct bench *bench;
    struct batch_set images;
    struct network *network;
    struct trainer trainer;
    struct deep_svdd svdd;
    struct objective objective;
    float scores[BENCH_BATCH];
    double last; /* loss or first score: shows that something was computed */
};

static int create_network(struct work *work, const struct architecture *architecture,
                          struct error *err) {
    const struct bench *bench = work->bench;
    struct rng rng;
    size_t max_batch = (BENCH_BATCH + LANES - 1) / LANES * LANES;
    int status = network_create(&work->network, architecture->layers, architecture->n_layers,
                                architecture->input, max_batch, bench->kernels, bench->pool, err);
    if (status)
        return status;
    rng_seed(&rng, 0, RNG_WEIGHTS);
    init_glorot(work->network, &rng);
    return STATUS_OK;
}

static int create_trainer(struct work *work, double weight_decay, bool scales, struct error *err) {
    const struct schedule schedule = {
        .lr = 1e-4, .weight_decay = weight_decay, .decay_scales = scales};
    struct rng rng;
    rng_seed(&rng, 0, RNG_TRAIN);
    return trainer_create(&work->trainer, work->network, &adam, &schedule, &work->images, rng, NULL,
                          err);
}

static int start_autoencoder(struct work *work, struct error *err) {
    int status = create_network(work, &work->bench->autoencoder, err);
    if (!status)
        status = create_trainer(work, 1e-3, true, err);
    work->objective = autoencoder_objective(work->network, false);
    return status;
}

static int start_scoring(struct work *work, struct error *err) {
    const struct svdd_options options = {.hard_margin = true, .nu = 0.1, .c_mean_init = true};
    int status = create_network(work, &work->bench->encoder, err);
    if (!status)
        status = deep_svdd_create(&work->svdd, work->network, &options, &adam, err);
    if (!status)
        status = deep_svdd_init_center(&work->svdd, &work->images, err);
    return status;
}

static int start_svdd(struct work *work, struct error *err) {
    int status = start_scoring(work, err);
    if (!status)
        status = create_trainer(work, 1e-6, false, err);
    work->objective = deep_svdd_objective(&work->svdd);
    return status;
}

static void train_batch(struct work *work, size_t batch) {
    work->last = trainer_step(&work->trainer, &work->images, batch, &work->objective);
}

static void score_batch(struct work *work, size_t batch) {
    struct batch_set one = work->images;
    one.values = batch_set_batch(&work->images, batch);
    one.n_images = BENCH_BATCH;
    one.n_batches = 1;
    deep_svdd_distances(&work->svdd, &one, work->scores);
    work->last = (double)work->scores[0];
}

static const struct step {
    const char *name;
    int (*start)(struct work *work, struct error *err);
    void (*run)(struct work *work, size_t batch);
} step_table[] = {
    {"ae", start_autoencoder, train_batch},
    {"svdd", start_svdd, train_batch},
    {"score", start_scoring, score_batch},
};

static int create_images(struct work *work, struct error *err) {
    struct batch_set *images = &work->images;
    size_t n_values = shape_size(work->bench->encoder.input);
    struct rng rng;
    int status =
        batch_set_create(images, (size_t)N_BATCHES * BENCH_BATCH, n_values, BENCH_BATCH, err);
    if (status)
        return status;
    rng_seed(&rng, 0, RNG_DATA);
    for (size_t b = 0; b < N_BATCHES; b++) /* the lanes that pad the last group too: no matter */
        bench_random(batch_set_batch(images, b), images->groups_per_batch * n_values * LANES, &rng);
    return STATUS_OK;
}

static void report(const struct work *work, const char *name, size_t steps, double seconds) {
    double images = (double)steps * BENCH_BATCH;
    cJSON *row = cJSON_CreateObject();
    cJSON_AddStringToObject(row, "network", work->bench->network);
    cJSON_AddStringToObject(row, "what", name);
    cJSON_AddStringToObject(row, "kernel", work->bench->kernels->name);
    json_add_number(row, "threads", (double)thread_pool_size(work->bench->pool));
    json_add_number(row, "parameters", (double)work->network->n_parameters);
    json_add_number(row, "images", images);
    json_add_number(row, "seconds", seconds);
    json_add_number(row, "us_per_image", seconds / images * 1e6);
    bench_print(row);
}

static int measure(struct work *work, const struct step *step, struct error *err) {
    int status = create_images(work, err);
    if (!status)
        status = step->start(work, err);
    if (status)
        return status;
    for (size_t i = 0; i < WARM_UP_STEPS; i++)
        step->run(work, i);
    size_t steps = 0;
    double start = bench_clock(), seconds = 0;
    while (seconds < work->bench->seconds) {
        step->run(work, steps++ % N_BATCHES);
        seconds = bench_clock() - start;
    }
    if (!isfinite(work->last))
        return error_set(err, STATUS_FAILED, "%s: the result is not finite", step->name);
    report(work, step->name, steps, seconds);
    return STATUS_OK;
}

static void free_work(struct work *work) {
    trainer_free(&work->trainer);
    deep_svdd_free(&work->svdd);
    network_free(work->network);
    batch_set_free(&work->images);
}

int bench_steps(const struct bench *bench, const char *what, struct error *err) {
    bool found = false;
    int status = STATUS_OK;
    for (size_t i = 0; !status && i < sizeof step_table / sizeof *step_table; i++) {
        struct work work = {.bench = bench};
        if (what && strcmp(what, step_table[i].name) != 0)
            continue;
        found = true;
        status = measure(&work, &step_table[i], err);
        free_work(&work);
    }
    return found ? status : error_set(err, STATUS_USAGE, "there is no measurement \"%s\"", what);
}
