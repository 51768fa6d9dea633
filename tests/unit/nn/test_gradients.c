/* Gradients of whole networks against central finite differences of an independent forward pass in
 * double precision (support/reference.h), for every parameter. */
#include <string.h>

#include "base/rng.h"
#include "nn/init.h"
#include "support/golden.h"
#include "support/reference.h"
#include "svdd/autoencoder.h"
#include "svdd/deep_svdd.h"

static const struct solver_options adam = {.type = SOLVER_ADAM};

enum { N_IMAGES = 18, MAX_LAYERS = 16 };
static const double DECAY = 0.05;

enum objective_kind { AUTOENCODER, ONE_CLASS, SOFT_BOUNDARY };

struct problem {
    const char *name;
    enum objective_kind objective;
    struct shape input;
    bool decay_scales;
    size_t n_layers;
    struct layer_spec layers[MAX_LAYERS];
};

#define CONV(channels, p, b)                                                                       \
    { .kind = LAYER_CONV, .units = (channels), .pad = (p), .bias = (b) }
#define DENSE(outputs, b)                                                                          \
    { .kind = LAYER_DENSE, .units = (outputs), .bias = (b) }
#define RESHAPE(side)                                                                              \
    { .kind = LAYER_RESHAPE, .units = (side) }
#define BN(a)                                                                                      \
    { .kind = LAYER_BATCHNORM, .affine = (a) }
#define ACT(s)                                                                                     \
    { .kind = LAYER_LEAKY_RELU, .slope = (s) }
#define POOL                                                                                       \
    { .kind = LAYER_MAX_POOL }
#define UP                                                                                         \
    { .kind = LAYER_UPSCALE }
#define SIGMOID                                                                                    \
    { .kind = LAYER_SIGMOID }

/* clang-format off */
static const struct problem problems[] = {
    {"autoencoder", AUTOENCODER, {1, 6, 6}, true, 10,
     {CONV(2, 2, false), BN(true), ACT(0.01F), POOL, DENSE(18, false),
      RESHAPE(3), ACT(0.01F), UP, CONV(1, 2, false), SIGMOID}},
    {"autoencoder with biases", AUTOENCODER, {2, 4, 4}, false, 12,
     {CONV(3, 2, true), BN(true), ACT(0), POOL, DENSE(8, true), BN(true),
      RESHAPE(2), UP, CONV(2, 3, true), BN(false), CONV(2, 1, true), SIGMOID}},
    {"one-class", ONE_CLASS, {1, 6, 6}, false, 8,
     {CONV(3, 1, false), BN(false), ACT(0.01F), CONV(2, 2, false), BN(true), ACT(0.01F), POOL,
      DENSE(4, false)}},
    {"soft-boundary", SOFT_BOUNDARY, {2, 7, 5}, false, 5,
     {CONV(3, 2, false), BN(true), ACT(0.01F), POOL, DENSE(4, false)}},
    {"BatchNorm first and last", ONE_CLASS, {2, 3, 3}, true, 3,
     {BN(true), DENSE(5, false), BN(true)}},
};
/* clang-format on */

/* A network in float, and the same in double. */
struct fixture {
    const struct problem *problem;
    struct network *network;
    struct deep_svdd svdd;
    struct batch_set batch;
    double *images, *parameters, *work[2];
};

static double *new_doubles(size_t n) {
    struct error err;
    double *values = memory_alloc(n, sizeof *values, &err);
    assert_non_null(values);
    return values;
}

/* Random parameters everywhere, biases and scales too. */
static void set_parameters(struct fixture *fixture, struct rng *rng) {
    struct network *network = fixture->network;
    init_glorot(network, rng);
    for (size_t i = 0; i < network->n_layers; i++)
        for (size_t p = 0; p < network->layers[i].n_parameters; p++) {
            const struct parameter *parameter = &network->layers[i].parameters[p];
            for (size_t j = 0; j < parameter->size && parameter->kind != PARAMETER_WEIGHT; j++)
                network->parameters[parameter->offset + j] += (float)(rng_uniform(rng) - 0.5);
        }
    for (size_t i = 0; i < network->n_parameters; i++)
        fixture->parameters[i] = (double)network->parameters[i];
}

static void set_images(struct fixture *fixture, struct rng *rng) {
    size_t n_values = fixture->batch.n_values;
    float *image = new_floats(n_values);
    for (size_t i = 0; i < N_IMAGES; i++) {
        for (size_t j = 0; j < n_values; j++) {
            image[j] = (float)rng_uniform(rng);
            fixture->images[i * n_values + j] = (double)image[j];
        }
        batch_set_put(&fixture->batch, i, image);
    }
    free(image);
}

static void create_fixture(struct fixture *fixture, const struct problem *problem,
                           const struct kernels *kernels) {
    struct rng rng;
    struct error err = {""};
    size_t n_values = shape_size(problem->input);
    rng_seed(&rng, 1, RNG_WEIGHTS);
    *fixture = (struct fixture){.problem = problem};
    assert_ok(network_create(&fixture->network, problem->layers, problem->n_layers,
                             problem->n_layers, problem->input, N_IMAGES, kernels, NULL, &err),
              &err);
    assert_ok(batch_set_create(&fixture->batch, N_IMAGES, n_values, N_IMAGES, &err), &err);
    fixture->parameters = new_doubles(fixture->network->n_parameters);
    fixture->images = new_doubles(N_IMAGES * n_values);
    for (int i = 0; i < 2; i++)
        fixture->work[i] = new_doubles(N_IMAGES * fixture->network->max_features);
    set_parameters(fixture, &rng);
    set_images(fixture, &rng);
}

static void free_fixture(struct fixture *fixture) {
    deep_svdd_free(&fixture->svdd);
    network_free(fixture->network);
    batch_set_free(&fixture->batch);
    free(fixture->parameters);
    free(fixture->images);
    free(fixture->work[0]);
    free(fixture->work[1]);
}

/* The loss of one image by the equations of method.md, sections 3 and 4. */
static double image_loss(const struct fixture *fixture, const double *out, size_t image) {
    size_t n = shape_size(network_output(fixture->network));
    const double *x = fixture->images + image * fixture->batch.n_values;
    double distance = 0, radius_squared = (double)fixture->svdd.radius_squared;
    for (size_t j = 0; j < n; j++) {
        double to =
            fixture->problem->objective == AUTOENCODER ? x[j] : (double)fixture->svdd.center[j];
        distance += pow(out[image * n + j] - to, 2);
    }
    if (fixture->problem->objective != SOFT_BOUNDARY)
        return distance;
    return radius_squared + fmax(0, distance - radius_squared) / fixture->svdd.options.nu;
}

/* The centre somewhere, R2 the mean distance: some images are inside the sphere and some are not.
 */
static void set_svdd(struct fixture *fixture) {
    struct svdd_options options = {.hard_margin = fixture->problem->objective == ONE_CLASS,
                                   .nu = 0.3};
    struct error err = {""};
    struct deep_svdd *svdd = &fixture->svdd;
    assert_ok(deep_svdd_create(svdd, fixture->network, &options, &adam, &err), &err);
    for (size_t j = 0; j < svdd->n_dims; j++)
        svdd->center[j] = 0.3F - 0.2F * (float)j;
    const double *out = reference_forward(fixture->network, fixture->parameters, fixture->images,
                                          N_IMAGES, fixture->work);
    double sum = 0;
    for (size_t i = 0; i < N_IMAGES; i++)
        for (size_t j = 0; j < svdd->n_dims; j++)
            sum += pow(out[i * svdd->n_dims + j] - (double)svdd->center[j], 2);
    svdd->radius_squared = (float)(sum / N_IMAGES);
}

/* J by the reference. */
static double objective(struct fixture *fixture) {
    const struct network *network = fixture->network;
    const double *out =
        reference_forward(network, fixture->parameters, fixture->images, N_IMAGES, fixture->work);
    double sum = 0, squares = 0;
    for (size_t i = 0; i < N_IMAGES; i++)
        sum += image_loss(fixture, out, i);
    for (size_t i = 0; i < network->n_layers; i++)
        for (size_t p = 0; p < network->layers[i].n_parameters; p++) {
            const struct parameter *parameter = &network->layers[i].parameters[p];
            bool decays = parameter->kind == PARAMETER_WEIGHT ||
                          (parameter->kind == PARAMETER_SCALE && fixture->problem->decay_scales);
            for (size_t j = 0; decays && j < parameter->size; j++)
                squares += pow(fixture->parameters[parameter->offset + j], 2);
        }
    return sum / N_IMAGES + DECAY / 2 * squares;
}

/* dJ / dparameter for every parameter of the network. */
static void finite_differences(struct fixture *fixture, double *gradient) {
    const double h = 1e-6;
    for (size_t i = 0; i < fixture->network->n_parameters; i++) {
        double *value = &fixture->parameters[i], start = *value;
        *value = start + h;
        double above = objective(fixture);
        *value = start - h;
        double below = objective(fixture);
        *value = start;
        gradient[i] = (above - below) / (2 * h);
    }
}

static void check_parameter(const struct fixture *fixture, const struct layer *layer,
                            const struct parameter *parameter, const double *expected,
                            double largest) {
    for (size_t i = parameter->offset; i < parameter->offset + parameter->size; i++) {
        double actual = (double)fixture->network->gradient[i];
        if (!(fabs(actual - expected[i]) <= 1e-4 * fabs(expected[i]) + 1e-6 * largest))
            fail_msg("%s: gradient %zu of %s.%s is %.9g, not %.9g", fixture->problem->name,
                     i - parameter->offset, layer->name, parameter->name, actual, expected[i]);
    }
}

static void check_gradient(struct fixture *fixture) {
    const struct network *network = fixture->network;
    double *expected = new_doubles(network->n_parameters), largest = 0;
    finite_differences(fixture, expected);
    for (size_t i = 0; i < network->n_parameters; i++)
        largest = fmax(largest, fabs(expected[i]));
    for (size_t i = 0; i < network->n_layers; i++)
        for (size_t p = 0; p < network->layers[i].n_parameters; p++)
            check_parameter(fixture, &network->layers[i], &network->layers[i].parameters[p],
                            expected, largest);
    free(expected);
}

static void check_problem(const struct problem *problem, const struct kernels *kernels) {
    struct fixture fixture;
    create_fixture(&fixture, problem, kernels);
    set_svdd(&fixture);
    struct network *network = fixture.network;
    struct objective core = problem->objective == AUTOENCODER ? autoencoder_objective(network)
                                                              : deep_svdd_objective(&fixture.svdd);
    double loss = network_train(network, batch_set_batch(&fixture.batch, 0), N_IMAGES, core.loss,
                                core.context) /
                  N_IMAGES;
    loss += network_weight_decay(network, DECAY, problem->decay_scales);
    assert_relative(problem->name, "loss", loss, objective(&fixture), 1e-5);
    check_gradient(&fixture);
    free_fixture(&fixture);
}

static void check_all_problems(const struct kernels *kernels) {
    for (size_t i = 0; i < sizeof problems / sizeof *problems; i++)
        check_problem(&problems[i], kernels);
}

static void gradients_are_finite_differences(void **state) {
    (void)state;
    for_each_kernel_set(check_all_problems);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradients_are_finite_differences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
