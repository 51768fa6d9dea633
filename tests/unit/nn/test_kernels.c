/* Every set of kernels against the portable one, on the shapes of the published networks and random
 * numbers; and the sigmoid against the C library. */
#include <string.h>

#include "base/rng.h"
#include "nn/layer.h"
#include "support/golden.h"

/* The convolutions of MNIST's architecture 1 and CIFAR-10's architecture 3. */
static const struct conv_shape convolutions[] = {
    {1, 28, 28, 8, 2, false},
    {8, 14, 14, 4, 2, false},
    {2, 8, 8, 4, 2, false},
    {4, 16, 16, 8, 1, false},
    {8, 28, 28, 1, 2, false},
    {3, 32, 32, 32, 2, false},
    {32, 16, 16, 64, 2, false},
    {64, 8, 8, 128, 2, false},
    {8, 4, 4, 128, 2, false},
    {128, 8, 8, 64, 2, false},
    {64, 16, 16, 32, 2, false},
    {32, 32, 32, 3, 2, false},
    /* and numbers of channels between powers of two */
    {48, 8, 8, 32, 2, false},
    {80, 8, 8, 64, 2, false},
};
/* the decoders', as they are run, and paddings and sizes that crop unevenly */
static const struct conv_shape upscaled_convolutions[] = {
    {2, 4, 4, 4, 2, true},    {4, 8, 8, 8, 1, true},   {8, 14, 14, 1, 2, true},
    {128, 4, 4, 64, 2, true}, {64, 8, 8, 32, 2, true}, {32, 16, 16, 3, 2, true},
    {3, 5, 7, 5, 0, true},    {2, 3, 9, 6, 1, true},   {1, 2, 2, 1, 2, true},
};
static const struct {
    size_t n_in, n_out;
} dense_layers[] = {{196, 32}, {2048, 128}, {1, 1}, {37, 19}};

static struct rng random_numbers;
static const struct kernels *blas;
/* of the largest value; Winograd's algorithm, for convolutions of many channels, loses a digit */
static const double tolerance = 1e-5, winograd_tolerance = 5e-5;

/* An array of numbers uniform in [-1, 1). */
static float *random_floats(size_t n) {
    float *values = new_floats(n);
    for (size_t i = 0; i < n; i++)
        values[i] = (float)(2 * rng_uniform(&random_numbers) - 1);
    return values;
}

/* Results of the two sets, to be written by both and then compared. */
struct pair {
    size_t n;
    float *expected, *actual;
};

static struct pair new_pair(size_t n) {
    struct pair pair = {n, random_floats(n), new_floats(n)};
    memcpy(pair.actual, pair.expected, n * sizeof(float));
    return pair;
}

/* Compares and frees. */
static void check_within(double allowed, const struct kernels *kernels, const char *name,
                         struct pair pair) {
    assert_close(kernels->name, name, pair.actual, pair.expected, pair.n, allowed);
    free(pair.actual);
    free(pair.expected);
}

static void check(const struct kernels *kernels, const char *name, struct pair pair) {
    check_within(tolerance, kernels, name, pair);
}

static size_t largest_scratch(const struct kernels *kernels, const struct conv_shape *shape) {
    size_t a = kernels->conv_scratch(shape), b = blas->conv_scratch(shape);
    return a > b ? a : b;
}

static void check_convolution(const struct kernels *kernels, const struct conv_shape *shape) {
    size_t n_in = shape->in_channels * shape->height * shape->width * LANES;
    size_t n_out =
        shape->out_channels * conv_output_height(shape) * conv_output_width(shape) * LANES;
    size_t n_weight = shape->out_channels * shape->in_channels * CONV_TAPS;
    float *in = random_floats(n_in), *d_out = random_floats(n_out);
    float *weight = random_floats(n_weight), *bias = random_floats(shape->out_channels);
    float *scratch = new_floats(largest_scratch(kernels, shape));
    struct pair out = new_pair(n_out), d_in = new_pair(n_in), d_weight = new_pair(n_weight);
    struct pair d_bias = new_pair(shape->out_channels);
    /* what it is added to starts at one number, since the order of values is the set's own */
    for (size_t i = 0; i < n_weight; i++)
        d_weight.expected[i] = d_weight.actual[i] = d_weight.expected[0];
    for (int i = 0; i < 2; i++) {
        const struct kernels *k = i ? kernels : blas;
        float *prepared = new_floats(k->conv_prepared(shape) + 1);
        const struct conv_weights weights = {weight, bias, prepared};
        k->conv_prepare(prepared, weight, shape);
        k->conv_forward(i ? out.actual : out.expected, in, &weights, shape, scratch);
        k->conv_backward_input(i ? d_in.actual : d_in.expected, d_out, &weights, shape, scratch);
        k->conv_backward_weight(i ? d_weight.actual : d_weight.expected, d_out, in, shape, scratch);
        k->conv_finish_gradient(i ? d_weight.actual : d_weight.expected, shape, scratch);
        free(prepared);
        k->sum_channels(i ? d_bias.actual : d_bias.expected, d_out, shape->out_channels,
                        n_out / shape->out_channels / LANES);
    }
    double allowed =
        shape->in_channels >= 32 && shape->out_channels >= 32 ? winograd_tolerance : tolerance;
    check_within(allowed, kernels, "conv_forward", out);
    check_within(allowed, kernels, "conv_backward_input", d_in);
    check_within(allowed, kernels, "conv_backward_weight", d_weight);
    check(kernels, "sum_channels", d_bias);
    free(in), free(d_out), free(weight), free(bias), free(scratch);
}

static void check_dense(const struct kernels *kernels, size_t n_in, size_t n_out) {
    float *in = random_floats(n_in * LANES), *d_out = random_floats(n_out * LANES);
    float *weight = random_floats(n_in * n_out), *bias = random_floats(n_out);
    float *scratch = new_floats(n_in * LANES);
    struct pair out = new_pair(n_out * LANES), d_in = new_pair(n_in * LANES);
    struct pair d_weight = new_pair(n_in * n_out);
    for (int i = 0; i < 2; i++) {
        const struct kernels *k = i ? kernels : blas;
        k->dense_forward(i ? out.actual : out.expected, in, weight, bias, n_in, n_out);
        k->dense_backward_input(i ? d_in.actual : d_in.expected, d_out, weight, n_in, n_out);
        k->dense_backward_weight(i ? d_weight.actual : d_weight.expected, d_out, in, n_in, n_out,
                                 scratch);
    }
    check(kernels, "dense_forward", out);
    check(kernels, "dense_backward_input", d_in);
    check(kernels, "dense_backward_weight", d_weight);
    free(in), free(d_out), free(weight), free(bias), free(scratch);
}

static void check_batchnorm(const struct kernels *kernels, const struct norm_shape *shape,
                            size_t n_images) {
    size_t channels = shape->channels, size = shape->height * shape->width;
    size_t n = channels * size * LANES;
    size_t n_out = shape->pool ? channels * (shape->height / 2) * (shape->width / 2) * LANES : n;
    float *in = random_floats(n), *d_out = random_floats(n_out), *v[6];
    for (size_t i = 0; i < 6; i++)
        v[i] = random_floats(channels);
    struct norm_values values = {v[0], v[1], v[2], v[3], v[4], v[5]};
    struct pair out = new_pair(n_out), d_in = new_pair(n), mean = new_pair(channels);
    struct pair deviations = new_pair(channels), sum = new_pair(channels),
                product = new_pair(channels);
    for (int i = 0; i < 2; i++) {
        const struct kernels *k = i ? kernels : blas;
        k->batchnorm_moments(i ? mean.actual : mean.expected,
                             i ? deviations.actual : deviations.expected, in, channels, size,
                             n_images);
        k->batchnorm_forward(i ? out.actual : out.expected, in, v[0], v[1], shape);
        k->batchnorm_backward_sums(i ? sum.actual : sum.expected,
                                   i ? product.actual : product.expected, d_out, in, &values,
                                   shape);
        k->batchnorm_backward(i ? d_in.actual : d_in.expected, d_out, in, &values, shape, n_images);
    }
    check(kernels, "batchnorm_moments: mean", mean);
    check(kernels, "batchnorm_moments: deviations", deviations);
    check(kernels, "batchnorm_forward", out);
    check(kernels, "batchnorm_backward_sums: sum", sum);
    check(kernels, "batchnorm_backward_sums: product", product);
    check(kernels, "batchnorm_backward", d_in);
    free(in), free(d_out);
    for (size_t i = 0; i < 6; i++)
        free(v[i]);
}

static void check_pointwise(const struct kernels *kernels, size_t n) {
    struct pair relu = new_pair(n), sigmoid = new_pair(n);
    struct pair d_relu = new_pair(n), d_sigmoid = new_pair(n);
    for (int i = 0; i < 2; i++) {
        const struct kernels *k = i ? kernels : blas;
        float *r = i ? relu.actual : relu.expected, *s = i ? sigmoid.actual : sigmoid.expected;
        k->leaky_relu_forward(r, n, 0.01F);
        k->leaky_relu_backward(i ? d_relu.actual : d_relu.expected, r, n, 0.01F);
        k->sigmoid_forward(s, n);
        k->sigmoid_backward(i ? d_sigmoid.actual : d_sigmoid.expected, s, n);
    }
    check(kernels, "leaky_relu_forward", relu);
    check(kernels, "leaky_relu_backward", d_relu);
    check(kernels, "sigmoid_forward", sigmoid);
    check(kernels, "sigmoid_backward", d_sigmoid);
}

static void check_resizing(const struct kernels *kernels, size_t channels, size_t height,
                           size_t width) {
    size_t n = channels * height * width * LANES,
           n_half = channels * (height / 2) * (width / 2) * LANES;
    float *in = random_floats(n), *d_half = random_floats(n_half), *d_twice = random_floats(4 * n);
    struct pair pooled = new_pair(n_half), d_pooled = new_pair(n);
    struct pair upscaled = new_pair(4 * n), d_upscaled = new_pair(n);
    for (int i = 0; i < 2; i++) {
        const struct kernels *k = i ? kernels : blas;
        k->max_pool_forward(i ? pooled.actual : pooled.expected, in, channels, height, width);
        k->max_pool_backward(i ? d_pooled.actual : d_pooled.expected, d_half, pooled.expected, in,
                             channels, height, width);
        k->upscale_forward(i ? upscaled.actual : upscaled.expected, in, channels, height, width);
        k->upscale_backward(i ? d_upscaled.actual : d_upscaled.expected, d_twice, channels, height,
                            width);
    }
    check(kernels, "max_pool_forward", pooled);
    check(kernels, "max_pool_backward", d_pooled);
    check(kernels, "upscale_forward", upscaled);
    check(kernels, "upscale_backward", d_upscaled);
    free(in), free(d_half), free(d_twice);
}

static void check_set(const struct kernels *kernels) {
    if (kernels == blas) /* what the others are compared with */
        return;
    for (size_t i = 0; i < sizeof convolutions / sizeof *convolutions; i++) {
        const struct conv_shape *shape = &convolutions[i];
        size_t height = conv_output_height(shape), width = conv_output_width(shape);
        check_convolution(kernels, shape);
        for (int pool = 0; pool < 2; pool++) {
            const struct norm_shape norm = {shape->out_channels, height, width,
                                            pool || i % 2 ? 0.01F : 1, pool};
            check_batchnorm(kernels, &norm, 1 + 7 * i % LANES);
        }
        check_pointwise(kernels, shape->out_channels * height * width * LANES);
        check_resizing(kernels, shape->out_channels, height, width);
    }
    for (size_t i = 0; i < sizeof upscaled_convolutions / sizeof *upscaled_convolutions; i++)
        check_convolution(kernels, &upscaled_convolutions[i]);
    for (size_t i = 0; i < sizeof dense_layers / sizeof *dense_layers; i++)
        check_dense(kernels, dense_layers[i].n_in, dense_layers[i].n_out);
}

static void sets_agree(void **state) {
    (void)state;
    for_each_kernel_set(check_set);
}

/* Over the whole range of float exponents that matter; to the left of it the result is 0, or as
 * near as a float that is not denormal comes to it. */
static void check_sigmoid(const struct kernels *kernels) {
    enum { N = 4096 };
    float *x = new_floats(N);
    for (size_t i = 0; i < N; i++)
        x[i] = -86.0F + 172.0F * (float)i / (float)N;
    kernels->sigmoid_forward(x, N);
    for (size_t i = 0; i < N; i++) {
        double exact = 1 / (1 + exp(86.0 - 172.0 * (double)i / N));
        assert_relative(kernels->name, "sigmoid", (double)x[i], exact, 1e-6);
    }
    memcpy(x, (float[]){NAN, -INFINITY, INFINITY, -100, 100}, 5 * sizeof *x);
    kernels->sigmoid_forward(x, LANES);
    assert_true(isnan(x[0]));
    assert_true(x[1] >= 0 && x[1] < 1e-37F && x[3] >= 0 && x[3] < 1e-37F);
    assert_true(x[2] == 1 && x[4] == 1);
    free(x);
}

static void sigmoid_is_exact(void **state) {
    (void)state;
    for_each_kernel_set(check_sigmoid);
}

static void unknown_sets_are_refused(void **state) {
    (void)state;
    const struct kernels *kernels = NULL;
    struct error err = {.message = ""};
    assert_int_equal(kernels_find(&kernels, "mmx", &err), STATUS_USAGE);
    assert_true(strstr(err.message, "mmx") != NULL);
    assert_ok(kernels_find(&kernels, "auto", &err), &err);
    assert_non_null(kernels);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets_agree),
        cmocka_unit_test(sigmoid_is_exact),
        cmocka_unit_test(unknown_sets_are_refused),
    };
    struct error err;
    rng_seed(&random_numbers, 1, RNG_WEIGHTS);
    if (kernels_find(&blas, "blas", &err) != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
