/* Loaded images and the preprocessing constants of model files, on a small data set in MNIST's
 * format: the file alone must be enough to preprocess an image as the run did. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/safetensors.h"
#include "io/scratch.h"
#include "model/file.h"
#include "run/data.h"

enum { SIDE = 28, D = SIDE * SIDE, N_TRAIN = 600, N_TEST = 300, BATCH = 20 };

struct fixture {
    struct scratch *scratch;
    unsigned char train[N_TRAIN * D], test[N_TEST * D];
};

/* Digits 0 and 1 in turn; images are blurred noise, so that neighbouring pixels go together. */
static void write_split(struct scratch *scratch, const char *split, unsigned char *pixels,
                        size_t n) {
    unsigned char file[16 + N_TRAIN * D] = {0, 0, 8, 3};
    unsigned char labels[8 + N_TRAIN] = {0, 0, 8, 1};
    unsigned state = (unsigned)n, value = 128;
    char name[64];
    for (size_t i = 0; i < n * D; i++) {
        state = state * 1664525u + 1013904223u;
        value = (3 * value + (state >> 24)) / 4;
        pixels[i] = i % D < SIDE ? 0 : (unsigned char)value; /* a row that is always black */
    }
    file[6] = labels[6] = (unsigned char)(n >> 8);
    file[7] = labels[7] = (unsigned char)n;
    file[11] = file[15] = SIDE;
    memcpy(file + 16, pixels, n * D);
    for (size_t i = 0; i < n; i++)
        labels[8 + i] = i % 2;
    snprintf(name, sizeof name, "%s-images-idx3-ubyte", split);
    scratch_write(scratch, name, file, 16 + n * D);
    snprintf(name, sizeof name, "%s-labels-idx1-ubyte", split);
    scratch_write(scratch, name, labels, 8 + n);
}

static int setup(void **state) {
    static struct fixture fixture;
    void *scratch = NULL;
    int status = scratch_setup(&scratch);
    fixture.scratch = scratch;
    *state = &fixture;
    if (status == 0) {
        write_split(scratch, "train", fixture.train, N_TRAIN);
        write_split(scratch, "t10k", fixture.test, N_TEST);
    }
    return status;
}

static int teardown(void **state) {
    struct fixture *fixture = *state;
    void *scratch = fixture->scratch;
    return scratch_teardown(&scratch);
}

static struct config config_of(const struct fixture *fixture, bool whitening) {
    struct config config = {
        .dataset = "mnist",
        .outlier = -1,
        .gcn = true,
        .unit_norm_used = NORM_STD,
        .zca_whitening = whitening,
        .batch_size = BATCH,
    };
    struct error err;
    assert_int_equal(source_find(&config.source, config.dataset, &err), STATUS_OK);
    config_set_data_dir(&config, fixture->scratch->directory);
    return config;
}

static void load(struct run_data *data, const struct config *config) {
    struct error err = {.message = ""};
    if (run_data_load(data, config, &err) != STATUS_OK)
        fail_msg("%s", err.message);
}

/* The model file of a network without layers. */
static void write_and_read(const struct fixture *fixture, const struct run_data *data,
                           const struct config *config, struct tensor_list *list) {
    struct network network = {0};
    struct learner learner = {
        .method = method_of_pretraining(), .config = config, .network = &network};
    const char *path = scratch_path(fixture->scratch, "model.safetensors");
    struct error err = {.message = ""};
    if (model_write(path, &learner, &data->preprocess, NULL, 0, &err) != STATUS_OK ||
        safetensors_read(path, list, &err) != STATUS_OK)
        fail_msg("%s", err.message);
}

static const float *tensor_of(const struct tensor_list *list, const char *name, size_t size) {
    const struct tensor *tensor = tensor_list_find(list, name);
    if (!tensor)
        fail_msg("no %s", name);
    assert_int_equal(tensor_size(tensor), size);
    return tensor->values;
}

/* An image divided by 255 and contrast-normalised, which unit/data/test_preprocess.c tests. */
static void normalised(const unsigned char *pixels, float *image) {
    for (size_t j = 0; j < D; j++)
        image[j] = (float)pixels[j] / 255.0f;
    preprocess_gcn(image, D, NORM_STD);
}

/* The training set's mean; mean is 0 at first. */
static void add_mean(const struct fixture *fixture, const struct selection *train, double *mean) {
    for (size_t i = 0; i < train->n; i++) {
        float image[D];
        normalised(fixture->train + train->index[i] * D, image);
        for (size_t j = 0; j < D; j++)
            mean[j] += (double)image[j] / (double)train->n;
    }
}

/* product += C v, C being the training set's covariance. */
static void add_covariance(const struct fixture *fixture, const struct selection *train,
                           const double *mean, const double *v, double *product) {
    for (size_t i = 0; i < train->n; i++) {
        float image[D];
        double dot = 0;
        normalised(fixture->train + train->index[i] * D, image);
        for (size_t j = 0; j < D; j++)
            dot += ((double)image[j] - mean[j]) * v[j];
        for (size_t j = 0; j < D; j++)
            product[j] += dot * ((double)image[j] - mean[j]) / (double)train->n;
    }
}

static void multiply(const float *matrix, const double *v, double *product) {
    for (size_t i = 0; i < D; i++) {
        product[i] = 0;
        for (size_t j = 0; j < D; j++)
            product[i] += (double)matrix[i * D + j] * v[j];
    }
}

/* W is the root of the inverse of C + 0.1: W W (C + 0.1) v = v. */
static void file_has_the_whitening_of_the_training_images(void **state) {
    const struct fixture *fixture = *state;
    const struct config config = config_of(fixture, true);
    struct run_data data;
    struct tensor_list list = {0};
    load(&data, &config);
    write_and_read(fixture, &data, &config, &list);
    const float *file_mean = tensor_of(&list, "zca_mean", D);
    const float *matrix = tensor_of(&list, "zca_matrix", (size_t)D * D);
    assert_int_equal(tensor_list_find(&list, "zca_mean")->n_dims, 1);
    assert_int_equal(tensor_list_find(&list, "zca_matrix")->dims[1], D);
    double mean[D] = {0}, v[D], first[D], second[D];
    for (size_t j = 0; j < D; j++) {
        v[j] = sin((double)(j * j));
        first[j] = 0.1 * v[j];
    }
    add_mean(fixture, &data.split.train, mean);
    add_covariance(fixture, &data.split.train, mean, v, first);
    multiply(matrix, first, second);
    multiply(matrix, second, first);
    for (size_t j = 0; j < D; j++) {
        assert_true(fabs((double)file_mean[j] - mean[j]) < 1e-6);
        assert_true(fabs(first[j] - v[j]) < 1e-4);
    }
    tensor_list_free(&list);
    run_data_free(&data);
}

/* Image i of a set is what the file's constants make of its pixels. */
static void assert_follows(const struct image_set *set, size_t i, const unsigned char *pixels,
                           const struct tensor_list *list) {
    const float *mean = tensor_of(list, "zca_mean", D);
    const float min = *tensor_of(list, "input_min", 1), max = *tensor_of(list, "input_max", 1);
    float image[D], actual[D];
    double centred[D], whitened[D];
    normalised(pixels + set->selection.index[i] * D, image);
    for (size_t j = 0; j < D; j++)
        centred[j] = (double)image[j] - (double)mean[j];
    multiply(tensor_of(list, "zca_matrix", (size_t)D * D), centred, whitened);
    batch_set_get(&set->batches, i, actual);
    for (size_t j = 0; j < D; j++) {
        double expected = (whitened[j] - (double)min) / ((double)max - (double)min);
        if (!(fabs((double)actual[j] - expected) < 1e-5))
            fail_msg("%s image %zu, value %zu: %.9g is not %.9g", set->name, i, j,
                     (double)actual[j], expected);
    }
}

static void images_follow_from_the_file(void **state) {
    const struct fixture *fixture = *state;
    const struct config config = config_of(fixture, true);
    struct run_data data;
    struct tensor_list list = {0};
    load(&data, &config);
    write_and_read(fixture, &data, &config, &list);
    const struct image_set *train = &data.sets[TRAIN], *test = &data.sets[TEST];
    assert_int_equal(test->selection.n, N_TEST);
    assert_true(train->selection.n > PREPROCESS_BLOCK);
    /* First, last, and on both sides of the end of a block. */
    assert_follows(train, 0, fixture->train, &list);
    assert_follows(train, PREPROCESS_BLOCK - 1, fixture->train, &list);
    assert_follows(train, PREPROCESS_BLOCK, fixture->train, &list);
    assert_follows(train, train->selection.n - 1, fixture->train, &list);
    assert_follows(test, PREPROCESS_BLOCK, fixture->test, &list);
    assert_follows(test, N_TEST - 1, fixture->test, &list);
    tensor_list_free(&list);
    run_data_free(&data);
}

static void training_images_fill_the_unit_interval(void **state) {
    for (int whitening = 0; whitening < 2; whitening++) {
        const struct config config = config_of(*state, whitening);
        struct run_data data;
        float min = 1, max = 0;
        load(&data, &config);
        for (size_t i = 0; i < data.sets[TRAIN].selection.n; i++) {
            float image[D];
            batch_set_get(&data.sets[TRAIN].batches, i, image);
            for (size_t j = 0; j < D; j++) {
                min = fminf(min, image[j]);
                max = fmaxf(max, image[j]);
            }
        }
        assert_true(min == 0 && max == 1);
        run_data_free(&data);
    }
}

static void without_whitening_the_file_has_none(void **state) {
    const struct config config = config_of(*state, false);
    struct run_data data;
    struct tensor_list list = {0};
    load(&data, &config);
    write_and_read(*state, &data, &config, &list);
    assert_true(*tensor_of(&list, "input_min", 1) == data.preprocess.input_min);
    assert_true(*tensor_of(&list, "input_max", 1) == data.preprocess.input_max);
    assert_null(tensor_list_find(&list, "zca_mean"));
    assert_null(tensor_list_find(&list, "zca_matrix"));
    tensor_list_free(&list);
    run_data_free(&data);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(file_has_the_whitening_of_the_training_images),
        cmocka_unit_test(images_follow_from_the_file),
        cmocka_unit_test(training_images_fill_the_unit_interval),
        cmocka_unit_test(without_whitening_the_file_has_none),
    };
    return cmocka_run_group_tests_name("run_data", tests, setup, teardown);
}
