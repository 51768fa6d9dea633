/* Nothing allocates in the training loop. The C library's allocators are replaced by ones that
 * count and pass on to it; with a sanitizer, which replaces them too, the test is skipped. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/threads.h"
#include "nn/architectures.h"
#include "nn/init.h"
#include "support/golden.h"
#include "svdd/deep_svdd.h"
#include "train/autoencoder.h"
#include "train/classifier.h"

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

enum objective_kind { AUTOENCODER, CROSS_ENTROPY, CLASSIFIER, SVDD };

/* A training: its network, objective, solver and order. */
struct training {
    const char *family;
    int number;
    enum architecture_use use;
    bool dropout;
    enum objective_kind objective;
    struct svdd_options svdd;
    enum solver_type solver;
    bool shuffle_samples;
};

#define MNIST .family = "mnist", .number = 1
#define CIFAR10 .family = "cifar10", .number = 3
#define WHOLE .use = ARCHITECTURE_AUTOENCODER
#define DEEP_SVDD .objective = SVDD, .svdd.nu = 0.1, .svdd.c_mean_init = true
#define ADAM .solver = SOLVER_ADAM

static const struct training trainings[] = {
    {MNIST, WHOLE, .objective = AUTOENCODER, ADAM},
    {MNIST, WHOLE, .objective = AUTOENCODER, ADAM, .shuffle_samples = true},
    {MNIST, WHOLE, .objective = CROSS_ENTROPY, ADAM, .dropout = true},
    {MNIST, DEEP_SVDD, .svdd.hard_margin = true, ADAM, .shuffle_samples = true},
    {MNIST, DEEP_SVDD, ADAM},
    {MNIST, DEEP_SVDD, .svdd.center_free = true, ADAM},
    {MNIST, DEEP_SVDD, .svdd.center_free = true, .svdd.block_coordinate = true, ADAM},
    {MNIST, DEEP_SVDD, .svdd.hard_margin = true, .svdd.center_free = true, .dropout = true, ADAM},
    {MNIST, .use = ARCHITECTURE_PENALISED, DEEP_SVDD, .svdd.penalty = 0.1, ADAM},
    {MNIST, .use = ARCHITECTURE_CLASSIFIER, .objective = CLASSIFIER, ADAM, .shuffle_samples = true},
    {CIFAR10, WHOLE, .objective = AUTOENCODER, ADAM, .shuffle_samples = true},
    {CIFAR10, .use = ARCHITECTURE_PENALISED, DEEP_SVDD, .svdd.penalty = 0.1, ADAM},
    /* every solver, of R2 and c too */
    {MNIST, DEEP_SVDD, .svdd.center_free = true, .solver = SOLVER_SGD},
    {MNIST, DEEP_SVDD, .svdd.center_free = true, .solver = SOLVER_MOMENTUM},
    {MNIST, DEEP_SVDD, .svdd.center_free = true, .solver = SOLVER_NESTEROV},
    {MNIST, DEEP_SVDD, .svdd.center_free = true, .solver = SOLVER_ADAGRAD},
    {MNIST, DEEP_SVDD, .svdd.center_free = true, .solver = SOLVER_RMSPROP},
    {MNIST, DEEP_SVDD, .svdd.center_free = true, .solver = SOLVER_ADADELTA},
    {MNIST, DEEP_SVDD, .svdd.center_free = true, .solver = SOLVER_ADAMAX},
    {MNIST, DEEP_SVDD, .svdd.center_free = true, .solver = SOLVER_AMSGRAD},
};

enum { BATCH = 20, N_IMAGES = 40 };

struct fixture {
    struct network *network;
    struct batch_set images;
    struct thread_pool *pool;
};

static void create_images(struct batch_set *images, struct shape shape) {
    struct error err = {.message = ""};
    struct rng rng;
    rng_seed(&rng, 1, RNG_DATA);
    assert_ok(batch_set_create(images, N_IMAGES, shape_size(shape), BATCH, &err), &err);
    float *image = new_floats(images->n_values);
    for (size_t i = 0; i < N_IMAGES; i++) {
        for (size_t j = 0; j < images->n_values; j++)
            image[j] = (float)rng_uniform(&rng);
        batch_set_put(images, i, image);
        images->labels[i] = i % 3 == 0;
    }
    free(image);
}

static void create_fixture(struct fixture *fixture, const struct training *training,
                           const struct kernels *kernels) {
    const struct architecture_options options = {.rep_dim = 32,
                                                 .use_batch_norm = true,
                                                 .bn_affine = true,
                                                 .leaky_relu = true,
                                                 .dropout = training->dropout};
    struct architecture architecture;
    struct error err = {.message = ""};
    struct rng rng;
    rng_seed(&rng, 1, RNG_WEIGHTS);
    assert_ok(architecture_find(&architecture, training->family, training->number, training->use,
                                &options, &err),
              &err);
    create_images(&fixture->images, architecture.input);
    assert_ok(thread_pool_create(&fixture->pool, 2, &err), &err);
    assert_ok(network_create(&fixture->network, architecture.layers, architecture.n_layers,
                             architecture.input, BATCH, kernels, fixture->pool, &err),
              &err);
    init_glorot(fixture->network, &rng);
}

static void free_fixture(struct fixture *fixture) {
    network_free(fixture->network);
    batch_set_free(&fixture->images);
    thread_pool_destroy(fixture->pool);
}

/* The allocations of two epochs. */
static size_t count_epochs(const struct fixture *fixture, const struct training *training,
                           const struct solver_options *solver, const struct objective *objective) {
    const struct schedule schedule = {
        .lr = 1e-4, .weight_decay = 1e-6, .shuffle_samples = training->shuffle_samples};
    struct trainer trainer;
    struct error err = {.message = ""};
    struct rng rng;
    double mean;
    rng_seed(&rng, 1, RNG_TRAIN);
    assert_ok(trainer_create(&trainer, fixture->network, solver, &schedule, &fixture->images, rng,
                             NULL, &err),
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

static size_t count_svdd(const struct fixture *fixture, const struct training *training,
                         const struct solver_options *solver) {
    struct deep_svdd svdd;
    struct error err = {.message = ""};
    assert_ok(deep_svdd_create(&svdd, fixture->network, &training->svdd, solver, &err), &err);
    assert_ok(deep_svdd_init_center(&svdd, &fixture->images, &err), &err);
    const struct objective objective = deep_svdd_objective(&svdd);
    size_t count = count_epochs(fixture, training, solver, &objective);
    deep_svdd_free(&svdd);
    return count;
}

static size_t count_training(const struct fixture *fixture, const struct training *training) {
    const struct solver_options solver = {.type = training->solver, .momentum = 0.9, .rho = 0.9};
    struct classifier classifier = {.network = fixture->network};
    if (training->objective == SVDD)
        return count_svdd(fixture, training, &solver);
    struct objective objective =
        training->objective == CLASSIFIER
            ? classifier_objective(&classifier)
            : autoencoder_objective(fixture->network, training->objective == CROSS_ENTROPY);
    return count_epochs(fixture, training, &solver, &objective);
}

static void check_kernels(const struct kernels *kernels) {
    if (strcmp(kernels->name, "blas") == 0)
        return; /* what BLAS does is its own affair */
    for (size_t i = 0; i < sizeof trainings / sizeof *trainings; i++) {
        struct fixture fixture;
        create_fixture(&fixture, &trainings[i], kernels);
        size_t count = count_training(&fixture, &trainings[i]);
        if (count > 0)
            fail_msg("training %zu: %zu allocations with %s", i, count, kernels->name);
        free_fixture(&fixture);
    }
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
