/* Preprocessing against NumPy (tests/golden/make_metrics.py) and closed forms. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data/preprocess.h"
#include "support/golden.h"

enum { N_IMAGES = 7, N_VALUES = 90, N_TRAIN = 4 };

static const char *const norm_names[] = {[NORM_L1] = "l1", [NORM_L2] = "l2", [NORM_STD] = "std"};

static int read_golden(void **state) {
    return golden_open(state, "tests/golden/metrics.safetensors");
}

static const float *golden(const struct tensor_list *list, const char *name, enum norm norm,
                           size_t n) {
    char key[TENSOR_NAME_SIZE];
    snprintf(key, sizeof key, "%s.%s", name, norm_names[norm]);
    const struct tensor *tensor = tensor_list_find(list, key);
    assert_non_null(tensor);
    assert_int_equal(tensor_size(tensor), n);
    return tensor->values;
}

/* Within `tolerance`, relative to the expected value or to `scale`, whichever is larger. */
static void assert_floats_near(const float *values, const float *expected, size_t n, double scale) {
    const double tolerance = 1e-6;
    for (size_t i = 0; i < n; i++)
        assert_near((double)values[i], (double)expected[i],
                    tolerance * fmax(scale, fabs((double)expected[i])));
}

/* The golden images as bytes, and a selection of all of them. */
struct fixture {
    unsigned char pixels[N_IMAGES * N_VALUES];
    size_t index[N_IMAGES];
    struct images images;
    struct selection all;
};

static void fixture_fill(struct fixture *fixture, const struct tensor_list *list) {
    const struct tensor *pixels = tensor_list_find(list, "pixels");
    assert_non_null(pixels);
    assert_int_equal(tensor_size(pixels), N_IMAGES * N_VALUES);
    for (size_t i = 0; i < N_IMAGES * N_VALUES; i++)
        fixture->pixels[i] = (unsigned char)pixels->values[i];
    for (size_t i = 0; i < N_IMAGES; i++)
        fixture->index[i] = i;
    fixture->images = (struct images){
        .n = N_IMAGES, .channels = 3, .height = 6, .width = 5, .pixels = fixture->pixels};
    fixture->all = (struct selection){.n = N_IMAGES, .index = fixture->index};
}

/* Fits to the first n images. */
static void fit(struct preprocess *preprocess, const struct fixture *fixture, size_t n) {
    struct error err = {.message = ""};
    struct selection train = fixture->all;
    train.n = n;
    if (preprocess_fit(preprocess, &fixture->images, &train, &err) != STATUS_OK)
        fail_msg("%s", err.message);
}

static void whole_chain_is_numpys(void **state) {
    struct fixture fixture;
    fixture_fill(&fixture, *state);
    for (enum norm norm = NORM_L1; norm <= NORM_STD; norm++) {
        struct preprocess preprocess = {.gcn = true, .norm = norm};
        struct error err = {.message = ""};
        float values[N_IMAGES * N_VALUES];
        fit(&preprocess, &fixture, N_TRAIN);
        assert_int_equal(preprocess_images(&preprocess, &fixture.images, &fixture.all, 0, N_IMAGES,
                                           values, &err),
                         STATUS_OK);
        assert_floats_near(values, golden(*state, "gcn", norm, N_IMAGES * N_VALUES),
                           N_IMAGES * N_VALUES, 1e-6);
        const float *range = golden(*state, "range", norm, 2);
        assert_floats_near(&preprocess.input_min, &range[0], 1, 0);
        assert_floats_near(&preprocess.input_max, &range[1], 1, 0);
        preprocess_rescale(&preprocess, values, N_IMAGES * N_VALUES);
        assert_floats_near(values, golden(*state, "rescaled", norm, N_IMAGES * N_VALUES),
                           N_IMAGES * N_VALUES, 1);
    }
}

/* The training set's extremes become exactly 0 and 1. */
static void rescaled_training_set_fills_the_unit_interval(void **state) {
    struct fixture fixture;
    fixture_fill(&fixture, *state);
    struct preprocess preprocess = {.gcn = true, .norm = NORM_L1};
    struct error err = {.message = ""};
    float values[N_TRAIN * N_VALUES];
    fit(&preprocess, &fixture, N_TRAIN);
    assert_int_equal(
        preprocess_images(&preprocess, &fixture.images, &fixture.all, 0, N_TRAIN, values, &err),
        STATUS_OK);
    preprocess_rescale(&preprocess, values, N_TRAIN * N_VALUES);
    float min = 1, max = 0;
    for (size_t i = 0; i < N_TRAIN * N_VALUES; i++) {
        min = fminf(min, values[i]);
        max = fmaxf(max, values[i]);
    }
    assert_true(min == 0.0f && max == 1.0f);
}

static void without_gcn_values_are_bytes_over_255(void **state) {
    (void)state;
    unsigned char pixels[3 * 256];
    for (size_t i = 0; i < sizeof pixels; i++)
        pixels[i] = (unsigned char)(i * (i / 256 + 1));
    size_t index[] = {2, 0};
    struct images images = {.n = 3, .channels = 1, .height = 16, .width = 16, .pixels = pixels};
    struct selection selection = {.n = 2, .index = index};
    struct preprocess preprocess = {.gcn = false};
    struct error err = {.message = ""};
    float values[2 * 256];
    assert_int_equal(preprocess_images(&preprocess, &images, &selection, 0, 2, values, &err),
                     STATUS_OK);
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < 256; j++)
            assert_true(values[i * 256 + j] == (float)pixels[index[i] * 256 + j] / 255.0f);
    assert_int_equal(preprocess_images(&preprocess, &images, &selection, 1, 1, values, &err),
                     STATUS_OK);
    for (size_t j = 0; j < 256; j++)
        assert_true(values[j] == (float)pixels[j] / 255.0f);
}

/* Mean 0 and norm 1: what global contrast normalisation is for. */
static void norms_become_one(void **state) {
    (void)state;
    for (enum norm norm = NORM_L1; norm <= NORM_STD; norm++) {
        float image[1000];
        for (int i = 0; i < 1000; i++)
            image[i] = 5 + sinf((float)i);
        preprocess_gcn(image, 1000, norm);
        double sum = 0, absolute = 0, squares = 0;
        for (int i = 0; i < 1000; i++) {
            sum += image[i];
            absolute += fabs((double)image[i]);
            squares += (double)image[i] * (double)image[i];
        }
        double norms[] = {
            [NORM_L1] = absolute, [NORM_L2] = sqrt(squares), [NORM_STD] = sqrt(squares / 1000)};
        assert_near(sum, 0, 1e-4);
        assert_near(norms[norm], 1, 1e-6);
    }
}

/* Also for values such as 1/3 whose sums could round: all zero, never noise blown up, never NaN. */
static void constant_images_become_zero(void **state) {
    (void)state;
    const float constants[] = {0, 1, 1.0f / 3, 77.0f / 255, -0.1f, 1e-30f, 1e30f};
    for (enum norm norm = NORM_L1; norm <= NORM_STD; norm++)
        for (size_t k = 0; k < sizeof constants / sizeof constants[0]; k++) {
            float image[3 * 32 * 32];
            for (size_t i = 0; i < 3 * 32 * 32; i++)
                image[i] = constants[k];
            preprocess_gcn(image, 3 * 32 * 32, norm);
            for (size_t i = 0; i < 3 * 32 * 32; i++)
                assert_true(image[i] == 0);
        }
    preprocess_gcn(NULL, 0, NORM_STD);
}

static void ranges_that_cannot_be_are_refused(void **state) {
    (void)state;
    unsigned char pixels[3 * 4];
    memset(pixels, 51, sizeof pixels);
    size_t index[] = {0, 1, 2};
    struct images images = {.n = 3, .channels = 1, .height = 2, .width = 2, .pixels = pixels};
    struct selection train = {.n = 3, .index = index};
    struct preprocess preprocess = {.gcn = false};
    struct error err = {.message = ""};
    assert_int_equal(preprocess_fit(&preprocess, &images, &train, &err), STATUS_FAILED);
    assert_non_null(strstr(err.message, "all pixels of all training images are 0.2"));
    preprocess.zca_whitening = true;
    assert_int_equal(preprocess_fit(&preprocess, &images, &train, &err), STATUS_FAILED);
    assert_non_null(strstr(err.message, "all pixels of all training images are 0 "));
    train.n = 0;
    assert_int_equal(preprocess_fit(&preprocess, &images, &train, &err), STATUS_FAILED);
    assert_non_null(strstr(err.message, "no training images"));
    preprocess_free(&preprocess);
    assert_null(preprocess.zca_matrix);
}

static void ranges_are_widened_by_finite_values_alone(void **state) {
    (void)state;
    struct preprocess preprocess = {.input_min = INFINITY, .input_max = -INFINITY};
    struct error err = {.message = ""};
    const float some[] = {0.5f, 0.25f}, more[] = {0.75f, 0.5f}, nan[] = {0, NAN, 1},
                infinite[] = {0, INFINITY};
    assert_int_equal(preprocess_widen_range(&preprocess, some, 2, &err), STATUS_OK);
    assert_int_equal(preprocess_widen_range(&preprocess, more, 2, &err), STATUS_OK);
    assert_int_equal(preprocess_widen_range(&preprocess, nan, 3, &err), STATUS_FAILED);
    assert_non_null(strstr(err.message, "not finite"));
    assert_int_equal(preprocess_widen_range(&preprocess, infinite, 2, &err), STATUS_FAILED);
    assert_non_null(strstr(err.message, "not finite"));
    assert_true(preprocess.input_min == 0.25f && preprocess.input_max == 0.75f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_chain_is_numpys),
        cmocka_unit_test(rescaled_training_set_fills_the_unit_interval),
        cmocka_unit_test(without_gcn_values_are_bytes_over_255),
        cmocka_unit_test(norms_become_one),
        cmocka_unit_test(constant_images_become_zero),
        cmocka_unit_test(ranges_that_cannot_be_are_refused),
        cmocka_unit_test(ranges_are_widened_by_finite_values_alone),
    };
    return cmocka_run_group_tests_name("preprocess", tests, read_golden, golden_close);
}
