/* Adversarial images and their labels, of every kind that NumPy saves. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "data/gtsrb_files.h"

/* Writes two images whose first values are these, the others zero; both labels 1. */
static void write_floats(struct scratch *scratch, const double *values, size_t n, bool single) {
    static double doubles[2 * IMAGE_SIZE];
    static float floats[2 * IMAGE_SIZE];
    memset(doubles, 0, sizeof doubles);
    memcpy(doubles, values, n * sizeof *values);
    for (size_t i = 0; i < 2 * IMAGE_SIZE; i++)
        floats[i] = (float)doubles[i];
    if (single)
        write_npy(scratch, "GTSRB", "Images_150.npy", "<f4", "(2, 3, 32, 32)", floats,
                  sizeof floats);
    else
        write_npy(scratch, "GTSRB", "Images_150.npy", "<f8", "(2, 3, 32, 32)", doubles,
                  sizeof doubles);
    write_npy(scratch, "GTSRB", "Labels_150.npy", "|u1", "(2, 1)", "\1\1", 2);
}

static void expect_pixels(struct scratch *scratch, const unsigned char *expected, size_t n) {
    struct dataset dataset;
    load_good(scratch, 0, &dataset);
    assert_int_equal(dataset.test.n, 3);
    assert_memory_equal(dataset.test.pixels + IMAGE_SIZE, expected, n);
    dataset_free(&dataset);
}

static void floating_point_images(void **state) {
    struct scratch *scratch = *state;
    write_all(scratch, &archive, 2);
    for (int single = 0; single < 2; single++) {
        const double of_one[] = {0, 1, 0.5, 0.25, 0.1, 1.0 / 255, 0.49 / 255};
        const unsigned char bytes_of_one[] = {0, 255, 128, 64, 26, 1, 0};
        write_floats(scratch, of_one, 7, single);
        expect_pixels(scratch, bytes_of_one, 7);
        const double of_255[] = {0, 1, 0.5, 0.49, 1.5, 254.49, 254.5, 255};
        const unsigned char bytes_of_255[] = {0, 1, 1, 0, 2, 254, 255, 255};
        write_floats(scratch, of_255, 8, single);
        expect_pixels(scratch, bytes_of_255, 8);
    }
}

static void floating_point_images_that_do_not_do(void **state) {
    struct scratch *scratch = *state;
    write_all(scratch, &archive, 2);
    const double bad[] = {NAN, INFINITY, -INFINITY, -0.5, -1, 255.5, 1e9};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        static double values[IMAGE_SIZE + 2 * SIDE * SIDE + 3 * SIDE + 5];
        const size_t n = sizeof values / sizeof *values;
        values[n - 1] = bad[i];
        write_floats(scratch, values, n, false);
        assert_refused(scratch, "Images_150.npy: the value at [1, 2, 3, 4] is ",
                       "pixels are 0..255, or all");
    }
}

static void integer_images(void **state) {
    struct scratch *scratch = *state;
    static unsigned char values[2 * 2 * IMAGE_SIZE];
    const unsigned char expected[] = {0, 1, 255};
    write_all(scratch, &archive, 2);
    write_npy(scratch, "GTSRB", "Labels_150.npy", "|b1", "(2,)", "\1", 2);
    /* Integers of 0 and 1 alone are not scaled. */
    values[3] = 1;
    write_npy(scratch, "GTSRB", "Images_150.npy", ">i2", "(2, 3, 32, 32)", values, sizeof values);
    expect_pixels(scratch, expected, 2);
    values[5] = 255;
    write_npy(scratch, "GTSRB", "Images_150.npy", ">i2", "(2, 3, 32, 32)", values, sizeof values);
    expect_pixels(scratch, expected, 3);
    values[4] = 1;
    write_npy(scratch, "GTSRB", "Images_150.npy", ">i2", "(2, 3, 32, 32)", values, sizeof values);
    assert_refused(scratch, "Images_150.npy: ", "the value at [0, 0, 0, 2] is 511");
    values[4] = 255;
    write_npy(scratch, "GTSRB", "Images_150.npy", ">i2", "(2, 3, 32, 32)", values, sizeof values);
    assert_refused(scratch, "Images_150.npy: ", "the value at [0, 0, 0, 2] is -1");
}

static void images_of_another_shape(void **state) {
    struct scratch *scratch = *state;
    static const unsigned char values[IMAGE_SIZE] = {0};
    static const struct {
        const char *descr, *shape, *part;
        size_t size;
    } cases[] = {
        {"|u1", "(1, 32, 32, 3)",
         "shape (1, 32, 32, 3) instead of (n, 3, 32, 32): save "
         "numpy.ascontiguousarray(images.transpose(0, 3, 1, 2))",
         IMAGE_SIZE},
        {"|u1", "(3, 32, 32)", "shape (3, 32, 32) instead of (n, 3, 32, 32): save", IMAGE_SIZE},
        {"|u1", "(1, 3072)", "shape (1, 3072) instead of", IMAGE_SIZE},
        {"|u1", "(3, 1, 32, 32)", "shape (3, 1, 32, 32) instead of", IMAGE_SIZE},
        {"|u1", "(1, 3, 48, 20)", "instead of", 2880},
        {"|u1", "(1, 1, 3, 32, 32)", "instead of", IMAGE_SIZE},
        {"|u1", "(0, 3, 32, 32)", "holds no images", 0},
        {"|u1", "()", "shape () instead of", 1},
        {"|b1", "(1, 3, 32, 32)", "the images are booleans", IMAGE_SIZE},
        {"<f2", "(1, 3, 16, 32)", "type <f2 cannot be read", IMAGE_SIZE},
        {"|u1", "(2, 3, 32, 32)", "cut off", IMAGE_SIZE},
    };
    write_all(scratch, &archive, 2);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_npy(scratch, "GTSRB", "Images_150.npy", cases[i].descr, cases[i].shape, values,
                  cases[i].size);
        assert_refused(scratch, "Images_150.npy: ", cases[i].part);
    }
}

static void labels_that_do(void **state) {
    struct scratch *scratch = *state;
    const float floats[] = {1, 0, 1, 1};
    struct dataset dataset;
    write_all(scratch, &archive, 2);
    write_npy(scratch, "GTSRB", "Labels_150.npy", "<f4", "(4, 1)", floats, sizeof floats);
    load_good(scratch, 0, &dataset);
    assert_complete(&dataset, 2, 1);
    dataset_free(&dataset);
}

static void labels_that_do_not_do(void **state) {
    struct scratch *scratch = *state;
    static const struct {
        const char *descr, *shape, *part;
        size_t size;
        unsigned char values[16];
    } cases[] = {
        {"|u1", "(4,)", "label 2 is 14: save 0 for a stop sign", 4, {0, 1, 14, 1}},
        {"|i1", "(4,)", "label 3 is -1", 4, {0, 1, 1, 255}},
        {"<f4", "(4,)", "label 1 is 0.5", 16, {0, 0, 0, 0, 0, 0, 0, 0x3f}},
        {"<f4", "(4,)", "label 0 is nan", 16, {0, 0, 0xc0, 0x7f}},
        {"|u1", "(3,)", "holds 3 labels for 4 images", 3, {0, 1, 1}},
        {"|u1", "(5, 1)", "holds 5 labels for 4 images", 5, {0, 1, 1}},
        {"|u1", "(0,)", "holds 0 labels for 4 images", 0, {0}},
        {"|u1", "(1, 4)", "the labels have shape (1, 4) instead of (n) or (n, 1)", 4, {0}},
        {"|u1", "(4, 2)", "the labels have shape (4, 2) instead", 8, {0}},
        {"|u1", "()", "the labels have shape () instead", 1, {0}},
        {"|u1", "(4,)", "cut off", 3, {0}},
    };
    write_all(scratch, &archive, 2);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_npy(scratch, "GTSRB", "Labels_150.npy", cases[i].descr, cases[i].shape,
                  cases[i].values, cases[i].size);
        assert_refused(scratch, "Labels_150.npy: ", cases[i].part);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(floating_point_images), TEST(floating_point_images_that_do_not_do),
        TEST(integer_images),        TEST(images_of_another_shape),
        TEST(labels_that_do),        TEST(labels_that_do_not_do),
    };
    return cmocka_run_group_tests_name("gtsrb_adversarial", tests, NULL, NULL);
}
