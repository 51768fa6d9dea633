/* Reading PPM images. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "io/ppm.h"
#include "support/says.h"

/* Parses a copy of exactly that size, so that a read beyond the end is seen by the sanitizers. */
static int parse(const char *text, size_t size, struct ppm *ppm, struct error *err) {
    unsigned char *copy = malloc(size > 0 ? size : 1);
    assert_non_null(copy);
    memcpy(copy, text, size);
    struct bytes bytes = {copy, size};
    int status = ppm_parse(ppm, "a.ppm", &bytes, err);
    free(copy);
    return status;
}

static void expect_error_of_size(const char *text, size_t size, const char *part) {
    struct ppm ppm;
    struct error err = {.message = ""};
    assert_int_equal(parse(text, size, &ppm, &err), STATUS_DAMAGED);
    assert_null(ppm.pixels);
    assert_memory_equal(err.message, "a.ppm: ", 7);
    assert_says(&err, part);
}

static void expect_error(const char *text, const char *part) {
    expect_error_of_size(text, strlen(text), part);
}

static void expect_pixels(const char *text, size_t width, size_t height, const char *pixels) {
    struct ppm ppm;
    struct error err = {.message = ""};
    if (parse(text, strlen(text), &ppm, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    assert_int_equal(ppm.width, width);
    assert_int_equal(ppm.height, height);
    assert_memory_equal(ppm.pixels, pixels, 3 * width * height);
    free(ppm.pixels);
}

static void images_are_parsed(void **state) {
    (void)state;
    expect_pixels("P6\n2 1\n255\nabcdef", 2, 1, "abcdef");
    expect_pixels("P6 1 2 255 abcdef", 1, 2, "abcdef");
    expect_pixels("P6\t\r\n\v\f 1\n\n1 \t255\rabc", 1, 1, "abc");
    expect_pixels("P6 0001 01 0255\nabc", 1, 1, "abc");
    /* One byte of white space ends the header; what follows are pixels, whatever they look like. */
    expect_pixels("P6 1 1 255\n\n#\n", 1, 1, "\n#\n");
}

static void comments_are_skipped(void **state) {
    (void)state;
    expect_pixels("P6 # 3 3\n#\n 2 # two\r1\n# all\n255\nabcdef", 2, 1, "abcdef");
    expect_pixels("P6#\n2#\n1#\n255#largest\nabcdef", 2, 1, "abcdef");
    expect_error("P6 # 2 1 255\n", "no width");
    expect_error("P6 2 1 255#abcdef", "no white space");
}

static void values_are_scaled(void **state) {
    (void)state;
    expect_pixels("P6 2 1 5\n\1\2\3\4\5\5", 2, 1, "\x33\x66\x99\xcc\xff\xff");
    /* 255 / 100 = 2.55; halves are rounded up: 10 -> 25.5 -> 26. */
    expect_pixels("P6 1 1 100\n\1\12\144", 1, 1, "\3\32\xff");
    expect_pixels("P6 1 1 254\n\1\177\xfe", 1, 1, "\1\x80\xff"); /* 127 -> 127.5 -> 128 */
    expect_error("P6 1 1 5\n\1\2\6", "value 2 of the PPM image is 6, above its largest value 5");
}

static void all_bytes_stand_for_themselves(void **state) {
    (void)state;
    char text[20 + 768];
    struct ppm ppm;
    struct error err = {.message = ""};
    int n = snprintf(text, sizeof text, "P6 16 16 255\n");
    for (int i = 0; i < 768; i++)
        text[n + i] = (char)i;
    assert_int_equal(parse(text, (size_t)n + 768, &ppm, &err), STATUS_OK);
    for (int i = 0; i < 768; i++)
        assert_int_equal(ppm.pixels[i], i % 256);
    free(ppm.pixels);
}

static void other_formats(void **state) {
    (void)state;
    expect_error("", "not a PPM image");
    expect_error("P", "not a PPM image");
    expect_error("P9 1 1 255\nabc", "not a PPM image");
    expect_error("\x89PNG", "not a PPM image");
    expect_error("P3 1 1 255\n1 2 3", "type P3 cannot be read");
    expect_error("P5 1 1 255\na", "type P5 cannot be read");
    expect_error("P6 1 1 65535\nabcdef", "the largest value of the PPM image is 65535");
    expect_error("P6 1 1 256\nabcdef", "at most 255");
}

static void malformed_headers(void **state) {
    (void)state;
    expect_error("P6", "no width in the header of the PPM image; the file is cut off");
    expect_error("P61 1 255\nabc", "no width in the header of the PPM image; the file is corrupt");
    expect_error("P6 -1 1 255\nabc", "no width");
    expect_error("P6 1", "no height");
    expect_error("P6 1x1 255\nabc", "no height");
    expect_error("P6 1 1 ", "no largest value");
    expect_error("P6 1 1 0x\nabc", "the largest value of the PPM image is 0");
    expect_error("P6 0 1 255\n", "the width of the PPM image is 0");
    expect_error("P6 1 000 255\n", "the height of the PPM image is 0");
    expect_error("P6 1 1 255", "no white space ends the header of the PPM image; the file is cut");
    expect_error("P6 1 1 255.0\nabc", "no white space");
    const char zero[] = "P6 1 \0 1 255\nabc";
    expect_error_of_size(zero, sizeof zero - 1, "no height");
}

static void wrong_sizes(void **state) {
    (void)state;
    const char text[] = "P6 2 1 255\nabcdef";
    for (size_t size = 0; size + 1 < sizeof text; size++)
        expect_error_of_size(text, size, "");
    expect_error("P6 2 1 255\nabcde",
                 "promises 6 bytes of pixels but 5 are there; the file is cut");
    expect_error("P6 2 1 255\nabcdefg", "but 7 are there; the file is corrupt");
    expect_error("P6 2 1 255\r\nabcdef", "but 7 are there");
}

static void absurd_sizes(void **state) {
    (void)state;
    expect_error("P6 99999999999999999999 1 255\n", "the width of the PPM image is absurd");
    expect_error("P6 1 18446744073709551616 255\n", "the height of the PPM image is absurd");
    expect_error("P6 18446744073709551615 18446744073709551615 255\n", "too large");
    /* 2^32 x 2^32 pixels would wrap to none, and 3 times this width to 1 byte. */
    expect_error("P6 4294967296 4294967296 255\n", "too large");
    expect_error("P6 12297829382473034411 1 255\na", "too large");
    expect_error("P6 4730 4730 255\n", "too large");
    expect_error("P6 4729 4729 255\n", "promises 67090323 bytes");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(images_are_parsed), cmocka_unit_test(comments_are_skipped),
        cmocka_unit_test(values_are_scaled), cmocka_unit_test(all_bytes_stand_for_themselves),
        cmocka_unit_test(other_formats),     cmocka_unit_test(malformed_headers),
        cmocka_unit_test(wrong_sizes),       cmocka_unit_test(absurd_sizes),
    };
    return cmocka_run_group_tests_name("ppm", tests, NULL, NULL);
}
