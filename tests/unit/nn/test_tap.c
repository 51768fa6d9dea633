/* The tap: what it shows is the encoder's output, untouched by the decoder, and what is sent into
 * it adds to what the decoder sends back. Its gradients are checked in test_gradients.c too. */
#include <string.h>

#include "base/rng.h"
#include "nn/init.h"
#include "support/golden.h"
#include "train/autoencoder.h"

static const struct solver_options adam = {.type = SOLVER_ADAM};
static const struct shape input = {1, 6, 6};

enum { N_IMAGES = 150, N_ENCODER = 5, MAX_DECODER = 8, N_DIMS = 4 };

#define ACT(s)                                                                                     \
    { .kind = LAYER_LEAKY_RELU, .slope = (s) }
#define CONV(channels, p)                                                                          \
    { .kind = LAYER_CONV, .units = (channels), .pad = (p) }
#define BN                                                                                         \
    { .kind = LAYER_BATCHNORM, .affine = true }
#define DENSE(n)                                                                                   \
    { .kind = LAYER_DENSE, .units = (n), .bias = true }
#define DROPOUT                                                                                    \
    { .kind = LAYER_DROPOUT, .rate = 0.5F }
#define UP                                                                                         \
    { .kind = LAYER_UPSCALE }

static const struct layer_spec tap = {.kind = LAYER_TAP, .part = PART_DECODER};
static const struct layer_spec encoder[N_ENCODER] = {
    CONV(3, 2), BN, ACT(0.01F), {.kind = LAYER_MAX_POOL}, DENSE(N_DIMS)};

/* Decoders that begin with layers in place, with layers that keep their input for the backward pass
 * and with both; all end with images. */
static const struct {
    size_t n;
    struct layer_spec layers[MAX_DECODER];
} decoders[] = {
    {2, {ACT(0.1F), DENSE(36)}},
    {4, {{.kind = LAYER_SIGMOID}, BN, ACT(0.1F), DENSE(36)}},
    {6, {{.kind = LAYER_RESHAPE, .units = 2}, ACT(0.1F), UP, CONV(2, 3), BN, CONV(1, 2)}},
    {2, {BN, DENSE(36)}},
    {3, {DROPOUT, ACT(0.1F), DENSE(36)}},
};
enum { N_DECODERS = sizeof decoders / sizeof *decoders };

/* The encoder alone, and with one of the decoders; the same parameters in both. */
struct fixture {
    struct network *encoder, *both;
    struct batch_set images;
    struct thread_pool *pool;
};

static struct network *create_network(const struct fixture *fixture, const struct layer_spec *specs,
                                      size_t n, const struct kernels *kernels) {
    struct network *network = NULL;
    struct error err = {.message = ""};
    struct rng rng;
    rng_seed(&rng, 1, RNG_WEIGHTS);
    assert_ok(network_create(&network, specs, n, input, N_IMAGES, kernels, fixture->pool, &err),
              &err);
    init_glorot(network, &rng); /* layers in order: the same encoder whatever follows */
    return network;
}

static struct network *create_both(const struct fixture *fixture, size_t decoder, bool with_tap,
                                   const struct kernels *kernels) {
    struct layer_spec specs[N_ENCODER + 1 + MAX_DECODER];
    size_t n = N_ENCODER;
    memcpy(specs, encoder, sizeof encoder);
    if (with_tap)
        specs[n++] = tap;
    memcpy(specs + n, decoders[decoder].layers, sizeof decoders[decoder].layers);
    return create_network(fixture, specs, n + decoders[decoder].n, kernels);
}

static void create_fixture(struct fixture *fixture, size_t decoder, const struct kernels *kernels) {
    struct error err = {.message = ""};
    struct rng rng;
    rng_seed(&rng, 1, RNG_DATA);
    assert_ok(thread_pool_create(&fixture->pool, 2, &err), &err);
    fixture->encoder = create_network(fixture, encoder, N_ENCODER, kernels);
    fixture->both = create_both(fixture, decoder, true, kernels);
    assert_memory_equal(fixture->encoder->parameters, fixture->both->parameters,
                        fixture->encoder->n_parameters * sizeof(float));
    assert_int_equal(shape_size(network_representation(fixture->both)), N_DIMS);
    assert_ok(batch_set_create(&fixture->images, N_IMAGES, shape_size(input), N_IMAGES, &err),
              &err);
    for (size_t i = 0; i < N_IMAGES; i++) {
        float image[36];
        for (size_t j = 0; j < shape_size(input); j++)
            image[j] = (float)rng_uniform(&rng);
        batch_set_put(&fixture->images, i, image);
    }
}

static void free_fixture(struct fixture *fixture) {
    network_free(fixture->encoder);
    network_free(fixture->both);
    batch_set_free(&fixture->images);
    thread_pool_destroy(fixture->pool);
}

/* A loss of the representation alone: the gradient of each of its values is the value. */
static double half_square(void *context, const struct network_view *view) {
    float *representations = context; /* (groups, N_DIMS, LANES) */
    memcpy(representations + view->first_image * N_DIMS, view->representation,
           sizeof(float[N_DIMS * LANES]));
    if (!view->gradient) {
        assert_null(view->representation_gradient);
        return 0;
    }
    if (view->gradient != view->representation_gradient)
        memset(view->gradient, 0, shape_size(input) * LANES * sizeof(float));
    for (size_t j = 0; j < N_DIMS; j++)
        for (size_t l = 0; l < LANES; l++)
            view->representation_gradient[j * LANES + l] =
                l < view->n_images ? view->representation[j * LANES + l] : 0;
    return 0;
}

enum { N_KEPT = (N_IMAGES + LANES - 1) / LANES * LANES * N_DIMS };

/* With such a loss the network with a decoder is no different from the encoder. */
static void check_representation(const struct kernels *kernels) {
    static float expected[N_KEPT], actual[N_KEPT];
    for (size_t i = 0; i < N_DECODERS; i++) {
        struct fixture fixture;
        create_fixture(&fixture, i, kernels);
        const float *batch = batch_set_batch(&fixture.images, 0);
        network_evaluate(fixture.encoder, batch, N_IMAGES, half_square, expected);
        network_evaluate(fixture.both, batch, N_IMAGES, half_square, actual);
        assert_memory_equal(actual, expected, sizeof expected);
        network_train(fixture.encoder, batch, N_IMAGES, half_square, expected);
        network_train(fixture.both, batch, N_IMAGES, half_square, actual);
        assert_memory_equal(actual, expected, sizeof expected);
        size_t n = fixture.encoder->n_parameters;
        const float *gradient = fixture.both->gradient;
        assert_memory_equal(gradient, fixture.encoder->gradient, n * sizeof(float));
        for (size_t j = n; j < fixture.both->n_parameters; j++)
            assert_true(gradient[j] == 0);
        free_fixture(&fixture);
    }
}

static void the_decoder_leaves_the_representation(void **state) {
    (void)state;
    for_each_kernel_set(check_representation);
}

static void train(struct network *network, const struct batch_set *images) {
    const struct objective objective = autoencoder_objective(network, false);
    const struct schedule schedule = {.lr = 1e-3, .weight_decay = 1e-3, .decay_scales = true};
    struct trainer trainer;
    struct error err = {.message = ""};
    assert_ok(
        trainer_create(&trainer, network, &adam, &schedule, images, (struct rng){{1}}, NULL, &err),
        &err);
    for (size_t step = 0; step < 4; step++)
        trainer_step(&trainer, images, 0, &objective);
    trainer_free(&trainer);
}

/* But for dropout, whose random numbers depend on the layer's place. */
static void check_unused_tap(const struct kernels *kernels) {
    for (size_t i = 0; i < N_DECODERS; i++) {
        struct fixture fixture;
        create_fixture(&fixture, i, kernels);
        if (!fixture.both->has_dropout) {
            struct network *without = create_both(&fixture, i, false, kernels);
            size_t n = without->n_parameters;
            assert_int_equal(fixture.both->n_parameters, n);
            train(fixture.both, &fixture.images);
            train(without, &fixture.images);
            assert_memory_equal(fixture.both->parameters, without->parameters, n * sizeof(float));
            network_free(without);
        }
        free_fixture(&fixture);
    }
}

static void an_unused_tap_changes_nothing(void **state) {
    (void)state;
    for_each_kernel_set(check_unused_tap);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_decoder_leaves_the_representation),
        cmocka_unit_test(an_unused_tap_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
