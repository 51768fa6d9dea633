/* ZCA whitening against NumPy (tests/golden/make_zca.py) and closed forms. */
#include <string.h>

#include "data/preprocess.h"
#include "data/zca.h"
#include "support/golden.h"
#include "support/says.h"

static const char *const cases[] = {"many", "few", "gcn"};
enum { N_CASES = sizeof cases / sizeof *cases };

static int read_golden(void **state) {
    return golden_open(state, "tests/golden/zca.safetensors");
}

static size_t golden_number(const struct tensor_list *list, const char *owner, const char *name) {
    char key[TENSOR_NAME_SIZE];
    snprintf(key, sizeof key, "%s.%s", owner, name);
    const char *text = tensor_list_metadata(list, key);
    assert_non_null(text);
    return strtoul(text, NULL, 10);
}

/* Images that stand in an array (n, d), and how much of it has been read. */
struct array {
    const float *images;
    size_t d, n;
    size_t *n_read; /* NULL when nobody asks */
};

static void read_array(const void *context, size_t first, size_t n, float *values) {
    const struct array *array = context;
    assert_in_range(n, 1, ZCA_BLOCK);
    assert_in_range(first + n, 1, array->n);
    if (array->n_read) {
        assert_int_equal(first, *array->n_read % array->n);
        *array->n_read += n;
    }
    memcpy(values, array->images + first * array->d, n * array->d * sizeof *values);
}

/* A fit, with what it returned. */
struct fit {
    float *mean, *matrix;
};

static struct fit fit(const float *images, size_t n, size_t d) {
    const struct array array = {.images = images, .n = n, .d = d};
    const struct zca_source source = {n, d, read_array, &array};
    struct error err = {.message = ""};
    struct fit fit;
    assert_ok(zca_fit(&source, &fit.mean, &fit.matrix, &err), &err);
    return fit;
}

static void free_fit(struct fit *fit) {
    free(fit->mean);
    free(fit->matrix);
}

static void apply(const struct fit *fit, float *images, size_t n, size_t d) {
    struct error err = {.message = ""};
    assert_ok(zca_apply(fit->mean, fit->matrix, d, images, n, &err), &err);
}

/* n images of d values around 0.5, each value correlated with the one before. */
static float *new_images(size_t n, size_t d) {
    float *images = new_floats(n * d);
    unsigned state = 12345;
    float value = 0;
    for (size_t i = 0; i < n * d; i++) {
        state = state * 1664525u + 1013904223u;
        value = 0.7f * value + (float)(state >> 8) * 0x1p-24f - 0.5f;
        images[i] = 0.5f + value;
    }
    return images;
}

/* The covariance (d, d) of n images, over n. */
static double *new_covariance(const float *images, size_t n, size_t d) {
    struct error err = {.message = ""};
    double *mean = memory_alloc(d, sizeof *mean, &err);
    double *covariance = memory_alloc(d * d, sizeof *covariance, &err);
    assert_true(mean && covariance);
    for (size_t i = 0; i < n * d; i++)
        mean[i % d] += (double)images[i] / (double)n;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < d; j++)
            for (size_t k = 0; k < d; k++)
                covariance[j * d + k] += ((double)images[i * d + j] - mean[j]) *
                                         ((double)images[i * d + k] - mean[k]) / (double)n;
    free(mean);
    return covariance;
}

static void fit_is_numpys(void **state) {
    for (size_t c = 0; c < N_CASES; c++) {
        const struct tensor *images = golden_get(*state, cases[c], "images");
        size_t n_train = golden_number(*state, cases[c], "n_train"), d = images->dims[1];
        struct fit found = fit(images->values, n_train, d);
        assert_close(cases[c], "mean", found.mean, golden_get(*state, cases[c], "mean")->values, d,
                     1e-6);
        assert_close(cases[c], "matrix", found.matrix,
                     golden_get(*state, cases[c], "matrix")->values, d * d, 1e-6);
        free_fit(&found);
    }
}

static void whitened_images_are_numpys(void **state) {
    for (size_t c = 0; c < N_CASES; c++) {
        const struct tensor *images = golden_get(*state, cases[c], "images");
        const struct fit golden = {golden_get(*state, cases[c], "mean")->values,
                                   golden_get(*state, cases[c], "matrix")->values};
        size_t n = images->dims[0], d = images->dims[1];
        float *values = new_floats(n * d);
        memcpy(values, images->values, n * d * sizeof *values);
        apply(&golden, values, n, d);
        assert_close(cases[c], "whitened", values, golden_get(*state, cases[c], "whitened")->values,
                     n * d, 1e-6);
        free(values);
    }
}

/* From bytes to the rescaled images, with the test images' statistics left out. */
static void whole_chain_is_numpys(void **state) {
    for (size_t c = 0; c < N_CASES; c++) {
        const struct tensor *golden = golden_get(*state, cases[c], "pixels");
        size_t n = golden->dims[0], d = tensor_size(golden) / n, index[512];
        unsigned char pixels[512 * 27];
        struct error err = {.message = ""};
        assert_true(n <= 512 && d <= 27);
        for (size_t i = 0; i < n * d; i++)
            pixels[i] = (unsigned char)golden->values[i];
        for (size_t i = 0; i < n; i++)
            index[i] = i;
        const struct images images = {.n = n,
                                      .channels = golden->dims[1],
                                      .height = golden->dims[2],
                                      .width = golden->dims[3],
                                      .pixels = pixels};
        const struct selection all = {.n = n, .index = index};
        const struct selection train = {.n = golden_number(*state, cases[c], "n_train"),
                                        .index = index};
        struct preprocess preprocess = {
            .gcn = golden_number(*state, cases[c], "gcn"), .norm = NORM_STD, .zca_whitening = true};
        float *values = new_floats(n * d);
        assert_ok(preprocess_fit(&preprocess, &images, &train, &err), &err);
        assert_int_equal(preprocess.n_values, d);
        assert_close(cases[c], "matrix", preprocess.zca_matrix,
                     golden_get(*state, cases[c], "matrix")->values, d * d, 1e-6);
        const float range[] = {preprocess.input_min, preprocess.input_max};
        assert_close(cases[c], "range", range, golden_get(*state, cases[c], "range")->values, 2,
                     1e-6);
        assert_ok(preprocess_images(&preprocess, &images, &all, 0, n, values, &err), &err);
        preprocess_rescale(&preprocess, values, n * d);
        assert_close(cases[c], "rescaled", values, golden_get(*state, cases[c], "rescaled")->values,
                     n * d, 2e-6);
        free(values);
        preprocess_free(&preprocess);
    }
}

/* The covariance C of the training images becomes W C W = U diag(S / (S + 0.1)) U^T, which is also
 * C (C + 0.1)^-1. */
static void whitened_covariance_is_shrunk(void **state) {
    (void)state;
    enum { D = 20 };
    const size_t n_images[] = {7, 256, 600};
    for (size_t c = 0; c < sizeof n_images / sizeof *n_images; c++) {
        size_t n = n_images[c];
        float *images = new_images(n, D);
        double *before = new_covariance(images, n, D);
        struct fit found = fit(images, n, D);
        apply(&found, images, n, D);
        double *after = new_covariance(images, n, D);
        for (size_t i = 0; i < D; i++)
            for (size_t j = 0; j < D; j++) {
                double product = 0.1 * after[i * D + j];
                for (size_t k = 0; k < D; k++)
                    product += after[i * D + k] * before[k * D + j];
                assert_true(fabs(product - before[i * D + j]) < 1e-6);
            }
        free_fit(&found);
        free(before);
        free(after);
        free(images);
    }
}

static void a_shift_of_all_images_changes_nothing(void **state) {
    (void)state;
    enum { N = 300, D = 12 };
    float *images = new_images(N, D), *shifted = new_floats(N * D);
    for (size_t i = 0; i < N * D; i++)
        shifted[i] = images[i] + 3.0f * (float)(i % D) - 10;
    struct fit found = fit(images, N, D), found_shifted = fit(shifted, N, D);
    assert_close("shifted", "matrix", found_shifted.matrix, found.matrix, (size_t)D * D, 1e-5);
    apply(&found, images, N, D);
    apply(&found_shifted, shifted, N, D);
    assert_close("shifted", "images", shifted, images, (size_t)N * D, 1e-5);
    free_fit(&found);
    free_fit(&found_shifted);
    free(images);
    free(shifted);
}

/* In a dimension without variance W is 1 / sqrt(0.1), and nothing of it goes into the others. */
static void constant_values_become_zero(void **state) {
    (void)state;
    enum { N = 300, D = 9, CONSTANT = 4 };
    float *images = new_images(N, D);
    for (size_t i = 0; i < N; i++)
        images[i * D + CONSTANT] = 1.0f / 3;
    struct fit found = fit(images, N, D);
    assert_true(found.mean[CONSTANT] == 1.0f / 3);
    for (size_t j = 0; j < D; j++)
        assert_float_equal(found.matrix[CONSTANT * D + j], (j == CONSTANT ? sqrtf(10) : 0), 1e-6f);
    apply(&found, images, N, D);
    for (size_t i = 0; i < N; i++)
        assert_true(fabsf(images[i * D + CONSTANT]) < 1e-6f);
    free_fit(&found);
    free(images);
}

static void images_all_alike_become_zero(void **state) {
    (void)state;
    enum { N = 5, D = 30 };
    float images[N * D];
    for (size_t i = 0; i < N * D; i++)
        images[i] = (float)(i % D) / 7;
    struct fit found = fit(images, N, D);
    for (size_t i = 0; i < D * D; i++)
        assert_float_equal(found.matrix[i], (i % (D + 1) == 0 ? sqrtf(10) : 0), 1e-6f);
    apply(&found, images, N, D);
    for (size_t i = 0; i < N * D; i++)
        assert_true(images[i] == 0);
    free_fit(&found);
}

/* W = 1 / sqrt(variance + 0.1). */
static void one_value_is_standardised(void **state) {
    (void)state;
    float images[] = {1, 2, 3, 6};
    struct fit found = fit(images, 4, 1);
    assert_true(found.mean[0] == 3);
    assert_float_equal(found.matrix[0], 1 / sqrtf(3.6f), 1e-6f);
    apply(&found, images, 4, 1);
    assert_float_equal(images[3], 3 / sqrtf(3.6f), 1e-6f);
    free_fit(&found);
}

static void images_are_read_in_order_and_bits_come_again(void **state) {
    (void)state;
    enum { N = 2 * ZCA_BLOCK + 3, D = 40 };
    size_t n_read = 0;
    float *images = new_images(N, D), *copy = new_floats((size_t)N * D);
    const struct array array = {.images = images, .n = N, .d = D, .n_read = &n_read};
    const struct zca_source source = {N, D, read_array, &array};
    struct error err = {.message = ""};
    struct fit first, second = fit(images, N, D);
    assert_ok(zca_fit(&source, &first.mean, &first.matrix, &err), &err);
    assert_int_equal(n_read, 2 * N);
    assert_memory_equal(first.mean, second.mean, D * sizeof(float));
    assert_memory_equal(first.matrix, second.matrix, D * D * sizeof(float));
    for (size_t i = 0; i < D; i++)
        for (size_t j = 0; j < i; j++)
            assert_true(first.matrix[i * D + j] == first.matrix[j * D + i]);
    memcpy(copy, images, N * D * sizeof *copy);
    apply(&first, images, N, D);
    for (size_t i = 0; i < N; i += ZCA_BLOCK) /* block by block */
        apply(&second, copy + i * D, N - i < ZCA_BLOCK ? N - i : ZCA_BLOCK, D);
    assert_memory_equal(images, copy, N * D * sizeof(float));
    free_fit(&first);
    free_fit(&second);
    free(images);
    free(copy);
}

static void assert_refused(const float *images, size_t n, size_t d, const char *message) {
    const struct array array = {.images = images, .n = n, .d = d};
    const struct zca_source source = {n, d, read_array, &array};
    struct error err = {.message = ""};
    float *mean, *matrix;
    assert_int_equal(zca_fit(&source, &mean, &matrix, &err), STATUS_FAILED);
    assert_says(&err, message);
    assert_null(mean);
    assert_null(matrix);
}

static void what_cannot_be_whitened_is_refused(void **state) {
    (void)state;
    const float nan[] = {0, 1, NAN, 2}, infinite[] = {INFINITY, 1, 2, 3};
    assert_refused(NULL, 0, 4, "no training images");
    assert_refused(nan, 2, 0, "have 0 values");
    assert_refused(nan, 1, ZCA_MAX_VALUES + 1, "have 12289 values");
    assert_refused(nan, 1, SIZE_MAX, "values and can have 1 to 12288");
    assert_refused(nan, 2, 2, "not finite");
    assert_refused(infinite, 2, 2, "not finite");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fit_is_numpys),
        cmocka_unit_test(whitened_images_are_numpys),
        cmocka_unit_test(whole_chain_is_numpys),
        cmocka_unit_test(whitened_covariance_is_shrunk),
        cmocka_unit_test(a_shift_of_all_images_changes_nothing),
        cmocka_unit_test(constant_values_become_zero),
        cmocka_unit_test(images_all_alike_become_zero),
        cmocka_unit_test(one_value_is_standardised),
        cmocka_unit_test(images_are_read_in_order_and_bits_come_again),
        cmocka_unit_test(what_cannot_be_whitened_is_refused),
    };
    return cmocka_run_group_tests_name("zca", tests, read_golden, golden_close);
}
