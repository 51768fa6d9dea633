/* The networks of the experiments give the same numbers to the last bit with any number of threads.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "nn/architectures.h"
#include "nn/init.h"
#include "support/golden.h"
#include "train/autoencoder.h"
#include "train/trainer.h"

static const struct solver_options adam = {.type = SOLVER_ADAM};

enum { N_IMAGES = 150, N_STEPS = 2 }; /* more groups than shards, the last one not full */

/* The parameters after some steps of pretraining on random images; freed by the caller. */
static float *train(const struct architecture *architecture, const struct kernels *kernels,
                    size_t n_threads, size_t *n_parameters) {
    struct error err = {.message = ""};
    struct thread_pool *pool = NULL;
    struct network *network;
    struct batch_set images;
    struct trainer trainer;
    struct rng rng;
    const struct schedule schedule = {.lr = 1e-3, .weight_decay = 1e-3, .decay_scales = true};
    rng_seed(&rng, 0, RNG_DATA);
    if (n_threads > 1)
        assert_ok(thread_pool_create(&pool, n_threads, &err), &err);
    assert_ok(network_create(&network, architecture->layers, architecture->n_layers,
                             architecture->input, N_IMAGES, kernels, pool, &err),
              &err);
    init_glorot(network, &rng);
    assert_ok(batch_set_create(&images, N_IMAGES, shape_size(architecture->input), N_IMAGES, &err),
              &err);
    float *image = new_floats(images.n_values);
    for (size_t i = 0; i < N_IMAGES; i++) {
        for (size_t j = 0; j < images.n_values; j++)
            image[j] = (float)rng_uniform(&rng);
        batch_set_put(&images, i, image);
    }
    assert_ok(trainer_create(&trainer, network, &adam, &schedule, &images, rng, NULL, &err), &err);
    const struct objective objective = autoencoder_objective(network, false);
    for (size_t i = 0; i < N_STEPS; i++)
        trainer_step(&trainer, &images, 0, &objective);
    *n_parameters = network->n_parameters;
    float *parameters = new_floats(*n_parameters);
    memcpy(parameters, network->parameters, *n_parameters * sizeof *parameters);
    trainer_free(&trainer);
    batch_set_free(&images);
    network_free(network);
    thread_pool_destroy(pool);
    free(image);
    return parameters;
}

static void check_network(const char *dataset, int number, size_t rep_dim) {
    const struct architecture_options options = {
        .rep_dim = rep_dim, .use_batch_norm = true, .bn_affine = true, .leaky_relu = true};
    struct architecture architecture;
    const struct kernels *kernels;
    struct error err = {.message = ""};
    assert_ok(
        architecture_find(&architecture, dataset, number, ARCHITECTURE_AUTOENCODER, &options, &err),
        &err);
    assert_ok(kernels_find(&kernels, "auto", &err), &err);
    size_t n;
    float *one = train(&architecture, kernels, 1, &n);
    for (size_t n_threads = 2; n_threads <= 3; n_threads++) {
        float *several = train(&architecture, kernels, n_threads, &n);
        assert_memory_equal(one, several, n * sizeof *one);
        free(several);
    }
    free(one);
}

static void mnist_1(void **state) {
    (void)state;
    check_network("mnist", 1, 32);
}

static void cifar10_3(void **state) {
    (void)state;
    check_network("cifar10", 3, 128);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(mnist_1), cmocka_unit_test(cifar10_3)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
