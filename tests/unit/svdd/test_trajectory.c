/* Whole trainings against PyTorch in float64 (tests/golden/make_trajectory.py): the autoencoder,
 * its encoder taken over, the centre, and each objective from there; the classifier too. */
#include <string.h>

#include <cblas.h>

#include "nn/network.h"
#include "support/golden.h"
#include "svdd/deep_svdd.h"
#include "svdd/fit.h"
#include "train/autoencoder.h"
#include "train/classifier.h"

static const struct solver_options adam = {.type = SOLVER_ADAM};

enum { N_IMAGES = 80, BATCH = 20, N_BATCHES = 4, STEPS = 20, N_ENCODER = 9, N_LAYERS = 22 };
static const struct shape input = {1, 12, 12};
static const double tolerance = 1e-4;

#define CONV(channels, p) .kind = LAYER_CONV, .units = (channels), .pad = (p)
#define BN .kind = LAYER_BATCHNORM, .affine = true
#define DECODER .part = PART_DECODER
#define ACT                                                                                        \
    { .kind = LAYER_LEAKY_RELU, .slope = 0.01F }
#define POOL                                                                                       \
    { .kind = LAYER_MAX_POOL }
#define UP                                                                                         \
    { .kind = LAYER_UPSCALE }

/* clang-format off */
static const struct layer_spec layers[N_LAYERS] = {
    {CONV(8, 2)}, {BN}, ACT, POOL, {CONV(4, 2)}, {BN}, ACT, POOL,
    {.kind = LAYER_DENSE, .units = 32},
    {.kind = LAYER_TAP, DECODER}, {.kind = LAYER_RESHAPE, .units = 4, DECODER}, ACT, UP,
    {CONV(4, 1), DECODER}, {BN, DECODER}, ACT, UP, {CONV(8, 2), DECODER}, {BN, DECODER}, ACT,
    {CONV(1, 2), DECODER}, {.kind = LAYER_SIGMOID, DECODER},
};
/* clang-format on */

static const struct layer_spec head = {
    .kind = LAYER_DENSE, .part = PART_HEAD, .units = 1, .bias = true};

#define ONE_CLASS .hard_margin = true
#define SOFT_BLOCK .block_coordinate = true, .warm_up_n_epochs = 2, .k_update_epochs = 2
#define FREE .center_free = true

static const struct {
    const char *name;
    struct svdd_options options;
} objectives[] = {
    {"one_class", {ONE_CLASS}},
    {"soft_block", {SOFT_BLOCK}},
    {"soft_solver", {.hard_margin = false}},
    {"one_class_free", {ONE_CLASS, FREE}},
    {"soft_block_free", {SOFT_BLOCK, FREE}},
    {"soft_solver_free", {FREE}},
    {"one_class_penalty", {ONE_CLASS, .penalty = 0.1}},
    {"soft_block_penalty", {SOFT_BLOCK, .penalty = 0.02}},
    {"soft_solver_all", {FREE, .penalty = 0.05}},
};
static const double NU = 0.13;

/* All numbers of a run, in the order in which they came up. */
struct trace {
    size_t n;
    double values[65536];
};

struct run {
    struct tensor_list golden;
    const struct kernels *kernels;
    struct thread_pool *pool;
    struct batch_set images;
    struct network *autoencoder; /* as pretraining leaves it */
    struct network *autoencoder_ce, *encoder, *penalised, *classifier;
    struct trace *trace;
};

static void keep(struct trace *trace, double value) {
    assert_true(trace->n < sizeof trace->values / sizeof *trace->values);
    trace->values[trace->n++] = value;
}

static void check_values(struct run *run, const char *owner, const char *name, const float *actual,
                         size_t n) {
    const struct tensor *expected = golden_get(&run->golden, owner, name);
    assert_int_equal(tensor_size(expected), n);
    assert_close(owner, name, actual, expected->values, n, tolerance);
    for (size_t i = 0; i < n; i++)
        keep(run->trace, (double)actual[i]);
}

static void check_statistics(struct run *run, const char *training, const struct network *network) {
    for (size_t i = 0; i < network->n_layers; i++) {
        const struct layer *layer = &network->layers[i];
        char owner[TENSOR_NAME_SIZE];
        snprintf(owner, sizeof owner, "%s.%s", training, layer->name);
        if (layer->n_statistics == 0)
            continue;
        check_values(run, owner, "running_mean", layer->running_mean, layer->n_statistics);
        check_values(run, owner, "running_var", layer->running_var, layer->n_statistics);
    }
}

/* The initial parameters of those layers that have some in the file. */
static void set_parameters(const struct run *run, const struct network *network) {
    for (size_t i = 0; i < network->n_layers; i++)
        for (size_t p = 0; p < network->layers[i].n_parameters; p++) {
            const struct parameter *parameter = &network->layers[i].parameters[p];
            char owner[TENSOR_NAME_SIZE];
            snprintf(owner, sizeof owner, "initial.%s", network->layers[i].name);
            const struct tensor *values = golden_get(&run->golden, owner, parameter->name);
            assert_int_equal(tensor_size(values), parameter->size);
            memcpy(network->parameters + parameter->offset, values->values,
                   parameter->size * sizeof(float));
        }
}

static struct network *create_network(const struct run *run, const struct layer_spec *specs,
                                      size_t n_layers) {
    struct network *network = NULL;
    struct error err = {.message = ""};
    assert_ok(
        network_create(&network, specs, n_layers, input, BATCH, run->kernels, run->pool, &err),
        &err);
    return network;
}

static void create_networks(struct run *run) {
    struct layer_spec with_head[N_ENCODER + 1];
    memcpy(with_head, layers, sizeof with_head);
    with_head[N_ENCODER] = head;
    run->autoencoder = create_network(run, layers, N_LAYERS);
    run->autoencoder_ce = create_network(run, layers, N_LAYERS);
    run->penalised = create_network(run, layers, N_LAYERS);
    run->encoder = create_network(run, layers, N_ENCODER);
    run->classifier = create_network(run, with_head, N_ENCODER + 1);
}

static void create_run(struct run *run, const struct kernels *kernels, struct thread_pool *pool,
                       struct trace *trace) {
    struct error err = {.message = ""};
    *run = (struct run){.kernels = kernels, .pool = pool, .trace = trace};
    trace->n = 0;
    golden_read(&run->golden, "tests/golden/trajectory.safetensors");
    const struct tensor *images = tensor_list_find(&run->golden, "images");
    const struct tensor *labels = tensor_list_find(&run->golden, "labels");
    assert_ok(batch_set_create(&run->images, N_IMAGES, shape_size(input), BATCH, &err), &err);
    assert_int_equal(tensor_size(images), N_IMAGES * shape_size(input));
    assert_int_equal(tensor_size(labels), N_IMAGES);
    for (size_t i = 0; i < N_IMAGES; i++) {
        batch_set_put(&run->images, i, images->values + i * shape_size(input));
        run->images.labels[i] = labels->values[i] > 0;
    }
    create_networks(run);
}

static void free_run(struct run *run) {
    network_free(run->autoencoder);
    network_free(run->autoencoder_ce);
    network_free(run->encoder);
    network_free(run->penalised);
    network_free(run->classifier);
    batch_set_free(&run->images);
    tensor_list_free(&run->golden);
}

/* R2 after an epoch. */
static void end_epoch(struct run *run, const char *training, struct deep_svdd *svdd, size_t epoch) {
    float distances[N_IMAGES], room[N_IMAGES];
    struct error err = {.message = ""};
    assert_ok(fit_sphere(svdd, epoch, &run->images, distances, room, &err), &err);
    const struct tensor *radius = golden_get(&run->golden, training, "radius");
    assert_relative(training, "radius", (double)svdd->radius_squared,
                    (double)radius->values[epoch - 1], tolerance);
    keep(run->trace, (double)svdd->radius_squared);
}

/* 20 steps; pretraining's weight decay is over the BatchNorm scales too. svdd may be NULL. */
static void train(struct run *run, const char *training, struct network *network,
                  const struct objective *objective, bool pretraining, struct deep_svdd *svdd) {
    struct trainer trainer;
    struct error err = {.message = ""};
    const struct schedule schedule = {.lr = 2e-3,
                                      .lr_drop = true,
                                      .lr_drop_in_epoch = 3,
                                      .lr_drop_factor = 10,
                                      .weight_decay = 1e-2,
                                      .decay_scales = pretraining};
    const struct tensor *losses = golden_get(&run->golden, training, "losses");
    assert_ok(trainer_create(&trainer, network, &adam, &schedule, &run->images, (struct rng){0},
                             NULL, &err),
              &err);
    assert_int_equal(tensor_size(losses), STEPS);
    for (size_t step = 0; step < STEPS; step++) {
        double loss = trainer_step(&trainer, &run->images, step % N_BATCHES, objective);
        assert_relative(training, "losses", loss, (double)losses->values[step], tolerance);
        keep(run->trace, loss);
        if ((step + 1) % N_BATCHES != 0)
            continue;
        trainer.epoch++;
        if (svdd)
            end_epoch(run, training, svdd, trainer.epoch);
    }
    trainer_free(&trainer);
    check_statistics(run, training, network);
    for (size_t i = 0; i < network->n_parameters; i++)
        keep(run->trace, (double)network->parameters[i]);
}

/* From the initial parameters, in the given network. */
static void train_autoencoder(struct run *run, const char *name, struct network *network,
                              bool cross_entropy) {
    const struct objective objective = autoencoder_objective(network, cross_entropy);
    float scores[N_IMAGES], losses[N_IMAGES];
    set_parameters(run, network);
    train(run, name, network, &objective, true, NULL);
    autoencoder_scores(network, &run->images, scores);
    check_values(run, name, "scores", scores, N_IMAGES);
    autoencoder_losses(network, cross_entropy, &run->images, losses);
    if (cross_entropy)
        check_values(run, name, "image_losses", losses, N_IMAGES);
    else
        assert_memory_equal(losses, scores, sizeof scores);
}

/* What a training of Deep SVDD ends with. */
static void check_svdd(struct run *run, const char *name, struct deep_svdd *svdd) {
    float values[N_IMAGES];
    deep_svdd_distances(svdd, &run->images, values);
    check_values(run, name, "scores", values, N_IMAGES);
    check_values(run, svdd->options.center_free ? name : "svdd", "center", svdd->center,
                 svdd->n_dims);
    double penalty = deep_svdd_penalty(svdd, &run->images, values);
    double expected = 0;
    if (svdd->options.penalty > 0)
        expected = (double)*golden_get(&run->golden, name, "penalty")->values;
    assert_relative(name, "penalty", penalty, expected, tolerance);
}

/* What pretraining left, its centre, R2, and one objective. */
static void train_svdd(struct run *run, const char *name, struct svdd_options options) {
    struct network *network = options.penalty > 0 ? run->penalised : run->encoder;
    struct error err = {.message = ""};
    struct deep_svdd svdd;
    options.nu = NU;
    options.c_mean_init = true;
    assert_ok(network_copy(network, run->autoencoder, &err), &err);
    assert_ok(deep_svdd_create(&svdd, network, &options, &adam, &err), &err);
    assert_ok(deep_svdd_init_center(&svdd, &run->images, &err), &err);
    check_values(run, "svdd", "center", svdd.center, svdd.n_dims);
    check_values(run, "svdd", "radius", &svdd.radius_squared, 1);
    const struct objective objective = deep_svdd_objective(&svdd);
    train(run, name, network, &objective, false, &svdd);
    check_svdd(run, name, &svdd);
    deep_svdd_free(&svdd);
}

/* The encoder as the autoencoder left it and an initial head. */
static void train_classifier(struct run *run) {
    struct classifier classifier = {.network = run->classifier};
    const struct objective objective = classifier_objective(&classifier);
    struct error err = {.message = ""};
    float scores[N_IMAGES];
    set_parameters(run, run->classifier);
    assert_ok(network_copy(run->classifier, run->autoencoder, &err), &err);
    train(run, "classifier", run->classifier, &objective, false, NULL);
    classifier_scores(&classifier, &run->images, scores);
    check_values(run, "classifier", "scores", scores, N_IMAGES);
    assert_relative(
        "classifier", "mean_loss", classifier_loss(scores, run->images.labels, N_IMAGES),
        (double)*golden_get(&run->golden, "classifier", "mean_loss")->values, tolerance);
}

static void train_all(const struct kernels *kernels, struct thread_pool *pool,
                      struct trace *trace) {
    struct run run;
    create_run(&run, kernels, pool, trace);
    train_autoencoder(&run, "autoencoder", run.autoencoder, false);
    for (size_t i = 0; i < sizeof objectives / sizeof *objectives; i++)
        train_svdd(&run, objectives[i].name, objectives[i].options);
    train_autoencoder(&run, "autoencoder_ce", run.autoencoder_ce, true);
    train_classifier(&run);
    free_run(&run);
}

/* Against PyTorch alone and with two threads, and these two against each other, to the last bit. */
static void check_kernels(const struct kernels *kernels) {
    static struct trace alone, together;
    struct thread_pool *pool;
    struct error err = {.message = ""};
    assert_ok(thread_pool_create(&pool, 2, &err), &err);
    train_all(kernels, NULL, &alone);
    train_all(kernels, pool, &together);
    thread_pool_destroy(pool);
    assert_int_equal(alone.n, together.n);
    assert_memory_equal(alone.values, together.values, alone.n * sizeof *alone.values);
}

static void trainings_agree_with_pytorch(void **state) {
    (void)state;
    for_each_kernel_set(check_kernels);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trainings_agree_with_pytorch),
    };
    openblas_set_num_threads(1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
