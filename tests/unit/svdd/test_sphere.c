/* The sphere of trained networks: what block-coordinate descent makes of R2 and, where it is free,
 * of the centre; Proposition 4 of the paper; hypersphere collapse with a free centre. */
#include <string.h>

#include "base/rng.h"
#include "nn/init.h"
#include "support/golden.h"
#include "svdd/deep_svdd.h"
#include "svdd/fit.h"
#include "train/measure.h"

enum { SIDE = 12, N_IMAGES = 200, BATCH = 50, N_DIMS = 8, WARM_UP = 2, UPDATE_EPOCHS = 2 };

/* A network and how it is trained. */
struct setting {
    size_t n_layers;
    struct layer_spec layers[5];
    struct solver_options solver;
    struct schedule schedule;
};

static const struct setting usual = {
    .n_layers = 5,
    .layers = {{.kind = LAYER_CONV, .units = 4, .pad = 2},
               {.kind = LAYER_BATCHNORM, .affine = true},
               {.kind = LAYER_LEAKY_RELU, .slope = 0.01F},
               {.kind = LAYER_MAX_POOL},
               {.kind = LAYER_DENSE, .units = N_DIMS}},
    .solver = {.type = SOLVER_ADAM},
    .schedule = {.lr = 1e-3},
};

/* Biases, and so much weight decay that they are soon all that is left. */
static const struct setting collapsing = {
    .n_layers = 3,
    .layers = {{.kind = LAYER_DENSE, .units = 16, .bias = true},
               {.kind = LAYER_LEAKY_RELU, .slope = 0.01F},
               {.kind = LAYER_DENSE, .units = N_DIMS, .bias = true}},
    .solver = {.type = SOLVER_SGD},
    .schedule = {.lr = 0.05, .weight_decay = 1},
};

struct fixture {
    struct network *network;
    struct batch_set images;
    struct deep_svdd svdd;
    struct trainer trainer;
};

/* A spot somewhere on a dark ground. */
static void draw(struct rng *rng, float image[SIDE * SIDE]) {
    double cy = 2 + 8 * rng_uniform(rng), cx = 2 + 8 * rng_uniform(rng);
    double width = 1 + 2 * rng_uniform(rng);
    for (size_t i = 0; i < SIDE * SIDE; i++) {
        size_t row = i / SIDE, column = i % SIDE;
        double y = (double)row - cy, x = (double)column - cx;
        image[i] = (float)exp(-(y * y + x * x) / (width * width));
    }
}

static void create_images(struct batch_set *images) {
    struct error err = {.message = ""};
    struct rng rng;
    rng_seed(&rng, 1, RNG_DATA);
    assert_ok(batch_set_create(images, N_IMAGES, SIDE * SIDE, BATCH, &err), &err);
    for (size_t i = 0; i < N_IMAGES; i++) {
        float image[SIDE * SIDE];
        draw(&rng, image);
        batch_set_put(images, i, image);
    }
}

static void create_fixture(struct fixture *fixture, const struct setting *setting,
                           struct svdd_options options) {
    const struct shape input = {1, SIDE, SIDE};
    const struct kernels *kernels;
    struct error err = {.message = ""};
    struct rng rng;
    rng_seed(&rng, 1, RNG_WEIGHTS);
    options.c_mean_init = true;
    options.warm_up_n_epochs = WARM_UP;
    options.k_update_epochs = UPDATE_EPOCHS;
    create_images(&fixture->images);
    assert_ok(kernels_find(&kernels, "auto", &err), &err);
    assert_ok(network_create(&fixture->network, setting->layers, setting->n_layers, input, BATCH,
                             kernels, NULL, &err),
              &err);
    init_glorot(fixture->network, &rng);
    assert_ok(deep_svdd_create(&fixture->svdd, fixture->network, &options, &setting->solver, &err),
              &err);
    assert_ok(deep_svdd_init_center(&fixture->svdd, &fixture->images, &err), &err);
    assert_ok(trainer_create(&fixture->trainer, fixture->network, &setting->solver,
                             &setting->schedule, &fixture->images, rng, NULL, &err),
              &err);
}

static void free_fixture(struct fixture *fixture) {
    trainer_free(&fixture->trainer);
    deep_svdd_free(&fixture->svdd);
    network_free(fixture->network);
    batch_set_free(&fixture->images);
}

/* The weights' part of an epoch. */
static void train_weights(struct fixture *fixture) {
    const struct objective objective = deep_svdd_objective(&fixture->svdd);
    struct error err = {.message = ""};
    double mean;
    assert_ok(trainer_epoch(&fixture->trainer, &objective, &mean, &err), &err);
}

/* The sphere's. */
static void end_epoch(struct fixture *fixture) {
    float distances[N_IMAGES], room[N_IMAGES], expected[N_IMAGES];
    struct error err = {.message = ""};
    assert_ok(
        fit_sphere(&fixture->svdd, fixture->trainer.epoch, &fixture->images, distances, room, &err),
        &err);
    deep_svdd_distances(&fixture->svdd, &fixture->images, expected);
    assert_memory_equal(distances, expected, sizeof expected);
}

/* ---- Proposition 4: nu is an upper bound on the fraction of training images outside of the sphere
 * and a lower bound on the fraction of those outside or on it.
 *
 * The exact minimiser, the ceil(nu n)-th largest distance, meets both: at most ceil(nu n) - 1 < nu
 * n distances are larger, at least ceil(nu n) >= nu n as large. The quantile, the floor(nu n)-th
 * largest (the first, where that is 0), meets the first even more so; the second, for which it
 * vouches with floor(nu n), it can miss by less than one image when nu n is not whole. */

static void check_fractions(const float *scores, double nu, bool exact) {
    size_t outside = 0, on = 0;
    for (size_t i = 0; i < N_IMAGES; i++) {
        outside += scores[i] > 0;
        on += scores[i] == 0;
    }
    double nu_n = nu * N_IMAGES, rounding = 1e-9;
    assert_true(on >= 1);
    assert_true((double)outside < nu_n);
    if (exact)
        assert_true((double)(outside + on) >= nu_n - rounding);
    else
        assert_true((double)(outside + on) > nu_n - 1);
}

static void proposition_4_holds_after_training(void **state) {
    (void)state;
    const double nus[] = {0.05, 0.1, 0.5, 0.123, 0.0026, 1}; /* nu n = 24.6 and 0.52 */
    for (size_t i = 0; i < sizeof nus / sizeof *nus; i++) {
        struct fixture fixture;
        float scores[N_IMAGES];
        create_fixture(&fixture, &usual,
                       (struct svdd_options){.block_coordinate = true, .nu = nus[i]});
        for (size_t epoch = 1; epoch <= 6; epoch++) {
            train_weights(&fixture);
            end_epoch(&fixture);
            deep_svdd_distances(&fixture.svdd, &fixture.images, scores);
            for (size_t j = 0; j < N_IMAGES; j++)
                scores[j] -= fixture.svdd.radius_squared;
            if (epoch <= WARM_UP || epoch % UPDATE_EPOCHS == 0)
                check_fractions(scores, nus[i], epoch > WARM_UP);
        }
        free_fixture(&fixture);
    }
}

/* ---- a free centre in block-coordinate descent */

static void representation_of(void *context, const struct network_view *view, float *values) {
    (void)context;
    for (size_t l = 0; l < view->n_images; l++)
        for (size_t j = 0; j < N_DIMS; j++)
            values[l * N_DIMS + j] = view->representation[j * LANES + l];
}

/* R2 + 1 / (nu n) sum max(0, d_i - R2) */
static double soft_boundary(const float *representations, const double *center,
                            double radius_squared, double nu) {
    double sum = 0;
    for (size_t i = 0; i < N_IMAGES; i++) {
        double distance = 0;
        for (size_t j = 0; j < N_DIMS; j++)
            distance += pow((double)representations[i * N_DIMS + j] - center[j], 2);
        sum += fmax(0, distance - radius_squared);
    }
    return radius_squared + sum / (nu * N_IMAGES);
}

struct sphere {
    double center[N_DIMS], radius_squared;
};

static struct sphere sphere_of(const struct deep_svdd *svdd) {
    struct sphere sphere = {.radius_squared = (double)svdd->radius_squared};
    for (size_t j = 0; j < N_DIMS; j++)
        sphere.center[j] = (double)svdd->center[j];
    return sphere;
}

/* Neither the sphere before nor any of 200 around the one found is better. The problem is convex,
 * so what is best around it is best. */
static void check_optimal(struct fixture *fixture, const struct sphere *before, struct rng *rng) {
    static float representations[N_IMAGES * N_DIMS];
    const double rounding = 2e-6; /* of c and R2 to float, and the solver's tolerance */
    double nu = fixture->svdd.options.nu;
    struct sphere found = sphere_of(&fixture->svdd);
    measure_images(fixture->network, &fixture->images, 0, representation_of, NULL, N_DIMS,
                   representations);
    double least = soft_boundary(representations, found.center, found.radius_squared, nu);
    double start = soft_boundary(representations, before->center, before->radius_squared, nu);
    assert_true(least <= start);
    for (size_t i = 0; i < 200; i++) {
        double size = pow(10, -1 - 3 * rng_uniform(rng)); /* 0.1 to 0.0001 of the radius */
        struct sphere other = found;
        for (size_t j = 0; j < N_DIMS && i % 4 > 0; j++)
            other.center[j] +=
                size * (2 * rng_uniform(rng) - 1) * sqrt(found.radius_squared / N_DIMS);
        if (i % 4 != 1)
            other.radius_squared *= 1 + size * (2 * rng_uniform(rng) - 1);
        double value = soft_boundary(representations, other.center, other.radius_squared, nu);
        if (!(least <= value * (1 + rounding)))
            fail_msg("nu %g: J is %.9g, but %.9g at a distance of %g", nu, least, value, size);
    }
}

static void a_free_center_is_solved_for(void **state) {
    (void)state;
    const double nus[] = {0.05, 0.1, 0.123, 0.5, 0.0026};
    for (size_t i = 0; i < sizeof nus / sizeof *nus; i++) {
        struct fixture fixture;
        struct rng rng;
        rng_seed(&rng, i, RNG_DATA);
        create_fixture(
            &fixture, &usual,
            (struct svdd_options){.block_coordinate = true, .center_free = true, .nu = nus[i]});
        for (size_t epoch = 1; epoch <= 6; epoch++) {
            struct sphere before = sphere_of(&fixture.svdd), after;
            train_weights(&fixture);
            after = sphere_of(&fixture.svdd);
            assert_memory_equal(&after, &before, sizeof before); /* the solver leaves it alone */
            end_epoch(&fixture);
            after = sphere_of(&fixture.svdd);
            bool due = epoch % UPDATE_EPOCHS == 0;
            if (epoch > WARM_UP && due)
                check_optimal(&fixture, &before, &rng);
            else
                assert_memory_equal(after.center, before.center, sizeof before.center);
            if (epoch > WARM_UP && !due)
                assert_true(after.radius_squared == before.radius_squared);
            else
                assert_true(after.radius_squared != before.radius_squared);
        }
        free_fixture(&fixture);
    }
}

static void what_is_not_finite_has_no_sphere(void **state) {
    (void)state;
    struct fixture fixture;
    struct error err = {.message = ""};
    float distances[N_IMAGES], room[N_IMAGES];
    create_fixture(&fixture, &usual,
                   (struct svdd_options){.block_coordinate = true, .center_free = true, .nu = 0.1});
    fixture.network->parameters[0] = NAN;
    assert_int_equal(fit_sphere(&fixture.svdd, 4, &fixture.images, distances, room, &err),
                     STATUS_DIVERGED);
    assert_true(err.message[0] != 0);
    free_fixture(&fixture);
}

/* ---- collapse */

static bool collapsed(struct fixture *fixture) {
    float distances[N_IMAGES];
    deep_svdd_distances(&fixture->svdd, &fixture->images, distances);
    return deep_svdd_collapsed(&fixture->svdd, distances, N_IMAGES);
}

static const struct svdd_options free_centers[] = {
    {.hard_margin = true, .center_free = true, .nu = 0.1},
    {.center_free = true, .nu = 0.1},
    {.block_coordinate = true, .center_free = true, .nu = 0.1},
};
enum { N_FREE_CENTERS = sizeof free_centers / sizeof *free_centers };

/* A standard deviation of the scores on both sides of 1e-6 ||c||^2, wherever their mean is. */
static void collapse_is_measured_by_the_center(void **state) {
    (void)state;
    float center[] = {3, 4}, scores[N_IMAGES];
    const struct deep_svdd svdd = {.n_dims = 2, .center = center};
    for (int below = 0; below < 2; below++) {
        float deviation = below ? 2.4e-5F : 2.6e-5F;
        for (size_t i = 0; i < N_IMAGES; i++)
            scores[i] = -1 + (i % 2 ? deviation : -deviation);
        assert_int_equal(deep_svdd_collapsed(&svdd, scores, N_IMAGES), below);
    }
}

/* Weights 0 and biases that are not: the network is constant, wherever the centre is and goes. */
static void a_constant_network_is_a_collapse(void **state) {
    (void)state;
    for (size_t i = 0; i < N_FREE_CENTERS; i++) {
        struct fixture fixture;
        create_fixture(&fixture, &collapsing, free_centers[i]);
        assert_false(collapsed(&fixture));
        const struct parameter *last = fixture.network->layers[2].parameters;
        memset(fixture.network->parameters + last[0].offset, 0, last[0].size * sizeof(float));
        for (size_t j = 0; j < N_DIMS; j++)
            fixture.network->parameters[last[1].offset + j] = 0.3F - 0.11F * (float)j;
        assert_true(collapsed(&fixture));
        fixture.trainer.epoch = 4;
        end_epoch(&fixture);
        assert_true(collapsed(&fixture));
        free_fixture(&fixture);
    }
}

/* Biases and a free centre: training finds the constant network (Proposition 2). */
static void training_that_collapses_is_noticed(void **state) {
    (void)state;
    for (size_t i = 0; i < N_FREE_CENTERS; i++) {
        struct fixture fixture;
        create_fixture(&fixture, &collapsing, free_centers[i]);
        assert_false(collapsed(&fixture));
        for (size_t epoch = 1; epoch <= 60; epoch++) {
            train_weights(&fixture);
            end_epoch(&fixture);
        }
        double norm = 0; /* c has not gone to 0, where there would be no telling */
        for (size_t j = 0; j < N_DIMS; j++)
            norm += pow((double)fixture.svdd.center[j], 2);
        assert_true(norm > 1e-3);
        assert_true(collapsed(&fixture));
        free_fixture(&fixture);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(proposition_4_holds_after_training),
        cmocka_unit_test(a_free_center_is_solved_for),
        cmocka_unit_test(what_is_not_finite_has_no_sphere),
        cmocka_unit_test(collapse_is_measured_by_the_center),
        cmocka_unit_test(a_constant_network_is_a_collapse),
        cmocka_unit_test(training_that_collapses_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
