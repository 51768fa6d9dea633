/* Every network of the published experiments against PyTorch in float64
 * (tests/golden/make_architectures.py), with every set of kernels; dropout; what does not fit. */
#include <string.h>

#include "nn/architectures.h"
#include "nn/network.h"
#include "nn/pass.h"
#include "support/golden.h"

enum { N_IMAGES = 20, N_PROJECTIONS = 3 };

/* The same cases as in the script. */
static const struct architecture_case {
    const char *name, *family;
    int number;
    enum architecture_use use;
    struct architecture_options options;
} cases[] = {
#define PLAIN .use_batch_norm = true, .bn_affine = true, .leaky_relu = true
    {"mnist_1", "mnist", 1, ARCHITECTURE_AUTOENCODER, {PLAIN, .rep_dim = 32}},
    {"mnist_1_bias",
     "mnist",
     1,
     ARCHITECTURE_AUTOENCODER,
     {.rep_dim = 48, .bias = true, .use_batch_norm = true, .leaky_relu = true}},
    {"mnist_1_no_bn",
     "mnist",
     1,
     ARCHITECTURE_AUTOENCODER,
     {.rep_dim = 16, .bias = true, .leaky_relu = true}},
    {"mnist_1_wide",
     "mnist",
     1,
     ARCHITECTURE_AUTOENCODER,
     {.rep_dim = 32, .dropout_arch = true, .use_batch_norm = true, .bn_affine = true}},
    {"mnist_1_penalised", "mnist", 1, ARCHITECTURE_PENALISED, {PLAIN, .rep_dim = 32}},
    {"mnist_1_classifier",
     "mnist",
     1,
     ARCHITECTURE_CLASSIFIER,
     {PLAIN, .rep_dim = 10, .bias = true}},
    {"mnist_2", "mnist", 2, ARCHITECTURE_AUTOENCODER, {PLAIN, .rep_dim = 30}},
    {"mnist_2_encoder", "mnist", 2, ARCHITECTURE_ENCODER, {PLAIN, .rep_dim = 30, .bias = true}},
    {"mnist_2_penalised",
     "mnist",
     2,
     ARCHITECTURE_PENALISED,
     {.rep_dim = 30, .use_batch_norm = true, .leaky_relu = true}},
    {"cifar10_1", "cifar10", 1, ARCHITECTURE_AUTOENCODER, {PLAIN, .rep_dim = 12}},
    {"cifar10_1_no_bn",
     "cifar10",
     1,
     ARCHITECTURE_AUTOENCODER,
     {.rep_dim = 128, .bias = true, .leaky_relu = true}},
    {"cifar10_2",
     "cifar10",
     2,
     ARCHITECTURE_AUTOENCODER,
     {.rep_dim = 128, .use_batch_norm = true, .bn_affine = true}},
    {"cifar10_2_wide",
     "cifar10",
     2,
     ARCHITECTURE_ENCODER,
     {PLAIN, .rep_dim = 32, .bias = true, .dropout_arch = true}},
    {"cifar10_3",
     "cifar10",
     3,
     ARCHITECTURE_AUTOENCODER,
     {.rep_dim = 128, .use_batch_norm = true, .leaky_relu = true}},
    {"cifar10_3_bias",
     "cifar10",
     3,
     ARCHITECTURE_AUTOENCODER,
     {PLAIN, .rep_dim = 32, .bias = true}},
    {"gtsrb", "gtsrb", 1, ARCHITECTURE_AUTOENCODER, {PLAIN, .rep_dim = 32}},
    {"gtsrb_wide",
     "gtsrb",
     1,
     ARCHITECTURE_AUTOENCODER,
     {PLAIN, .rep_dim = 7, .bias = true, .dropout_arch = true}},
};

/* Number i of the sequence `name`: in [-1, 1), looks random; the script makes the same. */
static double wave(const char *name, size_t i) {
    size_t seed = 0;
    for (size_t c = 0; name[c] != '\0'; c++)
        seed += (c + 1) * (unsigned char)name[c];
    double x = sin(12.9898 * (double)(i + 1) + 78.233 * (double)(seed % 1009 + 1)) * 4375.85453;
    return 2 * (x - floor(x)) - 1;
}

static void set_parameter(float *values, const char *layer, const struct parameter *parameter) {
    char name[2 * LAYER_NAME_SIZE];
    snprintf(name, sizeof name, "%s.%s", layer, parameter->name);
    double limit = parameter->fan_in ? sqrt(6 / (double)parameter->fan_in) : 0;
    for (size_t i = 0; i < parameter->size; i++)
        values[i] = (float)(parameter->kind == PARAMETER_WEIGHT  ? limit * wave(name, i)
                            : parameter->kind == PARAMETER_SCALE ? 1 + 0.2 * wave(name, i)
                                                                 : 0.1 * wave(name, i));
}

static void set_network(struct network *network) {
    for (size_t l = 0; l < network->n_layers; l++) {
        struct layer *layer = &network->layers[l];
        char mean[2 * LAYER_NAME_SIZE], var[2 * LAYER_NAME_SIZE];
        for (size_t p = 0; p < layer->n_parameters; p++)
            set_parameter(network->parameters + layer->parameters[p].offset, layer->name,
                          &layer->parameters[p]);
        snprintf(mean, sizeof mean, "%s.running_mean", layer->name);
        snprintf(var, sizeof var, "%s.running_var", layer->name);
        for (size_t c = 0; c < layer->n_statistics; c++) {
            layer->running_mean[c] = (float)(0.1 * wave(mean, c));
            layer->running_var[c] = (float)(1 + 0.2 * wave(var, c));
        }
    }
}

/* What came out of a pass: (N_IMAGES, n). */
struct outputs {
    const struct network *network;
    float *output, *representation;
};

static void copy_out(float *to, const struct network_view *view, const float *from, size_t n) {
    for (size_t l = 0; l < view->n_images; l++)
        for (size_t j = 0; j < n; j++)
            to[(view->first_image + l) * n + j] = from[j * LANES + l];
}

static void set_gradient(float *gradient, const struct network_view *view, const char *name,
                         size_t n) {
    for (size_t l = 0; l < LANES; l++)
        for (size_t j = 0; j < n; j++)
            gradient[j * LANES + l] =
                l < view->n_images ? (float)wave(name, (view->first_image + l) * n + j) : 0;
}

static double visit(void *context, const struct network_view *view) {
    const struct outputs *outputs = context;
    size_t n = shape_size(network_output(outputs->network));
    size_t z = shape_size(network_representation(outputs->network));
    copy_out(outputs->output, view, view->output, n);
    copy_out(outputs->representation, view, view->representation, z);
    if (view->gradient)
        set_gradient(view->gradient, view, "d_output", n);
    if (view->gradient && view->representation_gradient != view->gradient)
        set_gradient(view->representation_gradient, view, "d_representation", z);
    return 0;
}

/* The norm of n values and their products with two waves, to a tolerance that is absolute. */
static void check_projections(const struct tensor_list *golden, const char *owner, const char *name,
                              const float *values, size_t n, double tolerance) {
    const struct tensor *expected = golden_get(golden, owner, name);
    double actual[N_PROJECTIONS] = {0};
    assert_int_equal(tensor_size(expected), N_PROJECTIONS);
    for (size_t i = 0; i < n; i++) {
        actual[0] += (double)values[i] * (double)values[i];
        actual[1] += (double)values[i] * wave("a", i);
        actual[2] += (double)values[i] * wave("b", i);
    }
    actual[0] = sqrt(actual[0]);
    for (size_t i = 0; i < N_PROJECTIONS; i++)
        if (!(fabs(actual[i] - (double)expected->values[i]) <= tolerance))
            fail_msg("%s.%s: projection %zu is %.9g, not %.9g (norm %.6g)", owner, name, i,
                     actual[i], (double)expected->values[i], (double)expected->values[0]);
}

static double norm_of(const struct tensor_list *golden, const char *owner, const char *name) {
    return (double)golden_get(golden, owner, name)->values[0];
}

/* The gradients' tolerance is wide because rounding may tip a pooling or an activation over; a
 * wrong network is wrong by far more. A bias before a BatchNorm has no gradient but for rounding:
 * the norm of the layer's weight counts for something there. */
static void check_gradients(const struct tensor_list *golden, const char *name,
                            const struct network *network) {
    size_t n_checked = 0;
    for (size_t l = 0; l < network->n_layers; l++) {
        const struct layer *layer = &network->layers[l];
        char owner[2 * LAYER_NAME_SIZE];
        snprintf(owner, sizeof owner, "%s.%s", name, layer->name);
        for (size_t p = 0; p < layer->n_parameters; p++, n_checked++)
            check_projections(golden, owner, layer->parameters[p].name,
                              network->gradient + layer->parameters[p].offset,
                              layer->parameters[p].size,
                              1e-2 * norm_of(golden, owner, layer->parameters[p].name) +
                                  2e-6 * norm_of(golden, owner, "weight"));
        for (size_t i = 0; i < 2 && layer->n_statistics > 0; i++, n_checked++)
            check_projections(golden, owner, i ? "running_var" : "running_mean",
                              i ? layer->running_var : layer->running_mean, layer->n_statistics,
                              1e-5 * norm_of(golden, owner, i ? "running_var" : "running_mean"));
    }
    size_t n_golden = 0; /* no layer of the script is missing here */
    for (size_t t = 0; t < golden->n_tensors; t++)
        n_golden += strncmp(golden->tensors[t].name, name, strlen(name)) == 0 &&
                    golden->tensors[t].name[strlen(name)] == '.';
    assert_int_equal(n_checked + 3, n_golden);
}

static void check_case(const struct architecture_case *c, const struct kernels *kernels,
                       const struct tensor_list *golden) {
    struct architecture architecture;
    struct network *network;
    struct error err = {.message = ""};
    char owner[64];
    assert_ok(architecture_find(&architecture, c->family, c->number, c->use, &c->options, &err),
              &err);
    assert_ok(network_create(&network, architecture.layers, architecture.n_layers,
                             architecture.input, N_IMAGES, kernels, NULL, &err),
              &err);
    set_network(network);
    size_t n_in = shape_size(architecture.input), n_out = shape_size(network_output(network));
    size_t z = shape_size(network_representation(network));
    struct outputs outputs = {network, new_floats(N_IMAGES * n_out), new_floats(N_IMAGES * z)};
    float *batch = new_floats((N_IMAGES + LANES - 1) / LANES * n_in * LANES);
    for (size_t i = 0; i < N_IMAGES; i++)
        for (size_t j = 0; j < n_in; j++)
            batch[(i / LANES * n_in + j) * LANES + i % LANES] =
                (float)((wave("images", i * n_in + j) + 1) / 2);
    network_evaluate(network, batch, N_IMAGES, visit, &outputs);
    snprintf(owner, sizeof owner, "%s.evaluated", c->name);
    const struct tensor *phi = golden_get(golden, owner, "representation");
    bool head = c->use == ARCHITECTURE_CLASSIFIER; /* where the output is the representation */
    if (!head)
        assert_close(owner, "representation", outputs.representation, phi->values, N_IMAGES * z,
                     1e-4);
    check_projections(golden, owner, "output", outputs.output, N_IMAGES * n_out,
                      1e-4 * norm_of(golden, owner, "output"));
    network_train(network, batch, N_IMAGES, visit, &outputs);
    snprintf(owner, sizeof owner, "%s.trained", c->name);
    check_projections(golden, owner, "output", outputs.output, N_IMAGES * n_out,
                      1e-4 * norm_of(golden, owner, "output"));
    check_gradients(golden, c->name, network);
    free(batch);
    free(outputs.output);
    free(outputs.representation);
    network_free(network);
}

/* The largest network takes long: it is for the fastest kernels alone. */
static bool skipped(const struct architecture_case *c, const struct kernels *kernels) {
    const struct kernels *fastest;
    struct error err = {.message = ""};
    assert_ok(kernels_find(&fastest, "auto", &err), &err);
    return strncmp(c->name, "mnist_2", strlen("mnist_2")) == 0 && kernels != fastest;
}

static void check_kernels(const struct kernels *kernels) {
    struct tensor_list golden;
    golden_read(&golden, "tests/golden/architectures.safetensors");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (!skipped(&cases[i], kernels))
            check_case(&cases[i], kernels, &golden);
    tensor_list_free(&golden);
}

static void networks_agree_with_pytorch(void **state) {
    (void)state;
    for_each_kernel_set(check_kernels);
}

/* Where dropout stands: 0.2 before the images, 0.5 before every other convolution and before every
 * dense layer of the encoder, none in the decoder. */
static void dropout_stands_before_every_module(void **state) {
    (void)state;
    const struct architecture_options options = {PLAIN, .rep_dim = 128, .dropout = true};
    struct architecture architecture;
    struct error err = {.message = ""};
    assert_ok(
        architecture_find(&architecture, "cifar10", 1, ARCHITECTURE_AUTOENCODER, &options, &err),
        &err);
    size_t n_dropout = 0;
    for (size_t i = 0; i < architecture.n_layers; i++) {
        const struct layer_spec *layer = &architecture.layers[i];
        bool trained = layer->kind == LAYER_CONV || layer->kind == LAYER_DENSE;
        if (layer->kind == LAYER_DROPOUT) {
            assert_true(layer->rate == (n_dropout == 0 ? 0.2F : 0.5F));
            n_dropout++;
        }
        if (trained)
            assert_int_equal(i > 0 && layer[-1].kind == LAYER_DROPOUT, layer->part == PART_ENCODER);
    }
    assert_int_equal(n_dropout, 7);
    assert_int_equal(architecture.layers[0].kind, LAYER_DROPOUT);
}

static void unknown_and_unfit_networks_are_refused(void **state) {
    (void)state;
    struct architecture_options options = {PLAIN, .rep_dim = 24};
    struct architecture architecture;
    struct error err = {.message = ""};
    assert_int_equal(
        architecture_find(&architecture, "mnist", 3, ARCHITECTURE_ENCODER, &options, &err),
        STATUS_USAGE);
    assert_int_equal(
        architecture_find(&architecture, "svhn", 1, ARCHITECTURE_ENCODER, &options, &err),
        STATUS_USAGE);
    assert_ok(architecture_find(&architecture, "mnist", 1, ARCHITECTURE_ENCODER, &options, &err),
              &err);
    assert_ok(architecture_check(&architecture, &err), &err);
    assert_ok(
        architecture_find(&architecture, "mnist", 1, ARCHITECTURE_AUTOENCODER, &options, &err),
        &err);
    assert_int_equal(architecture_check(&architecture, &err), STATUS_USAGE);
    assert_non_null(strstr(err.message, "multiple of 16"));
    assert_int_equal(architecture_count("cifar10"), 3);
    assert_int_equal(architecture_count("svhn"), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networks_agree_with_pytorch),
        cmocka_unit_test(dropout_stands_before_every_module),
        cmocka_unit_test(unknown_and_unfit_networks_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
