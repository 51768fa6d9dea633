/* Bilinear resizing against PyTorch (tests/golden/make_resize.py) and closed forms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data/resize.h"
#include "io/safetensors.h"

enum { MAX_PIXELS = 1024 };

static const struct tensor *find(const struct tensor_list *list, size_t i, const char *name) {
    char key[TENSOR_NAME_SIZE];
    snprintf(key, sizeof key, "%zu.%s", i, name);
    return tensor_list_find(list, key);
}

/* Resizes one channel of three, of an image with an edge around it. */
static void resize(const struct tensor *in, size_t height, size_t width, unsigned char *out) {
    enum { EDGE = 2, CHANNELS = 3, CHANNEL = 1 };
    const size_t row_stride = CHANNELS * (in->dims[1] + 2 * EDGE);
    const size_t n_values = row_stride * (in->dims[0] + 2 * EDGE);
    unsigned char *image = malloc(n_values);
    assert_non_null(image);
    memset(image, 0xa5, n_values);
    unsigned char *first = image + EDGE * row_stride + EDGE * CHANNELS + CHANNEL;
    for (size_t y = 0; y < in->dims[0]; y++)
        for (size_t x = 0; x < in->dims[1]; x++)
            first[y * row_stride + x * CHANNELS] = (unsigned char)in->values[y * in->dims[1] + x];
    const struct plane plane = {
        .pixels = first,
        .height = in->dims[0],
        .width = in->dims[1],
        .row_stride = row_stride,
        .pixel_stride = CHANNELS,
    };
    resize_bilinear(&plane, height, width, out);
    free(image);
}

static void as_pytorch(void **state) {
    (void)state;
    struct tensor_list list;
    struct error err = {.message = ""};
    if (safetensors_read("tests/golden/resize.safetensors", &list, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    size_t n_cases = 0;
    for (; find(&list, n_cases, "in") != NULL; n_cases++) {
        const struct tensor *in = find(&list, n_cases, "in"), *out = find(&list, n_cases, "out");
        unsigned char resized[MAX_PIXELS];
        assert_non_null(out);
        assert_true(tensor_size(out) <= MAX_PIXELS);
        resize(in, out->dims[0], out->dims[1], resized);
        for (size_t i = 0; i < tensor_size(out); i++)
            if (resized[i] != (unsigned char)out->values[i])
                fail_msg("case %zu, value %zu: %d instead of %.0f", n_cases, i, resized[i],
                         (double)out->values[i]);
    }
    assert_int_equal(n_cases, 11);
    tensor_list_free(&list);
}

static void same_size_changes_nothing(void **state) {
    (void)state;
    unsigned char pixels[5 * 7], out[5 * 7];
    for (size_t i = 0; i < sizeof pixels; i++)
        pixels[i] = (unsigned char)(i * 73);
    const struct plane plane = {
        .pixels = pixels, .height = 5, .width = 7, .row_stride = 7, .pixel_stride = 1};
    resize_bilinear(&plane, 5, 7, out);
    assert_memory_equal(out, pixels, sizeof out);
}

static void half_the_size_is_the_mean_of_four(void **state) {
    (void)state;
    /* Sums of 2 and 1 out of four: 0.5 is rounded up, 0.25 down. */
    const unsigned char pixels[] = {1, 0, 1, 0, 0, 1, 0, 0};
    const unsigned char expected[] = {1, 0};
    unsigned char out[2];
    const struct plane plane = {
        .pixels = pixels, .height = 2, .width = 4, .row_stride = 4, .pixel_stride = 1};
    resize_bilinear(&plane, 1, 2, out);
    assert_memory_equal(out, expected, sizeof out);
}

static void edges_are_clamped(void **state) {
    (void)state;
    /* Twice the size: 1/4 beyond the edge, then 1/4 and 3/4 between the pixels. */
    const unsigned char pixels[] = {0, 100}, expected[] = {0, 25, 75, 100};
    unsigned char out[4];
    const struct plane plane = {
        .pixels = pixels, .height = 1, .width = 2, .row_stride = 2, .pixel_stride = 1};
    resize_bilinear(&plane, 1, 4, out);
    assert_memory_equal(out, expected, sizeof out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_pytorch),
        cmocka_unit_test(same_size_changes_nothing),
        cmocka_unit_test(half_the_size_is_the_mean_of_four),
        cmocka_unit_test(edges_are_clamped),
    };
    return cmocka_run_group_tests_name("resize", tests, NULL, NULL);
}
