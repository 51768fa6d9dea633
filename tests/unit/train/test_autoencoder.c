/* Reconstruction losses against their formulas, near the ends of cross-entropy too. Whole trainings
 * are compared with PyTorch's in test_trajectory.c. */
#include <string.h>

#include "base/rng.h"
#include "support/golden.h"
#include "svdd/deep_svdd.h"
#include "train/autoencoder.h"

static const struct solver_options adam = {.type = SOLVER_ADAM};

/* Images of 6 values; the reconstruction of x is the sigmoid of 3 x - 1. */
enum { N_PIXELS = 6, N_IMAGES = 41, BATCH = 17 };

struct fixture {
    struct network *network;
    struct batch_set images;
};

static void create_fixture(struct fixture *fixture) {
    const struct layer_spec layers[] = {
        {.kind = LAYER_TAP},
        {.kind = LAYER_DENSE, .units = N_PIXELS, .bias = true},
        {.kind = LAYER_SIGMOID},
    };
    const struct kernels *kernels;
    struct error err = {.message = ""};
    struct rng rng;
    rng_seed(&rng, 1, RNG_DATA);
    assert_ok(kernels_find(&kernels, "auto", &err), &err);
    assert_ok(network_create(&fixture->network, layers, 3, (struct shape){N_PIXELS, 1, 1}, BATCH,
                             kernels, NULL, &err),
              &err);
    const struct parameter *dense = fixture->network->layers[1].parameters;
    for (size_t i = 0; i < N_PIXELS; i++) {
        fixture->network->parameters[dense[0].offset + i * N_PIXELS + i] = 3;
        fixture->network->parameters[dense[1].offset + i] = -1;
    }
    assert_ok(batch_set_create(&fixture->images, N_IMAGES, N_PIXELS, BATCH, &err), &err);
    for (size_t i = 0; i < N_IMAGES; i++) {
        float image[N_PIXELS];
        for (size_t j = 0; j < N_PIXELS; j++)
            image[j] = (float)rng_uniform(&rng);
        batch_set_put(&fixture->images, i, image);
    }
}

static void free_fixture(struct fixture *fixture) {
    network_free(fixture->network);
    batch_set_free(&fixture->images);
}

/* sum (x_hat - x)^2, or of -x log(x_hat) - (1 - x) log(1 - x_hat) */
static double error_of(const struct fixture *fixture, size_t image, bool cross_entropy) {
    float x[N_PIXELS];
    double sum = 0;
    batch_set_get(&fixture->images, image, x);
    for (size_t j = 0; j < N_PIXELS; j++) {
        double a = 3 * (double)x[j] - 1, x_hat = 1 / (1 + exp(-a));
        sum += cross_entropy ? log1p(exp(a)) - (double)x[j] * a : pow(x_hat - (double)x[j], 2);
    }
    return sum;
}

static void errors_are_those_of_the_formulas(void **state) {
    (void)state;
    struct fixture fixture;
    float scores[N_IMAGES], losses[N_IMAGES], entropies[N_IMAGES];
    create_fixture(&fixture);
    autoencoder_scores(fixture.network, &fixture.images, scores);
    autoencoder_losses(fixture.network, false, &fixture.images, losses);
    autoencoder_losses(fixture.network, true, &fixture.images, entropies);
    assert_memory_equal(scores, losses, sizeof scores);
    for (size_t i = 0; i < N_IMAGES; i++) {
        assert_relative("squares", "error", (double)scores[i], error_of(&fixture, i, false), 1e-5);
        assert_relative("cross-entropy", "error", (double)entropies[i], error_of(&fixture, i, true),
                        1e-5);
    }
    free_fixture(&fixture);
}

/* The penalty is the mean of the errors, times 1 / (2 C_rec). */
static void the_penalty_is_half_the_mean_error(void **state) {
    (void)state;
    struct fixture fixture;
    struct deep_svdd svdd;
    struct error err = {.message = ""};
    float errors[N_IMAGES];
    double sum = 0;
    create_fixture(&fixture);
    for (size_t i = 0; i < N_IMAGES; i++)
        sum += error_of(&fixture, i, false);
    const struct svdd_options options = {.hard_margin = true, .nu = 0.1, .penalty = 0.25};
    assert_ok(deep_svdd_create(&svdd, fixture.network, &options, &adam, &err), &err);
    assert_int_equal(svdd.n_dims, N_PIXELS); /* the tap's */
    assert_relative("penalty", "mean", deep_svdd_penalty(&svdd, &fixture.images, errors),
                    0.125 * sum / N_IMAGES, 1e-5);
    svdd.options.penalty = 0;
    assert_true(deep_svdd_penalty(&svdd, &fixture.images, NULL) == 0);
    deep_svdd_free(&svdd);
    free_fixture(&fixture);
}

/* A group of 11 images in a batch of 27, shown to a loss as a network would. */
enum { N_GROUP = 11, N_BATCH = 27 };

struct group_data {
    float input[N_PIXELS * LANES], output[N_PIXELS * LANES], gradient[N_PIXELS * LANES];
};

/* Reconstructions at the ends of [0, 1] among others; in the padding an input of 0. */
static void create_group(struct group_data *data) {
    static const float ends[] = {0, 1, 1e-9F, 0x1.fffffep-1F, 1e-7F, 0.5F};
    struct rng rng;
    rng_seed(&rng, 2, RNG_DATA);
    for (size_t i = 0; i < N_PIXELS * LANES; i++) {
        data->input[i] = i % 5 == 0 ? (float)(i % 2) : (float)rng_uniform(&rng);
        data->output[i] = i % 3 == 0 ? ends[rng_below(&rng, 6)] : (float)rng_uniform(&rng);
        data->gradient[i] = NAN;
        if (i % LANES >= N_GROUP)
            data->input[i] = 0;
    }
}

static struct network_view view_of(struct group_data *data) {
    return (struct network_view){.first_image = LANES,
                                 .n_images = N_GROUP,
                                 .n_batch = N_BATCH,
                                 .input = data->input,
                                 .output = data->output,
                                 .gradient = data->gradient};
}

static void cross_entropy_is_finite_at_the_ends(void **state) {
    (void)state;
    struct fixture fixture;
    struct group_data data;
    double sum = 0;
    create_fixture(&fixture);
    create_group(&data);
    const struct network_view view = view_of(&data);
    const struct objective objective = autoencoder_objective(fixture.network, true);
    double loss = objective.loss(objective.context, &view);
    for (size_t i = 0; i < N_PIXELS * LANES; i++) {
        /* 1 - 1e-7 is no float: 1 - 2^-23 is the next */
        double x = (double)data.input[i], x_hat = (double)data.output[i], gradient = 0;
        x_hat = fmin(fmax(x_hat, 1e-7), 1 - 0x1p-23);
        if (i % LANES < N_GROUP) {
            sum += -x * log(x_hat) - (1 - x) * log1p(-x_hat);
            gradient = (x_hat - x) / (x_hat * (1 - x_hat)) / N_BATCH;
        }
        if (!(fabs((double)data.gradient[i] - gradient) <= 1e-5 * fabs(gradient) + 1e-7))
            fail_msg("gradient %zu is %g, not %g", i, (double)data.gradient[i], gradient);
    }
    assert_relative("cross-entropy", "loss", loss, sum, 1e-5);
    free_fixture(&fixture);
}

/* weight times the squares, and its gradient: as the loss with weight 1, as the penalty with
 * others. */
static void squares_are_weighted(void **state) {
    (void)state;
    struct fixture fixture;
    create_fixture(&fixture);
    for (int penalty = 0; penalty < 2; penalty++) {
        struct group_data data;
        create_group(&data);
        const struct network_view view = view_of(&data);
        const struct objective objective = autoencoder_objective(fixture.network, false);
        double weight = penalty ? 0.35 : 1, sum = 0;
        double loss = penalty ? autoencoder_penalty(&view, N_PIXELS, weight)
                              : objective.loss(objective.context, &view);
        for (size_t i = 0; i < N_PIXELS * LANES; i++) {
            double difference = (double)data.output[i] - (double)data.input[i], expected = 0;
            if (i % LANES < N_GROUP) {
                sum += weight * difference * difference;
                expected = 2 * weight * difference / N_BATCH;
            }
            if (!(fabs((double)data.gradient[i] - expected) <= 1e-6 * fabs(expected)))
                fail_msg("gradient %zu is %g, not %g", i, (double)data.gradient[i], expected);
        }
        assert_relative("squares", "loss", loss, sum, 1e-6);
    }
    free_fixture(&fixture);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_are_those_of_the_formulas),
        cmocka_unit_test(the_penalty_is_half_the_mean_error),
        cmocka_unit_test(cross_entropy_is_finite_at_the_ends),
        cmocka_unit_test(squares_are_weighted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
