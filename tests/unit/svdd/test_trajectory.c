/* Whole trainings against PyTorch in float64 (tests/golden/make_trajectory.py): the autoencoder,
 * its encoder taken over, the centre, and each objective from there. */
#include <string.h>

#include <cblas.h>

#include "nn/network.h"
#include "support/golden.h"
#include "svdd/autoencoder.h"
#include "svdd/deep_svdd.h"

static const struct solver_options adam = {.type = SOLVER_ADAM};

enum { N_IMAGES = 80, BATCH = 20, N_BATCHES = 4, STEPS = 20, N_ENCODER = 9, N_LAYERS = 21 };
static const struct shape input = {1, 12, 12};
static const double tolerance = 1e-4;

#define CONV(channels, p)                                                                          \
    { .kind = LAYER_CONV, .units = (channels), .pad = (p) }
#define BN                                                                                         \
    { .kind = LAYER_BATCHNORM, .affine = true }
#define ACT                                                                                        \
    { .kind = LAYER_LEAKY_RELU, .slope = 0.01F }
#define POOL                                                                                       \
    { .kind = LAYER_MAX_POOL }
#define UP                                                                                         \
    { .kind = LAYER_UPSCALE }

/* clang-format off */
static const struct layer_spec layers[N_LAYERS] = {
    CONV(8, 2), BN, ACT, POOL, CONV(4, 2), BN, ACT, POOL, {.kind = LAYER_DENSE, .units = 32},
    {.kind = LAYER_RESHAPE, .units = 4}, ACT, UP, CONV(4, 1), BN, ACT, UP, CONV(8, 2), BN, ACT,
    CONV(1, 2), {.kind = LAYER_SIGMOID},
};
/* clang-format on */

static const struct {
    const char *name;
    struct svdd_options options;
} objectives[] = {
    {"one_class", {.hard_margin = true}},
    {"soft_block", {.block_coordinate = true, .warm_up_n_epochs = 2, .k_update_epochs = 2}},
    {"soft_solver", {.hard_margin = false}},
};
static const double NU = 0.13;

/* All numbers of a run, in the order in which they came up. */
struct trace {
    size_t n;
    double values[16384];
};

struct run {
    struct tensor_list golden;
    const struct kernels *kernels;
    struct thread_pool *pool;
    struct batch_set images;
    struct network *autoencoder, *encoder;
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

/* The initial parameters. */
static void set_parameters(const struct run *run) {
    const struct network *network = run->autoencoder;
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

static void create_network(const struct run *run, struct network **network, size_t n_layers) {
    struct error err = {""};
    assert_ok(network_create(network, layers, n_layers, N_ENCODER, input, BATCH, run->kernels,
                             run->pool, &err),
              &err);
}

static void create_run(struct run *run, const struct kernels *kernels, struct thread_pool *pool,
                       struct trace *trace) {
    struct error err = {""};
    *run = (struct run){.kernels = kernels, .pool = pool, .trace = trace};
    trace->n = 0;
    golden_read(&run->golden, "tests/golden/trajectory.safetensors");
    const struct tensor *images = tensor_list_find(&run->golden, "images");
    assert_ok(batch_set_create(&run->images, N_IMAGES, shape_size(input), BATCH, &err), &err);
    assert_int_equal(tensor_size(images), N_IMAGES * shape_size(input));
    for (size_t i = 0; i < N_IMAGES; i++)
        batch_set_put(&run->images, i, images->values + i * shape_size(input));
    create_network(run, &run->autoencoder, N_LAYERS);
    create_network(run, &run->encoder, N_ENCODER);
    set_parameters(run);
}

static void free_run(struct run *run) {
    network_free(run->autoencoder);
    network_free(run->encoder);
    batch_set_free(&run->images);
    tensor_list_free(&run->golden);
}

/* R2 after an epoch. */
static void end_epoch(struct run *run, const char *training, struct deep_svdd *svdd, size_t epoch) {
    float distances[N_IMAGES];
    if (deep_svdd_radius_due(svdd, epoch)) {
        deep_svdd_distances(svdd, &run->images, distances);
        deep_svdd_update_radius(svdd, epoch, distances, N_IMAGES);
    }
    const struct tensor *radius = golden_get(&run->golden, training, "radius");
    assert_relative(training, "radius", (double)svdd->radius_squared,
                    (double)radius->values[epoch - 1], tolerance);
    keep(run->trace, (double)svdd->radius_squared);
}

/* 20 steps; svdd is NULL for the autoencoder. */
static void train(struct run *run, const char *training, struct network *network,
                  const struct objective *objective, struct deep_svdd *svdd) {
    struct trainer trainer;
    struct error err = {""};
    const struct schedule schedule = {.lr = 2e-3,
                                      .lr_drop = true,
                                      .lr_drop_in_epoch = 3,
                                      .lr_drop_factor = 10,
                                      .weight_decay = 1e-2,
                                      .decay_scales = svdd == NULL};
    const struct tensor *losses = golden_get(&run->golden, training, "losses");
    assert_ok(trainer_create(&trainer, network, &adam, &schedule, &run->images, (struct rng){0},
                             NULL, &err),
              &err);
    assert_int_equal(tensor_size(losses), STEPS);
    for (size_t step = 0; step < STEPS; step++) {
        const float *batch = batch_set_batch(&run->images, step % N_BATCHES);
        double loss = trainer_step(&trainer, batch, BATCH, objective);
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

static void train_autoencoder(struct run *run) {
    const struct objective objective = autoencoder_objective(run->autoencoder);
    float scores[N_IMAGES];
    train(run, "autoencoder", run->autoencoder, &objective, NULL);
    autoencoder_scores(run->autoencoder, &run->images, scores);
    check_values(run, "autoencoder", "scores", scores, N_IMAGES);
}

/* The encoder as the autoencoder left it, its centre, R2, and one objective. */
static void train_svdd(struct run *run, const char *name, struct svdd_options options) {
    struct error err = {""};
    struct deep_svdd svdd;
    float distances[N_IMAGES];
    options.nu = NU;
    options.c_mean_init = true;
    assert_ok(network_copy(run->encoder, run->autoencoder, &err), &err);
    assert_ok(deep_svdd_create(&svdd, run->encoder, &options, &adam, &err), &err);
    assert_ok(deep_svdd_init_center(&svdd, &run->images, &err), &err);
    check_values(run, "svdd", "center", svdd.center, svdd.n_dims);
    check_values(run, "svdd", "radius", &svdd.radius_squared, 1);
    const struct objective objective = deep_svdd_objective(&svdd);
    train(run, name, run->encoder, &objective, &svdd);
    deep_svdd_distances(&svdd, &run->images, distances);
    check_values(run, name, "scores", distances, N_IMAGES);
    check_values(run, "svdd", "center", svdd.center, svdd.n_dims);
    deep_svdd_free(&svdd);
}

static void train_all(const struct kernels *kernels, struct thread_pool *pool,
                      struct trace *trace) {
    struct run run;
    create_run(&run, kernels, pool, trace);
    train_autoencoder(&run);
    for (size_t i = 0; i < sizeof objectives / sizeof *objectives; i++)
        train_svdd(&run, objectives[i].name, objectives[i].options);
    free_run(&run);
}

/* Against PyTorch alone and with two threads, and these two against each other, to the last bit. */
static void check_kernels(const struct kernels *kernels) {
    static struct trace alone, together;
    struct thread_pool *pool;
    struct error err = {""};
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
