/* Gradients of whole networks against central finite differences of an independent forward pass in
 * double precision (support/reference.h), for every parameter, the centre and R2. */
#include <string.h>

#include "base/rng.h"
#include "nn/init.h"
#include "support/golden.h"
#include "support/reference.h"
#include "svdd/deep_svdd.h"
#include "train/autoencoder.h"
#include "train/classifier.h"

/* one step at rate 1 is the gradient */
static const struct solver_options sgd = {.type = SOLVER_SGD};

enum { N_IMAGES = 18, MAX_LAYERS = 20, MAX_DIMS = 8 };
static const double DECAY = 0.05, NU = 0.3;

enum objective_kind { AUTOENCODER, CROSS_ENTROPY, CLASSIFIER, ONE_CLASS, SOFT_BOUNDARY };

struct problem {
    const char *name;
    enum objective_kind objective;
    double penalty;
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
#define TAP                                                                                        \
    { .kind = LAYER_TAP }
#define DROPOUT(p)                                                                                 \
    { .kind = LAYER_DROPOUT, .rate = (p) }

/* clang-format off */
static const struct problem problems[] = {
    {"autoencoder", AUTOENCODER, 0, {1, 6, 6}, true, 10,
     {CONV(2, 2, false), BN(true), ACT(0.01F), POOL, DENSE(18, false),
      RESHAPE(3), ACT(0.01F), UP, CONV(1, 2, false), SIGMOID}},
    {"autoencoder with biases", AUTOENCODER, 0, {2, 4, 4}, false, 12,
     {CONV(3, 2, true), BN(true), ACT(0), POOL, DENSE(8, true), BN(true),
      RESHAPE(2), UP, CONV(2, 3, true), BN(false), CONV(2, 1, true), SIGMOID}},
    {"cross-entropy", CROSS_ENTROPY, 0, {1, 4, 4}, true, 10,
     {CONV(2, 2, true), BN(true), ACT(0.01F), POOL, DENSE(4, false), TAP,
      RESHAPE(2), UP, CONV(1, 2, true), SIGMOID}},
    {"classifier", CLASSIFIER, 0, {1, 5, 5}, false, 6,
     {CONV(2, 2, false), BN(true), ACT(0.01F), POOL, DENSE(4, false), DENSE(1, true)}},
    {"one-class", ONE_CLASS, 0, {1, 6, 6}, false, 8,
     {CONV(3, 1, false), BN(false), ACT(0.01F), CONV(2, 2, false), BN(true), ACT(0.01F), POOL,
      DENSE(4, false)}},
    {"soft-boundary", SOFT_BOUNDARY, 0, {2, 7, 5}, false, 5,
     {CONV(3, 2, false), BN(true), ACT(0.01F), POOL, DENSE(4, false)}},
    {"BatchNorm first and last", ONE_CLASS, 0, {2, 3, 3}, true, 3,
     {BN(true), DENSE(5, false), BN(true)}},
    {"one-class with penalty", ONE_CLASS, 0.6, {1, 6, 6}, false, 15,
     {CONV(2, 2, false), BN(true), ACT(0.01F), POOL, DENSE(4, false), TAP,
      RESHAPE(2), ACT(0.2F), UP, CONV(2, 1, false), BN(true), ACT(0.01F), UP,
      CONV(1, 3, false), SIGMOID}},
    {"soft-boundary with penalty", SOFT_BOUNDARY, 3, {1, 4, 4}, false, 8,
     {CONV(2, 2, false), BN(true), ACT(0.01F), POOL, DENSE(4, false), TAP, ACT(0.2F),
      DENSE(16, true)}},
    {"tap after a pooling, decoder with BatchNorm", ONE_CLASS, 1.5, {1, 4, 4}, true, 8,
     {CONV(2, 2, false), POOL, TAP, ACT(0.2F), BN(true), UP, CONV(1, 2, false), BN(false)}},
    {"dropout", ONE_CLASS, 0, {1, 6, 6}, false, 10,
     {DROPOUT(0.2F), CONV(2, 2, false), BN(true), ACT(0.01F), POOL,
      DROPOUT(0.5F), DENSE(6, false), ACT(0.1F), DROPOUT(0.5F), DENSE(4, true)}},
    {"dropout before a tap", SOFT_BOUNDARY, 0.5, {1, 4, 4}, false, 9,
     {CONV(2, 2, false), BN(true), ACT(0.01F), POOL, DENSE(4, false), DROPOUT(0.5F), TAP,
      DROPOUT(0.3F), DENSE(16, true)}},
};
/* clang-format on */

static const struct problem *problem_at_hand;
static double *differences; /* its finite differences, once they have been worked out */

/* A network in float, and the same in double. */
struct fixture {
    const struct problem *problem;
    struct network *network;
    struct classifier classifier;
    struct deep_svdd svdd;
    struct batch_set batch;
    struct reference reference;
    double center[MAX_DIMS], radius_squared;
};

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
}

static void set_images(struct fixture *fixture, struct rng *rng) {
    size_t n_values = fixture->batch.n_values;
    float *image = new_floats(n_values);
    for (size_t i = 0; i < N_IMAGES; i++) {
        for (size_t j = 0; j < n_values; j++)
            image[j] = (float)rng_uniform(rng);
        batch_set_put(&fixture->batch, i, image);
        fixture->batch.labels[i] = i % 3 == 0;
    }
    free(image);
}

static bool is_svdd(const struct problem *problem) {
    return problem->objective == ONE_CLASS || problem->objective == SOFT_BOUNDARY;
}

/* The centre somewhere. */
static void create_svdd(struct fixture *fixture) {
    struct svdd_options options = {.hard_margin = fixture->problem->objective == ONE_CLASS,
                                   .nu = NU,
                                   .center_free = true,
                                   .penalty = fixture->problem->penalty};
    struct error err = {.message = ""};
    assert_ok(deep_svdd_create(&fixture->svdd, fixture->network, &options, &sgd, &err), &err);
    for (size_t j = 0; is_svdd(fixture->problem) && j < fixture->svdd.n_dims; j++) {
        assert_true(j < MAX_DIMS);
        fixture->center[j] = (double)(fixture->svdd.center[j] = 0.3F - 0.2F * (float)j);
    }
}

static void create_fixture(struct fixture *fixture, const struct problem *problem,
                           const struct kernels *kernels) {
    struct rng rng;
    struct error err = {.message = ""};
    rng_seed(&rng, 1, RNG_WEIGHTS);
    *fixture = (struct fixture){.problem = problem};
    assert_ok(network_create(&fixture->network, problem->layers, problem->n_layers, problem->input,
                             N_IMAGES, kernels, NULL, &err),
              &err);
    assert_ok(
        batch_set_create(&fixture->batch, N_IMAGES, shape_size(problem->input), N_IMAGES, &err),
        &err);
    fixture->classifier.network = fixture->network;
    fixture->network->noise = rng_bits(&rng);
    set_parameters(fixture, &rng);
    set_images(fixture, &rng);
    create_svdd(fixture);
    reference_create(&fixture->reference, fixture->network, &fixture->batch);
}

static void free_fixture(struct fixture *fixture) {
    reference_free(&fixture->reference);
    deep_svdd_free(&fixture->svdd);
    network_free(fixture->network);
    batch_set_free(&fixture->batch);
}

/* sum (x_hat - x)^2, or the cross-entropy. */
static double reconstruction_error(const struct fixture *fixture, size_t image, bool entropy) {
    size_t n = fixture->batch.n_values;
    const double *x = fixture->reference.images + image * n;
    const double *x_hat = reference_output(&fixture->reference) + image * n;
    double sum = 0;
    for (size_t j = 0; j < n; j++)
        sum += entropy ? -x[j] * log(x_hat[j]) - (1 - x[j]) * log(1 - x_hat[j])
                       : pow(x_hat[j] - x[j], 2);
    return sum;
}

static double distance(const struct fixture *fixture, size_t image) {
    size_t n = fixture->svdd.n_dims;
    const double *phi = reference_representation(&fixture->reference) + image * n;
    double sum = 0;
    for (size_t j = 0; j < n; j++)
        sum += pow(phi[j] - fixture->center[j], 2);
    return sum;
}

/* The loss of one image by the equations of the paper, section 3. */
static double image_loss(const struct fixture *fixture, size_t image) {
    double logit = reference_output(&fixture->reference)[image]; /* of the classifier */
    double penalty = fixture->problem->penalty, radius_squared = fixture->radius_squared;
    if (penalty > 0)
        penalty *= reconstruction_error(fixture, image, false) / 2;
    switch (fixture->problem->objective) {
    case CLASSIFIER:
        return -log(1 / (1 + exp(fixture->batch.labels[image] ? -logit : logit)));
    case AUTOENCODER:
        return reconstruction_error(fixture, image, false);
    case CROSS_ENTROPY:
        return reconstruction_error(fixture, image, true);
    case ONE_CLASS:
        return distance(fixture, image) + penalty;
    case SOFT_BOUNDARY:
        return radius_squared + fmax(0, distance(fixture, image) - radius_squared) / NU + penalty;
    }
    return NAN;
}

/* J by the reference. */
static double objective(struct fixture *fixture) {
    const struct network *network = fixture->network;
    double sum = 0, squares = 0;
    reference_forward(&fixture->reference);
    for (size_t i = 0; i < N_IMAGES; i++)
        sum += image_loss(fixture, i);
    for (size_t i = 0; i < network->n_layers; i++)
        for (size_t p = 0; p < network->layers[i].n_parameters; p++) {
            const struct parameter *parameter = &network->layers[i].parameters[p];
            bool decays = parameter->kind == PARAMETER_WEIGHT ||
                          (parameter->kind == PARAMETER_SCALE && fixture->problem->decay_scales);
            for (size_t j = 0; decays && j < parameter->size; j++)
                squares += pow(fixture->reference.parameters[parameter->offset + j], 2);
        }
    return sum / N_IMAGES + DECAY / 2 * squares;
}

/* R2 between the distances where there are most of them: some images are inside the sphere and some
 * are not, and none is near it. */
static void set_radius(struct fixture *fixture) {
    double least = INFINITY, largest = 0, widest = 0, d[N_IMAGES];
    reference_forward(&fixture->reference);
    for (size_t i = 0; i < N_IMAGES; i++) {
        d[i] = distance(fixture, i);
        least = fmin(least, d[i]);
        largest = fmax(largest, d[i]);
    }
    for (size_t k = 4; k <= 12; k++) {
        double start = least + (largest - least) * (double)k / 16, nearest = INFINITY;
        for (size_t i = 0; i < N_IMAGES; i++)
            nearest = fmin(nearest, fabs(d[i] - start));
        if (nearest > widest) {
            widest = nearest;
            fixture->svdd.radius_squared = (float)start;
        }
    }
    assert_true(widest > 1e-4 * largest);
    fixture->radius_squared = (double)fixture->svdd.radius_squared;
}

/* dJ / dvalue for n values. */
static void finite_differences(struct fixture *fixture, double *values, size_t n,
                               double *gradient) {
    const double h = 1e-6;
    for (size_t i = 0; i < n; i++) {
        double start = values[i];
        values[i] = start + h;
        double above = objective(fixture);
        values[i] = start - h;
        double below = objective(fixture);
        values[i] = start;
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
    double largest = 0;
    if (!differences) {
        differences = new_doubles(network->n_parameters);
        finite_differences(fixture, fixture->reference.parameters, network->n_parameters,
                           differences);
    }
    for (size_t i = 0; i < network->n_parameters; i++)
        largest = fmax(largest, fabs(differences[i]));
    for (size_t i = 0; i < network->n_layers; i++)
        for (size_t p = 0; p < network->layers[i].n_parameters; p++)
            check_parameter(fixture, &network->layers[i], &network->layers[i].parameters[p],
                            differences, largest);
}

static struct objective objective_of(struct fixture *fixture) {
    switch (fixture->problem->objective) {
    case AUTOENCODER:
        return autoencoder_objective(fixture->network, false);
    case CROSS_ENTROPY:
        return autoencoder_objective(fixture->network, true);
    case CLASSIFIER:
        return classifier_objective(&fixture->classifier);
    default:
        return deep_svdd_objective(&fixture->svdd);
    }
}

/* The gradients of the centre and, in soft-boundary, of R2: what a step at rate 1 takes off. */
static void check_sphere(struct fixture *fixture, const struct objective *core) {
    const struct deep_svdd *svdd = &fixture->svdd;
    double expected[MAX_DIMS] = {0}, radius_expected;
    float expected_center[MAX_DIMS], actual[MAX_DIMS];
    finite_differences(fixture, fixture->center, svdd->n_dims, expected);
    finite_differences(fixture, &fixture->radius_squared, 1, &radius_expected);
    core->after_step(core->context, N_IMAGES, 1);
    for (size_t j = 0; j < svdd->n_dims; j++) {
        actual[j] = (float)(fixture->center[j] - (double)svdd->center[j]);
        expected_center[j] = (float)expected[j];
    }
    assert_close(fixture->problem->name, "center", actual, expected_center, svdd->n_dims, 1e-5);
    if (fixture->problem->objective == SOFT_BOUNDARY)
        assert_relative(fixture->problem->name, "radius",
                        fixture->radius_squared - (double)svdd->radius_squared, radius_expected,
                        1e-5);
}

/* Once more with the same noise once it is known which values dropout drops and where R2 is. */
static void check_problem(const struct kernels *kernels) {
    const struct problem *problem = problem_at_hand;
    struct fixture fixture;
    create_fixture(&fixture, problem, kernels);
    struct network *network = fixture.network;
    const float *batch = batch_set_batch(&fixture.batch, 0);
    const struct objective core = objective_of(&fixture);
    if (core.before_batch)
        core.before_batch(core.context, &fixture.batch, 0);
    network_train(network, batch, N_IMAGES, core.loss, core.context);
    reference_read_masks(&fixture.reference);
    if (problem->objective == SOFT_BOUNDARY)
        set_radius(&fixture);
    double loss = network_train(network, batch, N_IMAGES, core.loss, core.context) / N_IMAGES;
    loss += network_weight_decay(network, DECAY, problem->decay_scales);
    assert_relative(problem->name, "loss", loss, objective(&fixture), 1e-5);
    check_gradient(&fixture);
    if (is_svdd(problem))
        check_sphere(&fixture, &core);
    free_fixture(&fixture);
}

static void gradients_are_finite_differences(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof problems / sizeof *problems; i++) {
        problem_at_hand = &problems[i];
        for_each_kernel_set(check_problem);
        free(differences);
        differences = NULL;
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradients_are_finite_differences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
