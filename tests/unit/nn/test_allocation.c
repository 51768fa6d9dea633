/* Nothing allocates in the training loop. The C library's allocators are replaced by ones that
 * count and pass on to it; with a sanitizer, which replaces them too, the test is skipped. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/threads.h"
#include "nn/architectures.h"
#include "nn/init.h"
#include "support/golden.h"
#include "svdd/autoencoder.h"
#include "svdd/deep_svdd.h"

static const struct solver_options adam = {.type = SOLVER_ADAM};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif

#if defined(__GLIBC__) && !defined(SANITIZED)

static atomic_size_t n_allocations;

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size) {
    n_allocations++;
    return __libc_malloc(size);
}

void *calloc(size_t n, size_t size) {
    n_allocations++;
    return __libc_calloc(n, size);
}

void *realloc(void *memory, size_t size) {
    n_allocations++;
    return __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    n_allocations++;
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
    n_allocations++;
    *memory = __libc_memalign(alignment, size);
    return *memory == NULL;
}

enum { BATCH = 40, N_IMAGES = 80 };

struct fixture {
    struct architecture architecture;
    struct batch_set images;
    struct thread_pool *pool;
    const struct kernels *kernels;
};

static void create_fixture(struct fixture *fixture, const struct kernels *kernels) {
    const struct architecture_options options = {
        .rep_dim = 32, .use_batch_norm = true, .bn_affine = true, .leaky_relu = true};
    struct error err = {""};
    struct rng rng;
    fixture->kernels = kernels;
    rng_seed(&rng, 1, RNG_DATA);
    assert_ok(architecture_find(&fixture->architecture, "mnist", 1, &options, &err), &err);
    assert_ok(batch_set_create(&fixture->images, N_IMAGES, shape_size(fixture->architecture.input),
                               BATCH, &err),
              &err);
    const struct batch_set *images = &fixture->images;
    size_t n_values = images->n_batches * images->groups_per_batch * images->n_values * LANES;
    for (size_t i = 0; i < n_values; i++)
        fixture->images.values[i] = (float)rng_uniform(&rng);
    assert_ok(thread_pool_create(&fixture->pool, 2, &err), &err);
}

static void free_fixture(struct fixture *fixture) {
    batch_set_free(&fixture->images);
    thread_pool_destroy(fixture->pool);
}

static struct network *create_network(const struct fixture *fixture, size_t n_layers) {
    struct network *network;
    struct error err = {""};
    struct rng rng;
    rng_seed(&rng, 1, RNG_WEIGHTS);
    assert_ok(network_create(&network, fixture->architecture.layers, n_layers,
                             fixture->architecture.n_encoder, fixture->architecture.input, BATCH,
                             fixture->kernels, fixture->pool, &err),
              &err);
    init_glorot(network, &rng);
    return network;
}

/* The allocations of two epochs. */
static size_t count_epochs(const struct fixture *fixture, struct network *network,
                           const struct objective *objective, bool shuffle_samples) {
    const struct schedule schedule = {
        .lr = 1e-4, .weight_decay = 1e-6, .shuffle_samples = shuffle_samples};
    struct trainer trainer;
    struct error err = {""};
    struct rng rng;
    double mean;
    rng_seed(&rng, 1, RNG_TRAIN);
    assert_ok(
        trainer_create(&trainer, network, &adam, &schedule, &fixture->images, rng, NULL, &err),
        &err);
    size_t before = n_allocations;
    int status = trainer_epoch(&trainer, objective, &mean, &err);
    if (status == STATUS_OK)
        status = trainer_epoch(&trainer, objective, &mean, &err);
    size_t after = n_allocations;
    assert_ok(status, &err);
    trainer_free(&trainer);
    return after - before;
}

static void check_kernels(const struct kernels *kernels) {
    if (strcmp(kernels->name, "blas") == 0)
        return; /* what BLAS does is its own affair */
    struct fixture fixture;
    struct error err = {""};
    create_fixture(&fixture, kernels);
    struct network *network = create_network(&fixture, fixture.architecture.n_layers);
    struct objective objective = autoencoder_objective(network);
    assert_int_equal(count_epochs(&fixture, network, &objective, false), 0);
    assert_int_equal(count_epochs(&fixture, network, &objective, true), 0);
    network_free(network);

    network = create_network(&fixture, fixture.architecture.n_encoder);
    for (int soft = 0; soft < 2; soft++) {
        const struct svdd_options options = {.hard_margin = !soft, .nu = 0.1, .c_mean_init = true};
        struct deep_svdd svdd;
        assert_ok(deep_svdd_create(&svdd, network, &options, &adam, &err), &err);
        assert_ok(deep_svdd_init_center(&svdd, &fixture.images, &err), &err);
        objective = deep_svdd_objective(&svdd);
        assert_int_equal(count_epochs(&fixture, network, &objective, soft), 0);
        deep_svdd_free(&svdd);
    }
    network_free(network);
    free_fixture(&fixture);
}

/* The counter itself. */
static void allocations_are_counted(void **state) {
    (void)state;
    size_t before = n_allocations;
    free(new_floats(16));
    assert_true(n_allocations > before);
}

static void training_does_not_allocate(void **state) {
    (void)state;
    for_each_kernel_set(check_kernels);
}

#else

static void allocations_are_counted(void **state) {
    (void)state;
    skip();
}

static void training_does_not_allocate(void **state) {
    (void)state;
    skip();
}

#endif

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(allocations_are_counted),
        cmocka_unit_test(training_does_not_allocate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
