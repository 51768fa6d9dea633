/* Dropout against what it is defined to be: binomial counts, the factor of what is kept, the
 * expectation over masks; and that masks depend on noise, layer and group alone. Its gradient is
 * checked in test_gradients.c. */
#include <string.h>

#include "base/rng.h"
#include "nn/init.h"
#include "nn/layers/layers.h"
#include "support/golden.h"
#include "svdd/deep_svdd.h"

enum { FEATURES = 1536, N_VALUES = FEATURES * LANES };
static const double SIGMAS = 5;

/* Rates are rounded to multiples of 1 / 65536, which is then the rate to the last digit. */
static double rounded(double rate) {
    return round(rate * 65536) / 65536;
}

static const double rates[] = {0, 1e-6, 0.2, 0.5, 0.75, 0.9};
enum { N_RATES = sizeof rates / sizeof *rates };

/* One layer with some group of its own: inputs 1, 2, ... and gradients -1, -2, ... */
struct fixture {
    struct layer layer;
    float in[N_VALUES], out[N_VALUES], d_out[N_VALUES], d_in[N_VALUES];
};

static void create_fixture(struct fixture *fixture, double rate) {
    struct error err = {.message = ""};
    fixture->layer = (struct layer){.type = layer_type(LAYER_DROPOUT),
                                    .spec = {.kind = LAYER_DROPOUT, .rate = (float)rate},
                                    .in = {FEATURES, 1, 1}};
    assert_ok(fixture->layer.type->size(&fixture->layer, &err), &err);
    assert_int_equal(shape_size(fixture->layer.out), FEATURES);
    for (size_t i = 0; i < N_VALUES; i++) {
        fixture->in[i] = (float)(i + 1);
        fixture->d_out[i] = -(float)(i + 1);
        fixture->out[i] = fixture->d_in[i] = NAN;
    }
}

static void run(struct fixture *fixture, bool training, uint64_t noise) {
    struct group group = {.training = training,
                          .noise = noise,
                          .n_images = LANES,
                          .in = fixture->in,
                          .out = fixture->out,
                          .d_out = fixture->d_out,
                          .d_in = fixture->d_in};
    fixture->layer.type->forward(&fixture->layer, &group);
    if (!training)
        return;
    fixture->layer.type->backward(&fixture->layer, &group);
    group.d_in = NULL; /* nobody needs it */
    fixture->layer.type->backward(&fixture->layer, &group);
}

/* `count` of n trials with probability p is not out of the ordinary. */
static void assert_binomial(const char *what, size_t count, size_t n, double p) {
    double mean = (double)n * p, sigma = sqrt(mean * (1 - p));
    if (!(fabs((double)count - mean) <= SIGMAS * sigma + 1e-9))
        fail_msg("%s: %zu of %zu, expected %.1f +- %.1f", what, count, n, mean, sigma);
}

/* How many of the values i = first, first + step, ... are kept, and i + shift with them. */
static size_t count_kept(const float *out, size_t first, size_t step, size_t shift) {
    size_t count = 0;
    for (size_t i = first; i + shift < N_VALUES; i += step)
        count += out[i] != 0 && out[i + shift] != 0;
    return count;
}

/* All values; those of every lane; those that are neighbours, in lanes or features, are
 * independent.
 */
static void so_many_values_are_kept(void **state) {
    (void)state;
    static struct fixture fixture;
    for (size_t r = 0; r < N_RATES; r++) {
        double kept = 1 - rounded(rates[r]);
        create_fixture(&fixture, rates[r]);
        for (uint64_t noise = 1; noise <= 3; noise++) {
            run(&fixture, true, rng_mix(noise));
            assert_binomial("all", count_kept(fixture.out, 0, 1, 0), N_VALUES, kept);
            for (size_t lane = 0; lane < LANES; lane++)
                assert_binomial("lane", count_kept(fixture.out, lane, LANES, 0), FEATURES, kept);
            for (size_t j = 1; j < 4; j++)
                assert_binomial("lanes", count_kept(fixture.out, 0, 4, j), N_VALUES / 4,
                                kept * kept);
            assert_binomial("features", count_kept(fixture.out, 0, 2 * LANES, LANES), FEATURES / 2,
                            kept * kept);
        }
    }
}

/* Forward and backward drop the same places and multiply the others by 1 / (1 - rate). */
static void what_is_kept_is_scaled(void **state) {
    (void)state;
    static struct fixture fixture;
    for (size_t r = 0; r < N_RATES; r++) {
        create_fixture(&fixture, rates[r]);
        run(&fixture, true, 7);
        for (size_t i = 0; i < N_VALUES; i++) {
            double scale = fixture.out[i] == 0 ? 0 : 1 / (1 - rounded(rates[r]));
            assert_relative("dropout", "out", (double)fixture.out[i], scale * (double)fixture.in[i],
                            1e-6);
            assert_relative("dropout", "d_in", (double)fixture.d_in[i],
                            scale * (double)fixture.d_out[i], 1e-6);
        }
    }
}

static void evaluation_changes_nothing(void **state) {
    (void)state;
    static struct fixture fixture;
    create_fixture(&fixture, 0.5);
    run(&fixture, false, 7);
    assert_memory_equal(fixture.out, fixture.in, sizeof fixture.in);
}

static void rates_that_cannot_be_are_refused(void **state) {
    (void)state;
    const float wrong[] = {1, -0.1F, 2, NAN, INFINITY};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct layer layer = {.type = layer_type(LAYER_DROPOUT),
                              .spec = {.kind = LAYER_DROPOUT, .rate = wrong[i]},
                              .in = {1, 1, 1}};
        struct error err = {.message = ""};
        assert_int_equal(layer.type->size(&layer, &err), STATUS_USAGE);
        assert_true(err.message[0] != 0);
    }
}

/* ---- in a network */

static struct layer_spec dropout(float rate) {
    return (struct layer_spec){.kind = LAYER_DROPOUT, .rate = rate};
}

static struct layer_spec dense(size_t units, bool bias) {
    return (struct layer_spec){.kind = LAYER_DENSE, .units = units, .bias = bias};
}

static struct network *create_network(const struct layer_spec *specs, size_t n, struct shape input,
                                      size_t max_batch, struct thread_pool *pool) {
    const struct kernels *kernels;
    struct network *network = NULL;
    struct error err = {.message = ""};
    assert_ok(kernels_find(&kernels, "auto", &err), &err);
    assert_ok(network_create(&network, specs, n, input, max_batch, kernels, pool, &err), &err);
    return network;
}

/* Keeps a pass's output, (images, features). */
struct outputs {
    size_t n_features;
    float *values;
};

static double keep_output(void *context, const struct network_view *view) {
    const struct outputs *outputs = context;
    for (size_t l = 0; l < view->n_images; l++)
        for (size_t j = 0; j < outputs->n_features; j++)
            outputs->values[(view->first_image + l) * outputs->n_features + j] =
                view->output[j * LANES + l];
    if (view->gradient)
        memset(view->gradient, 0, outputs->n_features * LANES * sizeof *view->gradient);
    return 0;
}

enum { WIDTH = 200, MOST = 3 * LANES };

/* What a training pass on n images of ones makes of them. */
static void train_on_ones(const struct layer_spec *specs, size_t n_specs, uint64_t noise, size_t n,
                          float values[MOST * WIDTH]) {
    struct network *network = create_network(specs, n_specs, (struct shape){WIDTH, 1, 1}, n, NULL);
    struct outputs outputs = {WIDTH, values};
    struct batch_set ones;
    struct error err = {.message = ""};
    float image[WIDTH];
    for (size_t j = 0; j < WIDTH; j++)
        image[j] = 1;
    assert_ok(batch_set_create(&ones, n, WIDTH, n, &err), &err);
    for (size_t i = 0; i < n; i++)
        batch_set_put(&ones, i, image);
    network->noise = noise;
    network_train(network, batch_set_batch(&ones, 0), n, keep_output, &outputs);
    batch_set_free(&ones);
    network_free(network);
}

static void assert_independent(const char *what, const float *a, const float *b, size_t n) {
    size_t equal = 0;
    for (size_t i = 0; i < n; i++)
        equal += (a[i] == 0) == (b[i] == 0);
    assert_binomial(what, equal, n, 0.5);
}

static void masks_follow_from_noise_layer_and_group(void **state) {
    (void)state;
    static float first[MOST * WIDTH], second[MOST * WIDTH];
    const struct layer_spec one = dropout(0.5F), two[] = {dropout(0), dropout(0.5F)};
    const size_t n_group = LANES * WIDTH;
    const uint64_t noise = 0x123456789abcdef0u;
    train_on_ones(&one, 1, noise, MOST, first);
    assert_independent("groups", first, first + n_group, n_group);
    assert_independent("groups", first + n_group, first + 2 * n_group, n_group);
    train_on_ones(&one, 1, noise, MOST, second);
    assert_memory_equal(first, second, sizeof first);
    train_on_ones(&one, 1, noise, LANES + 3, second); /* a smaller batch */
    assert_memory_equal(first, second, (LANES + 3) * WIDTH * sizeof *first);
    train_on_ones(two, 2, noise, MOST, second);
    assert_independent("layers", first, second, MOST * WIDTH);
    train_on_ones(&one, 1, noise ^ 1, MOST, second);
    assert_independent("noise", first, second, MOST * WIDTH);
}

/* Of a network that is linear but for dropout, with independent masks in two places. */
static void the_mean_over_masks_is_the_evaluated_output(void **state) {
    (void)state;
    enum { N_PASSES = 2000, N_IMAGES = 16, N_INPUTS = 12, N_OUTPUTS = 3 };
    const struct layer_spec specs[] = {dropout(0.2F), dense(6, true), dropout(0.5F),
                                       dense(N_OUTPUTS, true)};
    struct network *network =
        create_network(specs, 4, (struct shape){N_INPUTS, 1, 1}, N_IMAGES, NULL);
    float values[N_IMAGES * N_OUTPUTS], evaluated[N_IMAGES * N_OUTPUTS];
    double sums[N_IMAGES * N_OUTPUTS] = {0}, squares[N_IMAGES * N_OUTPUTS] = {0};
    struct outputs outputs = {N_OUTPUTS, values};
    float images[N_INPUTS * LANES];
    struct rng rng;
    rng_seed(&rng, 1, RNG_DATA);
    init_glorot(network, &rng);
    for (size_t i = 0; i < N_INPUTS * LANES; i++)
        images[i] = (float)rng_uniform(&rng);
    for (size_t pass = 0; pass < N_PASSES; pass++) {
        network->noise = rng_bits(&rng);
        network_train(network, images, N_IMAGES, keep_output, &outputs);
        for (size_t i = 0; i < N_IMAGES * N_OUTPUTS; i++) {
            sums[i] += (double)values[i];
            squares[i] += (double)values[i] * (double)values[i];
        }
    }
    outputs.values = evaluated;
    network_evaluate(network, images, N_IMAGES, keep_output, &outputs);
    for (size_t i = 0; i < N_IMAGES * N_OUTPUTS; i++) {
        double mean = sums[i] / N_PASSES, sigma = sqrt(squares[i] / N_PASSES - mean * mean);
        assert_true(sigma > 0.01);
        if (!(fabs(mean - (double)evaluated[i]) <= SIGMAS * sigma / sqrt(N_PASSES)))
            fail_msg("output %zu is %g, its mean %g +- %g", i, (double)evaluated[i], mean,
                     sigma / sqrt(N_PASSES));
    }
    network_free(network);
}

/* ---- in training */

enum { SIDE = 12, N_TRAIN = 300 };

#define DROPOUT(p)                                                                                 \
    { .kind = LAYER_DROPOUT, .rate = (p) }
#define DENSE(n)                                                                                   \
    { .kind = LAYER_DENSE, .units = (n) }
#define ACT                                                                                        \
    { .kind = LAYER_LEAKY_RELU, .slope = 0.01F }

static const struct layer_spec trained[] = {
    DROPOUT(0.2F),
    {.kind = LAYER_CONV, .units = 4, .pad = 2},
    {.kind = LAYER_BATCHNORM, .affine = true},
    ACT,
    {.kind = LAYER_MAX_POOL},
    DROPOUT(0.5F),
    DENSE(16),
    ACT,
    DROPOUT(0.5F),
    DENSE(8),
};

static void create_images(struct batch_set *images, size_t batch_size, struct rng *rng) {
    struct error err = {.message = ""};
    assert_ok(batch_set_create(images, N_TRAIN, SIDE * SIDE, batch_size, &err), &err);
    for (size_t i = 0; i < N_TRAIN; i++) {
        float image[SIDE * SIDE];
        for (size_t j = 0; j < SIDE * SIDE; j++)
            image[j] = (float)rng_uniform(rng);
        batch_set_put(images, i, image);
    }
}

/* The parameters after some steps of one-class training; freed by the caller. */
static float *train(size_t n_threads, size_t batch_size, uint64_t seed, size_t *n_parameters) {
    const struct svdd_options options = {.hard_margin = true, .nu = 0.1, .c_mean_init = true};
    const struct solver_options adam = {.type = SOLVER_ADAM};
    const struct schedule schedule = {.lr = 1e-3, .weight_decay = 1e-3};
    struct error err = {.message = ""};
    struct thread_pool *pool = NULL;
    struct batch_set images;
    struct deep_svdd svdd;
    struct trainer trainer;
    struct rng rng;
    rng_seed(&rng, 1, RNG_WEIGHTS);
    if (n_threads > 1)
        assert_ok(thread_pool_create(&pool, n_threads, &err), &err);
    struct network *network = create_network(trained, sizeof trained / sizeof *trained,
                                             (struct shape){1, SIDE, SIDE}, batch_size, pool);
    assert_true(network->has_dropout);
    init_glorot(network, &rng);
    create_images(&images, batch_size, &rng);
    assert_ok(deep_svdd_create(&svdd, network, &options, &adam, &err), &err);
    assert_ok(deep_svdd_init_center(&svdd, &images, &err), &err);
    rng_seed(&rng, seed, RNG_TRAIN);
    assert_ok(trainer_create(&trainer, network, &adam, &schedule, &images, rng, NULL, &err), &err);
    const struct objective objective = deep_svdd_objective(&svdd);
    for (size_t step = 0; step < 5; step++) { /* new masks in every one */
        uint64_t noise = network->noise;
        trainer_step(&trainer, &images, step % 2, &objective);
        assert_true(network->noise != noise);
    }
    *n_parameters = network->n_parameters;
    float *parameters = new_floats(*n_parameters);
    memcpy(parameters, network->parameters, *n_parameters * sizeof *parameters);
    trainer_free(&trainer);
    deep_svdd_free(&svdd);
    batch_set_free(&images);
    network_free(network);
    thread_pool_destroy(pool);
    return parameters;
}

/* Ten groups in eight shards, and fewer groups than shards. */
static void training_is_the_same_with_any_threads(void **state) {
    (void)state;
    const size_t batch_sizes[] = {150, 60};
    for (size_t i = 0; i < 2; i++) {
        size_t n;
        float *one = train(1, batch_sizes[i], 1, &n);
        for (size_t n_threads = 2; n_threads <= 3; n_threads++) {
            float *several = train(n_threads, batch_sizes[i], 1, &n);
            assert_memory_equal(one, several, n * sizeof *one);
            free(several);
        }
        float *other = train(1, batch_sizes[i], 2, &n);
        assert_memory_not_equal(one, other, n * sizeof *one);
        free(one);
        free(other);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(so_many_values_are_kept),
        cmocka_unit_test(what_is_kept_is_scaled),
        cmocka_unit_test(evaluation_changes_nothing),
        cmocka_unit_test(rates_that_cannot_be_are_refused),
        cmocka_unit_test(masks_follow_from_noise_layer_and_group),
        cmocka_unit_test(the_mean_over_masks_is_the_evaluated_output),
        cmocka_unit_test(training_is_the_same_with_any_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
