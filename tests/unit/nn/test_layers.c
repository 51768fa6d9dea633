/* Every layer forward and backward against PyTorch (tests/golden/make_layers.py), with every set of
 * kernels. */
#include <string.h>

#include "data/batches.h"
#include "nn/network.h"
#include "support/golden.h"

enum { MAX_SPECS = 3 };

/* Descriptions that a network makes one layer of. */
struct layer_case {
    const char *name; /* cases are <name>.0, <name>.1, ... */
    size_t n_specs;
    struct layer_spec specs[MAX_SPECS];
};

#define BN                                                                                         \
    { .kind = LAYER_BATCHNORM, .affine = true }
#define LEAKY_RELU                                                                                 \
    { .kind = LAYER_LEAKY_RELU, .slope = 0.01F }
#define RELU                                                                                       \
    { .kind = LAYER_LEAKY_RELU }
#define POOL                                                                                       \
    { .kind = LAYER_MAX_POOL }
#define UP                                                                                         \
    { .kind = LAYER_UPSCALE }
#define CONV                                                                                       \
    { .kind = LAYER_CONV }

static const struct layer_case kinds[] = {
    {"conv", 1, {CONV}},
    {"dense", 1, {{.kind = LAYER_DENSE}}},
    {"bn", 1, {BN}},
    {"bn_plain", 1, {{.kind = LAYER_BATCHNORM}}},
    {"bn_leaky_relu", 2, {BN, LEAKY_RELU}},
    {"bn_relu", 2, {BN, RELU}},
    {"bn_pool", 2, {BN, POOL}},
    {"bn_leaky_relu_pool", 3, {BN, LEAKY_RELU, POOL}},
    {"bn_relu_pool", 3, {BN, RELU, POOL}},
    {"leaky_relu", 1, {LEAKY_RELU}},
    {"relu", 1, {RELU}},
    {"sigmoid", 1, {{.kind = LAYER_SIGMOID}}},
    {"max_pool", 1, {POOL}},
    {"upscale", 1, {UP}},
    {"upscale_conv", 2, {UP, CONV}},
};

/* A layer on one batch, with its images laid out in groups. It is the second of its network: the
 * first one only gives it its input's shape. */
struct run {
    struct network *network;
    const struct layer *layer;
    const char *name; /* of the case */
    size_t n_images, n_groups;
    struct batch_set in, out, d_out, d_in;
};

static const float GARBAGE = 77; /* in padding lanes */

/* What a weight gradient starts at: backward adds to it. */
static const float START = 0.5F;

/* Layers in place work on in and d_out alone. */
static const struct batch_set *output_of(const struct run *run) {
    return run->layer->type->in_place ? &run->in : &run->out;
}

static const struct batch_set *input_gradient_of(const struct run *run) {
    return run->layer->type->in_place ? &run->d_out : &run->d_in;
}

static void create_set(struct batch_set *set, const struct run *run, struct shape shape,
                       float padding, const float *images) {
    struct error err = {.message = ""};
    size_t n_values = shape_size(shape);
    assert_ok(batch_set_create(set, run->n_images, n_values, run->n_images, &err), &err);
    for (size_t i = 0; i < run->n_groups * n_values * LANES; i++)
        set->values[i] = padding;
    for (size_t i = 0; images && i < run->n_images; i++)
        batch_set_put(set, i, images + i * n_values);
}

/* The i-th description, with what the shapes of the case's tensors say: units, padding, bias. */
static struct layer_spec spec_of(const struct layer_case *kind, size_t i, const char *name,
                                 const struct tensor_list *golden) {
    struct layer_spec spec = kind->specs[i];
    if (spec.kind != LAYER_CONV && spec.kind != LAYER_DENSE)
        return spec;
    spec.units = golden_get(golden, name, "weight")->dims[0];
    spec.bias = golden_find(golden, name, "bias") != NULL;
    if (spec.kind == LAYER_CONV) {
        size_t times = i > 0 ? 2 : 1; /* after an upscaling */
        spec.pad = (golden_get(golden, name, "out")->dims[2] + CONV_SIZE - 1 -
                    times * golden_get(golden, name, "in")->dims[2]) /
                   2;
    }
    return spec;
}

static void create_run(struct run *run, const struct kernels *kernels,
                       const struct layer_case *kind, const char *name,
                       const struct tensor_list *golden) {
    const struct tensor *in = golden_get(golden, name, "in");
    struct shape shape = {in->dims[1], in->n_dims > 2 ? in->dims[2] : 1,
                          in->n_dims > 2 ? in->dims[3] : 1};
    struct layer_spec specs[1 + MAX_SPECS] = {
        {.kind = LAYER_CONV, .units = shape.channels, .pad = 2}};
    for (size_t i = 0; i < kind->n_specs; i++)
        specs[1 + i] = spec_of(kind, i, name, golden);
    struct error err = {.message = ""};
    *run = (struct run){.name = name, .n_images = in->dims[0]};
    run->n_groups = (run->n_images + LANES - 1) / LANES;
    assert_ok(network_create(&run->network, specs, 1 + kind->n_specs, shape, run->n_images, kernels,
                             NULL, &err),
              &err);
    assert_int_equal(run->network->n_layers, 2);
    run->layer = &run->network->layers[1];
    create_set(&run->in, run, shape, GARBAGE, in->values);
    create_set(&run->out, run, run->layer->out, NAN, NULL);
    create_set(&run->d_out, run, run->layer->out, 0, golden_get(golden, name, "d_out")->values);
    create_set(&run->d_in, run, shape, NAN, NULL);
    for (size_t p = 0; p < run->layer->n_parameters; p++) {
        const struct parameter *parameter = &run->layer->parameters[p];
        const struct tensor *values = golden_get(golden, name, parameter->name);
        assert_int_equal(tensor_size(values), parameter->size);
        memcpy(run->network->parameters + parameter->offset, values->values,
               parameter->size * sizeof(float));
        for (size_t i = 0; i < parameter->size; i++)
            run->network->gradient[parameter->offset + i] = START;
    }
}

static void free_run(struct run *run) {
    network_free(run->network);
    batch_set_free(&run->in);
    batch_set_free(&run->out);
    batch_set_free(&run->d_out);
    batch_set_free(&run->d_in);
}

static struct group group_at(const struct run *run, size_t index) {
    size_t left = run->n_images - index * LANES;
    size_t in = index * run->in.n_values * LANES, out = index * run->out.n_values * LANES;
    return (struct group){
        .kernels = run->network->kernels,
        .parameters = run->network->parameters,
        .gradient = run->network->gradient,
        .n_images = left < LANES ? left : LANES,
        .index = index,
        .scratch = run->network->scratch,
        .in = run->in.values + in,
        .out = output_of(run)->values + out,
        .d_out = run->d_out.values + out,
        .d_in = input_gradient_of(run)->values + in,
    };
}

/* A function of the layer on all groups. */
static void on_groups(const struct run *run,
                      void (*function)(const struct layer *, const struct group *)) {
    for (size_t g = 0; g < run->n_groups; g++) {
        struct group group = group_at(run, g);
        function(run->layer, &group);
    }
}

static void forward(const struct run *run) {
    const struct layer_type *type = run->layer->type;
    if (type->prepare)
        type->prepare(run->layer, run->network->kernels, run->network->parameters);
    if (type->gather) {
        on_groups(run, type->gather);
        type->finish(run->layer, run->network->parameters, run->n_groups, run->n_images);
    }
    on_groups(run, type->forward);
}

static void backward(const struct run *run) {
    const struct layer_type *type = run->layer->type;
    if (type->gather_backward) {
        on_groups(run, type->gather_backward);
        type->finish_backward(run->layer, run->network->parameters, run->network->gradient,
                              run->n_groups, run->n_images);
    }
    on_groups(run, type->backward);
    if (type->finish_gradient)
        type->finish_gradient(run->layer, run->network->kernels, run->network->gradient,
                              run->network->scratch);
}

static void assert_images(const struct run *run, const struct batch_set *set,
                          const struct tensor_list *golden, const char *name, double tolerance) {
    const struct tensor *expected = golden_get(golden, run->name, name);
    assert_int_equal(tensor_size(expected), set->n_images * set->n_values);
    float *actual = new_floats(tensor_size(expected));
    for (size_t i = 0; i < set->n_images; i++)
        batch_set_get(set, i, actual + i * set->n_values);
    assert_close(run->name, name, actual, expected->values, tensor_size(expected), tolerance);
    free(actual);
}

static void assert_no_gradient_in_padding(const struct run *run) {
    const struct batch_set *set = input_gradient_of(run);
    for (size_t g = 0; g < run->n_groups; g++)
        for (size_t i = 0; i < set->n_values; i++)
            for (size_t l = run->n_images - g * LANES; l < LANES; l++)
                assert_true(set->values[(g * set->n_values + i) * LANES + l] == 0);
}

static void assert_gradients(const struct run *run, const struct tensor_list *golden,
                             double tolerance) {
    for (size_t p = 0; p < run->layer->n_parameters; p++) {
        const struct parameter *parameter = &run->layer->parameters[p];
        char name[LAYER_NAME_SIZE];
        snprintf(name, sizeof name, "d_%s", parameter->name);
        const struct tensor *expected = golden_get(golden, run->name, name);
        assert_int_equal(tensor_size(expected), parameter->size);
        float *gradient = run->network->gradient + parameter->offset;
        for (size_t i = 0; i < parameter->size; i++)
            gradient[i] -= START;
        assert_close(run->name, name, gradient, expected->values, parameter->size, tolerance);
    }
}

static void set_statistics(const struct run *run, const struct tensor_list *golden) {
    size_t size = run->layer->n_statistics * sizeof(float);
    memcpy(run->layer->running_mean, golden_get(golden, run->name, "start_mean")->values, size);
    memcpy(run->layer->running_var, golden_get(golden, run->name, "start_var")->values, size);
}

/* The running averages, and what the layer makes of its input with them. */
static void assert_statistics(const struct run *run, const struct tensor_list *golden,
                              double tolerance) {
    const struct layer *layer = run->layer;
    assert_close(run->name, "running_mean", layer->running_mean,
                 golden_get(golden, run->name, "running_mean")->values, layer->n_statistics,
                 tolerance);
    assert_close(run->name, "running_var", layer->running_var,
                 golden_get(golden, run->name, "running_var")->values, layer->n_statistics,
                 tolerance);
    layer->type->evaluate(layer, run->network->parameters);
    on_groups(run, layer->type->forward);
    assert_images(run, output_of(run), golden, "eval_out", tolerance);
}

static void check_case(const struct kernels *kernels, const struct layer_case *kind,
                       const char *name, const struct tensor_list *golden) {
    const double tolerance = 1e-5;
    struct run run;
    create_run(&run, kernels, kind, name, golden);
    if (run.layer->n_statistics)
        set_statistics(&run, golden);
    forward(&run);
    assert_images(&run, output_of(&run), golden, "out", tolerance);
    backward(&run);
    assert_images(&run, input_gradient_of(&run), golden, "d_in", tolerance);
    assert_no_gradient_in_padding(&run);
    assert_gradients(&run, golden, tolerance);
    if (run.layer->n_statistics)
        assert_statistics(&run, golden, tolerance);
    free_run(&run);
}

static void check_all_cases(const struct kernels *kernels) {
    struct tensor_list golden;
    golden_read(&golden, "tests/golden/layers.safetensors");
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        char name[TENSOR_NAME_SIZE];
        snprintf(name, sizeof name, "n.%s", kinds[k].name);
        const char *n_cases = tensor_list_metadata(&golden, name);
        assert_non_null(n_cases);
        for (unsigned long i = 0; i < strtoul(n_cases, NULL, 10); i++) {
            snprintf(name, sizeof name, "%s.%lu", kinds[k].name, i);
            check_case(kernels, &kinds[k], name, &golden);
        }
    }
    tensor_list_free(&golden);
}

static void layers_agree_with_pytorch(void **state) {
    (void)state;
    for_each_kernel_set(check_all_cases);
}

static const struct {
    struct shape input;
    struct layer_spec spec;
} unfit[] = {
    {{1, 4, 9}, {.kind = LAYER_CONV, .units = 1}},
    {{1, 9, 2}, {.kind = LAYER_CONV, .units = 1, .pad = 1}},
    {{1, 9, 9}, {.kind = LAYER_CONV, .units = 1, .pad = 5}},
    {{1, 9, 9}, {.kind = LAYER_CONV, .units = 0, .pad = 2}},
    {{1, 9, 9}, {.kind = LAYER_DENSE, .units = 0}},
    {{1, 1, 9}, {.kind = LAYER_MAX_POOL}},
    {{1, 9, 9}, {.kind = LAYER_LEAKY_RELU}},
    {{1, 9, 9}, {.kind = LAYER_RESHAPE, .units = 3}},
};

static void layers_that_do_not_fit_are_refused(void **state) {
    (void)state;
    const struct kernels *kernels;
    struct error err = {.message = ""};
    assert_ok(kernels_find(&kernels, "blas", &err), &err);
    for (size_t i = 0; i < sizeof unfit / sizeof *unfit; i++) {
        struct network *network = NULL;
        err.message[0] = 0;
        assert_int_equal(
            network_create(&network, &unfit[i].spec, 1, unfit[i].input, 16, kernels, NULL, &err),
            STATUS_USAGE);
        assert_null(network);
        assert_true(err.message[0] != 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layers_agree_with_pytorch),
        cmocka_unit_test(layers_that_do_not_fit_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
