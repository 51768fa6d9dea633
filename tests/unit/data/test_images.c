/* Sets of images: room, gaps, copies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "data/images.h"
#include "support/says.h"

enum { CHANNELS = 3, HEIGHT = 2, WIDTH = 5, VALUES = CHANNELS * HEIGHT * WIDTH };

/* Value j of the image of that number. */
static unsigned char value_of(size_t number, size_t j) {
    return (unsigned char)(number * 31 + j + 1);
}

static void fill(struct images *images, size_t at, size_t n, size_t number) {
    for (size_t i = 0; i < n; i++) {
        images->labels[at + i] = (unsigned char)(number + i);
        for (size_t j = 0; j < VALUES; j++)
            images->pixels[(at + i) * VALUES + j] = value_of(number + i, j);
    }
}

/* Image i is the one of that number, or a new one (-1). */
static void assert_image(const struct images *images, size_t i, int number) {
    assert_int_equal(images->labels[i], number < 0 ? 0 : number);
    for (size_t j = 0; j < VALUES; j++)
        assert_int_equal(images->pixels[i * VALUES + j],
                         number < 0 ? 0 : value_of((size_t)number, j));
}

static void assert_all(const struct images *images, const int *numbers, size_t n) {
    assert_int_equal(images->n, n);
    assert_true(images->capacity >= n);
    for (size_t i = 0; i < n; i++)
        assert_image(images, i, numbers[i]);
}

static void new_images_are_black(void **state) {
    (void)state;
    struct images images;
    struct error err;
    assert_int_equal(images_create(&images, 2, CHANNELS, HEIGHT, WIDTH, &err), STATUS_OK);
    assert_int_equal(images.n, 0);
    assert_int_equal(images_values(&images), VALUES);
    assert_int_equal(images_insert(&images, 0, 2, &err), STATUS_OK);
    assert_all(&images, (const int[]){-1, -1}, 2);
    images_free(&images);
    assert_null(images.pixels);
    assert_null(images.labels);
    images_free(&images);
}

static void gaps_keep_what_is_around_them(void **state) {
    (void)state;
    struct images images = {.channels = CHANNELS, .height = HEIGHT, .width = WIDTH};
    struct error err;
    assert_int_equal(images_insert(&images, 0, 2, &err), STATUS_OK);
    fill(&images, 0, 2, 5);
    assert_int_equal(images_insert(&images, 1, 2, &err), STATUS_OK);
    assert_all(&images, (const int[]){5, -1, -1, 6}, 4);
    assert_int_equal(images_insert(&images, 0, 1, &err), STATUS_OK);
    assert_int_equal(images_insert(&images, 5, 1, &err), STATUS_OK);
    assert_int_equal(images_insert(&images, 3, 0, &err), STATUS_OK);
    assert_all(&images, (const int[]){-1, 5, -1, -1, 6, -1}, 6);
    images_free(&images);
}

static void copies_go_to_the_end(void **state) {
    (void)state;
    struct images images, others;
    struct error err;
    assert_int_equal(images_create(&others, 4, CHANNELS, HEIGHT, WIDTH, &err), STATUS_OK);
    assert_int_equal(images_insert(&others, 0, 4, &err), STATUS_OK);
    fill(&others, 0, 4, 1);
    assert_int_equal(images_create(&images, 3, CHANNELS, HEIGHT, WIDTH, &err), STATUS_OK);
    const unsigned char *pixels = images.pixels;
    assert_int_equal(images_append(&images, &others, 3, 1, &err), STATUS_OK);
    assert_int_equal(images_append(&images, &others, 0, 2, &err), STATUS_OK);
    assert_int_equal(images_append(&images, &others, 4, 0, &err), STATUS_OK);
    assert_ptr_equal(images.pixels, pixels); /* there was room */
    assert_all(&images, (const int[]){4, 1, 2}, 3);
    assert_int_equal(images_append(&images, &others, 2, 2, &err), STATUS_OK);
    assert_all(&images, (const int[]){4, 1, 2, 3, 4}, 5);
    images_free(&others);
    images_free(&images);
}

static void what_no_memory_holds_is_refused(void **state) {
    (void)state;
    static const size_t sizes[][4] = {
        {SIZE_MAX / 2, 3, 28, 28},
        {1, 3, SIZE_MAX, 28},
        {1, SIZE_MAX, 28, 28},
        {SIZE_MAX / 2, 1, 1, 1},
    };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct images images;
        struct error err = {.message = ""};
        assert_int_not_equal(
            images_create(&images, sizes[i][0], sizes[i][1], sizes[i][2], sizes[i][3], &err),
            STATUS_OK);
        assert_says(&err, "memory");
        assert_null(images.pixels);
    }
    struct images images;
    struct error err = {.message = ""};
    assert_int_equal(images_create(&images, 1, CHANNELS, HEIGHT, WIDTH, &err), STATUS_OK);
    assert_int_equal(images_insert(&images, 0, 1, &err), STATUS_OK);
    fill(&images, 0, 1, 9);
    assert_int_not_equal(images_insert(&images, 0, SIZE_MAX / 8, &err), STATUS_OK);
    assert_all(&images, (const int[]){9}, 1);
    images_free(&images);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_images_are_black),
        cmocka_unit_test(gaps_keep_what_is_around_them),
        cmocka_unit_test(copies_go_to_the_end),
        cmocka_unit_test(what_no_memory_holds_is_refused),
    };
    return cmocka_run_group_tests_name("images", tests, NULL, NULL);
}
