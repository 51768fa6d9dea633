/* Mosaics: every pixel where it belongs. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "plot/mosaic.h"

/* What a mosaic shows at a place, worked out from the place instead of the image. */
static unsigned char expected(const struct images *images, size_t columns, size_t scale, size_t x,
                              size_t y, size_t c) {
    const size_t step_x = images->width * scale + MOSAIC_GAP;
    const size_t step_y = images->height * scale + MOSAIC_GAP;
    if (x < MOSAIC_GAP || y < MOSAIC_GAP)
        return 255;
    const size_t column = (x - MOSAIC_GAP) / step_x, row = (y - MOSAIC_GAP) / step_y;
    const size_t i = row * columns + column;
    const size_t left = (x - MOSAIC_GAP) % step_x / scale, top = (y - MOSAIC_GAP) % step_y / scale;
    if (column >= columns || i >= images->n || left >= images->width || top >= images->height)
        return 255;
    return images
        ->pixels[((i * images->channels + c) * images->height + top) * images->width + left];
}

static void check(size_t n, size_t channels, size_t height, size_t width, size_t columns,
                  size_t scale) {
    struct images images;
    struct picture picture;
    struct error err = {.message = ""};
    assert_int_equal(images_create(&images, n, channels, height, width, &err), STATUS_OK);
    assert_int_equal(images_insert(&images, 0, n, &err), STATUS_OK);
    for (size_t i = 0; i < n * channels * height * width; i++)
        images.pixels[i] = (unsigned char)(i * 7 % 251);
    assert_int_equal(mosaic_create(&picture, &images, columns, scale, &err), STATUS_OK);
    if (columns > n)
        columns = n;
    const size_t rows = (n + columns - 1) / columns;
    assert_int_equal(picture.channels, channels);
    assert_int_equal(picture.width, columns * (width * scale + MOSAIC_GAP) + MOSAIC_GAP);
    assert_int_equal(picture.height, rows * (height * scale + MOSAIC_GAP) + MOSAIC_GAP);
    for (size_t y = 0; y < picture.height; y++)
        for (size_t x = 0; x < picture.width; x++)
            for (size_t c = 0; c < channels; c++)
                assert_int_equal(picture.pixels[(y * picture.width + x) * channels + c],
                                 expected(&images, columns, scale, x, y, c));
    picture_free(&picture);
    images_free(&images);
}

static void test_places(void **state) {
    (void)state;
    check(1, 1, 1, 1, 1, 1);
    check(32, 1, 28, 28, 8, 3);
    check(7, 3, 4, 5, 3, 2);
    check(2, 3, 6, 2, 10, 1);
}

static void test_impossible(void **state) {
    (void)state;
    struct picture picture;
    struct error err = {.message = ""};
    unsigned char pixel = 0;
    const struct images none = {.channels = 1, .height = 1, .width = 1, .pixels = &pixel};
    const struct images wide = {
        .n = 1, .channels = 1, .height = 1, .width = SIZE_MAX, .pixels = &pixel};
    const struct images two = {.n = 1, .channels = 2, .height = 1, .width = 1, .pixels = &pixel};
    assert_int_equal(mosaic_create(&picture, &none, 1, 1, &err), STATUS_FAILED);
    assert_int_equal(mosaic_create(&picture, &wide, 1, 1, &err), STATUS_FAILED);
    assert_int_equal(mosaic_create(&picture, &two, 1, 1, &err), STATUS_FAILED);
}

static void test_filters(void **state) {
    (void)state;
    float values[2 * 3 * 5 * 5] = {0};
    struct tensor weight = {
        .name = "conv1.weight", .n_dims = 4, .dims = {2, 3, 5, 5}, .values = values};
    struct images images;
    struct error err = {.message = ""};
    values[1] = -2;
    values[2] = 1;
    values[149] = 2;
    assert_int_equal(mosaic_filters(&images, &weight, &err), STATUS_OK);
    assert_int_equal(images.n, 2);
    assert_int_equal(images.channels, 3);
    assert_int_equal(images.pixels[0], 128);
    assert_int_equal(images.pixels[1], 0);
    assert_int_equal(images.pixels[2], 191);
    assert_int_equal(images.pixels[149], 255);
    images_free(&images);
    values[1] = values[2] = values[149] = 0;
    assert_int_equal(mosaic_filters(&images, &weight, &err), STATUS_OK);
    assert_int_equal(images.pixels[7], 128);
    images_free(&images);
    values[3] = NAN;
    assert_int_equal(mosaic_filters(&images, &weight, &err), STATUS_FAILED);
    values[3] = 0;
    weight.dims[1] = 2;
    assert_int_equal(mosaic_filters(&images, &weight, &err), STATUS_FAILED);
    weight.dims[1] = 3;
    weight.n_dims = 2;
    assert_int_equal(mosaic_filters(&images, &weight, &err), STATUS_FAILED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_impossible),
        cmocka_unit_test(test_filters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
