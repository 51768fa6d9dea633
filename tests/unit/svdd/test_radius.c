/* Radius and centre against what they are defined to be, and what happens when training goes wrong.
 */
#include <string.h>

#include "base/rng.h"
#include "nn/init.h"
#include "support/golden.h"
#include "svdd/deep_svdd.h"
#include "svdd/fit.h"
#include "svdd/radius.h"

static const struct solver_options adam = {.type = SOLVER_ADAM};

enum { MAX_N = 40 };

static const struct {
    size_t n;
    double nu;
    size_t floor, ceil; /* of nu n, at least 1 */
    size_t levels;      /* how many different distances there are; 0: all differ */
} samples[] = {
    {40, 0.1, 4, 4, 0}, {30, 0.1, 3, 3, 0}, {35, 0.1, 3, 4, 0},     {40, 0.1, 4, 4, 3},
    {35, 0.1, 3, 4, 2}, {7, 0.05, 1, 1, 0}, {10, 0.25, 2, 3, 0},    {10, 1, 10, 10, 0},
    {40, 1, 40, 40, 4}, {1, 0.1, 1, 1, 0},  {1, 1, 1, 1, 0},        {5, 0.2, 1, 1, 1},
    {10, 0.3, 3, 3, 0}, {10, 0.7, 7, 7, 0}, {29, 0.999, 28, 29, 0}, {40, 0.001, 1, 1, 0},
};

static void draw(struct rng *rng, float *distances, size_t n, size_t levels) {
    for (size_t i = 0; i < n; i++)
        distances[i] = levels ? (float)rng_below(rng, levels) : (float)rng_uniform(rng);
}

/* Equation 3 of the paper at R2. */
static double soft_boundary(const float *distances, size_t n, double nu, double radius_squared) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += fmax(0, (double)distances[i] - radius_squared);
    return radius_squared + sum / (nu * (double)n);
}

/* The objective is piecewise linear with corners at 0 and the distances: one of them is a
 * minimiser. */
static double least_objective(const float *distances, size_t n, double nu) {
    double least = soft_boundary(distances, n, nu, 0);
    for (size_t i = 0; i < n; i++)
        least = fmin(least, soft_boundary(distances, n, nu, (double)distances[i]));
    return least;
}

/* How many of the distances are larger than a value, or as large at least. */
static size_t count_above(const float *distances, size_t n, float value, bool equal) {
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += distances[i] > value || (equal && distances[i] == value);
    return count;
}

/* The k-th largest: at most k - 1 are larger, at least k as large. */
static void assert_kth_largest(const float *distances, size_t n, float value, size_t k) {
    assert_true(count_above(distances, n, value, false) <= k - 1);
    assert_true(count_above(distances, n, value, true) >= k);
}

static void radius_is_quantile_and_minimiser(void **state) {
    (void)state;
    struct rng rng;
    rng_seed(&rng, 1, RNG_DATA);
    for (size_t s = 0; s < 10 * sizeof samples / sizeof *samples; s++) {
        size_t i = s % (sizeof samples / sizeof *samples), n = samples[i].n;
        float distances[MAX_N] = {0}, scratch[MAX_N];
        double nu = samples[i].nu;
        draw(&rng, distances, n, samples[i].levels);
        memcpy(scratch, distances, sizeof scratch);
        assert_kth_largest(distances, n, radius_quantile(scratch, n, nu), samples[i].floor);
        memcpy(scratch, distances, sizeof scratch);
        float radius_squared = radius_minimiser(scratch, n, nu);
        assert_kth_largest(distances, n, radius_squared, samples[i].ceil);
        double objective = soft_boundary(distances, n, nu, (double)radius_squared);
        assert_true(objective <= least_objective(distances, n, nu) * (1 + 1e-12));

        /* Proposition 4: at most nu n outside, at least nu n outside or on the sphere */
        double nu_n = nu * (double)n;
        assert_true((double)count_above(distances, n, radius_squared, false) <= nu_n + 1e-9);
        assert_true((double)count_above(distances, n, radius_squared, true) >= nu_n - 1e-9);
    }
}

static void loss_is_the_papers(void **state) {
    (void)state;
    const float distances[] = {0.5F, 1, 4, 2};
    struct deep_svdd svdd = {.options = {.nu = 0.25}, .radius_squared = 1};
    assert_relative("soft-boundary", "loss", deep_svdd_loss(&svdd, distances, 4), 5, 1e-12);
    svdd.options.hard_margin = true;
    assert_relative("one-class", "loss", deep_svdd_loss(&svdd, distances, 4), 1.875, 1e-12);
}

static const struct {
    struct svdd_options options;
    const char *due; /* after epochs 1, 2, ...: - not, q quantile, x exact */
} timetables[] = {
    {{.hard_margin = true}, "qqqqqqqq"},
    {{.hard_margin = true, .block_coordinate = true, .k_update_epochs = 3}, "qqqqqqqq"},
    {{.block_coordinate = false, .warm_up_n_epochs = 3, .k_update_epochs = 1}, "--------"},
    {{.block_coordinate = true, .warm_up_n_epochs = 3, .k_update_epochs = 2}, "qqqx-x-x"},
    {{.block_coordinate = true, .warm_up_n_epochs = 0, .k_update_epochs = 5}, "----x---"},
};

static void radius_is_due_when_the_method_says(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof timetables / sizeof *timetables; i++)
        for (size_t epoch = 1; epoch <= 8; epoch++) {
            struct deep_svdd svdd = {.options = timetables[i].options};
            char due = timetables[i].due[epoch - 1];
            assert_int_equal(fit_radius_due(&svdd, epoch), due != '-');
            if (due == '-')
                continue;
            float distances[] = {1, 2, 3, 4};
            svdd.options.nu = 0.6; /* the 2nd or the 3rd largest */
            fit_radius(&svdd, epoch, distances, 4);
            assert_true(svdd.radius_squared == (due == 'q' ? 3.0F : 2.0F));
        }
}

/* A dense layer with bias on three inputs, and images for it. */
struct fixture {
    struct network *network;
    struct batch_set images;
    struct deep_svdd svdd;
};

enum { N_IMAGES = 40, N_INPUTS = 3, N_DIMS = 6 };

static const float biases[N_DIMS] = {0.5F, 0.05F, 0, -0.05F, -0.5F, -0.1F};

static void create_fixture(struct fixture *fixture, struct svdd_options options) {
    const struct layer_spec layer = {.kind = LAYER_DENSE, .units = N_DIMS, .bias = true};
    const struct kernels *kernels;
    struct error err = {.message = ""};
    struct rng rng;
    rng_seed(&rng, 2, RNG_DATA);
    assert_ok(kernels_find(&kernels, "auto", &err), &err);
    assert_ok(network_create(&fixture->network, &layer, 1, (struct shape){N_INPUTS, 1, 1}, 20,
                             kernels, NULL, &err),
              &err);
    assert_ok(batch_set_create(&fixture->images, N_IMAGES, N_INPUTS, 20, &err), &err);
    for (size_t i = 0; i < N_IMAGES; i++) {
        float image[N_INPUTS];
        for (size_t j = 0; j < N_INPUTS; j++)
            image[j] = (float)rng_uniform(&rng);
        batch_set_put(&fixture->images, i, image);
    }
    const struct parameter *bias = &fixture->network->layers[0].parameters[1];
    memcpy(fixture->network->parameters + bias->offset, biases, sizeof biases);
    assert_ok(deep_svdd_create(&fixture->svdd, fixture->network, &options, &adam, &err), &err);
}

static void free_fixture(struct fixture *fixture) {
    deep_svdd_free(&fixture->svdd);
    batch_set_free(&fixture->images);
    network_free(fixture->network);
}

/* With weights 0 every representation is the biases. */
static void center_keeps_away_from_zero(void **state) {
    (void)state;
    const float expected[N_DIMS] = {0.5F, 0.1F, 0.1F, -0.1F, -0.5F, -0.1F};
    struct fixture fixture;
    struct error err = {.message = ""};
    create_fixture(&fixture, (struct svdd_options){.c_mean_init = true, .nu = 0.1});
    assert_ok(deep_svdd_init_center(&fixture.svdd, &fixture.images, &err), &err);
    assert_close("center", "value", fixture.svdd.center, expected, N_DIMS, 1e-7);
    assert_relative("center", "radius", (double)fixture.svdd.radius_squared,
                    2 * 0.05 * 0.05 + 0.1 * 0.1, 1e-5);
    free_fixture(&fixture);
}

/* The mean over the first batch only, and the centre without a mean. */
static void center_of_some_batches_or_none(void **state) {
    (void)state;
    struct fixture fixture;
    struct error err = {.message = ""};
    create_fixture(&fixture,
                   (struct svdd_options){.c_mean_init = true, .c_mean_batches = 1, .nu = 0.1});
    for (size_t j = 0; j < N_INPUTS; j++)
        fixture.network->parameters[j] = 1; /* unit 0: the sum of the inputs, and 0.5 */
    double mean = 0.5;
    for (size_t i = 0; i < 20; i++) {
        float image[N_INPUTS];
        batch_set_get(&fixture.images, i, image);
        mean += (double)(image[0] + image[1] + image[2]) / 20;
    }
    assert_ok(deep_svdd_init_center(&fixture.svdd, &fixture.images, &err), &err);
    assert_relative("center", "first", (double)fixture.svdd.center[0], mean, 1e-6);
    fixture.svdd.options.c_mean_init = false;
    assert_ok(deep_svdd_init_center(&fixture.svdd, &fixture.images, &err), &err);
    for (size_t j = 0; j < N_DIMS; j++)
        assert_true(fixture.svdd.center[j] == 0.5F);
    assert_true(fixture.svdd.radius_squared == 1);
    free_fixture(&fixture);
}

static void collapse_is_noticed(void **state) {
    (void)state;
    struct fixture fixture;
    struct error err = {.message = ""};
    struct rng rng;
    float distances[N_IMAGES];
    rng_seed(&rng, 1, RNG_WEIGHTS);
    create_fixture(&fixture, (struct svdd_options){.c_mean_init = true, .nu = 0.1});
    assert_ok(deep_svdd_init_center(&fixture.svdd, &fixture.images, &err), &err);
    deep_svdd_distances(&fixture.svdd, &fixture.images, distances);
    assert_true(deep_svdd_collapsed(&fixture.svdd, distances, N_IMAGES));
    /* biases that match the centre exactly: all distances 0 */
    memcpy(fixture.svdd.center, biases, sizeof biases);
    deep_svdd_distances(&fixture.svdd, &fixture.images, distances);
    assert_true(deep_svdd_collapsed(&fixture.svdd, distances, N_IMAGES));

    init_glorot(fixture.network, &rng);
    assert_ok(deep_svdd_init_center(&fixture.svdd, &fixture.images, &err), &err);
    deep_svdd_distances(&fixture.svdd, &fixture.images, distances);
    assert_false(deep_svdd_collapsed(&fixture.svdd, distances, N_IMAGES));
    free_fixture(&fixture);
}

/* An epoch of one-class training from a network that has `weight` as its first weight. */
static int train_with(float weight, const volatile sig_atomic_t *stop, size_t epochs_done,
                      struct error *err) {
    struct fixture fixture;
    struct trainer trainer;
    const struct schedule schedule = {.lr = 1e-3};
    double mean;
    create_fixture(&fixture, (struct svdd_options){.hard_margin = true, .nu = 0.1});
    fixture.network->parameters[0] = weight;
    assert_ok(deep_svdd_init_center(&fixture.svdd, &fixture.images, err), err);
    assert_ok(trainer_create(&trainer, fixture.network, &adam, &schedule, &fixture.images,
                             (struct rng){{1}}, stop, err),
              err);
    trainer.epoch = epochs_done;
    const struct objective objective = deep_svdd_objective(&fixture.svdd);
    int status = trainer_epoch(&trainer, &objective, &mean, err);
    assert_int_equal(trainer.epoch, epochs_done + (status == STATUS_OK));
    trainer_free(&trainer);
    free_fixture(&fixture);
    return status;
}

static void divergence_stops_training(void **state) {
    (void)state;
    struct error err = {.message = ""};
    assert_int_equal(train_with(1, NULL, 6, &err), STATUS_OK);
    assert_int_equal(train_with(NAN, NULL, 6, &err), STATUS_DIVERGED);
    assert_non_null(strstr(err.message, "NaN"));
    assert_non_null(strstr(err.message, "epoch 7"));
    assert_int_equal(train_with(1e30F, NULL, 0, &err), STATUS_DIVERGED);
    assert_non_null(strstr(err.message, "infinite"));
    assert_non_null(strstr(err.message, "epoch 1"));
}

static void a_signal_stops_training(void **state) {
    (void)state;
    struct error err = {.message = ""};
    volatile sig_atomic_t stop = 0;
    assert_int_equal(train_with(1, &stop, 0, &err), STATUS_OK);
    stop = 1;
    assert_int_equal(train_with(1, &stop, 0, &err), STATUS_INTERRUPTED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(radius_is_quantile_and_minimiser),
        cmocka_unit_test(loss_is_the_papers),
        cmocka_unit_test(radius_is_due_when_the_method_says),
        cmocka_unit_test(center_keeps_away_from_zero),
        cmocka_unit_test(center_of_some_batches_or_none),
        cmocka_unit_test(collapse_is_noticed),
        cmocka_unit_test(divergence_stops_training),
        cmocka_unit_test(a_signal_stops_training),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
