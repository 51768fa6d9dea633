#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "io/idx.h"
#include "support/says.h"

/* Two images of 2 x 3. */
static const unsigned char images[] = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2,  0,  0,
                                       0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

/* Parses a copy of exactly that size, so that a read beyond the end is seen by the sanitizers. */
static int parse(const unsigned char *data, size_t size, size_t n_dims, struct idx *idx,
                 unsigned char **copy, struct error *err) {
    *copy = malloc(size > 0 ? size : 1);
    assert_non_null(*copy);
    memcpy(*copy, data, size);
    struct bytes bytes = {*copy, size};
    return idx_parse(idx, "a.idx", &bytes, n_dims, err);
}

static void expect_error(const unsigned char *data, size_t size, size_t n_dims, const char *part) {
    struct idx idx;
    unsigned char *copy;
    struct error err = {.message = ""};
    assert_int_not_equal(parse(data, size, n_dims, &idx, &copy, &err), STATUS_OK);
    free(copy);
    assert_memory_equal(err.message, "a.idx: ", 7);
    assert_says(&err, part);
}

static void arrays_are_parsed(void **state) {
    (void)state;
    struct idx idx;
    unsigned char *copy;
    struct error err;
    assert_int_equal(parse(images, sizeof images, 3, &idx, &copy, &err), STATUS_OK);
    assert_int_equal(idx.n_dims, 3);
    assert_int_equal(idx.dims[0], 2);
    assert_int_equal(idx.dims[1], 2);
    assert_int_equal(idx.dims[2], 3);
    assert_int_equal(idx.n_values, 12);
    assert_ptr_equal(idx.values, copy + 16);
    free(copy);
    const unsigned char empty[] = {0, 0, 8, 1, 0, 0, 0, 0};
    assert_int_equal(parse(empty, sizeof empty, 1, &idx, &copy, &err), STATUS_OK);
    assert_int_equal(idx.n_values, 0);
    free(copy);
}

static void wrong_sizes(void **state) {
    (void)state;
    for (size_t size = 0; size < 16; size++)
        expect_error(images, size, 3, "too few");
    for (size_t size = 16; size < sizeof images; size++)
        expect_error(images, size, 3, "cut off");
    unsigned char longer[sizeof images + 1] = {0};
    memcpy(longer, images, sizeof images);
    expect_error(longer, sizeof longer, 3, "promises 12 values but 13 are there");
}

static void wrong_headers(void **state) {
    (void)state;
    unsigned char data[sizeof images];
    for (size_t i = 0; i < 4; i++) {
        static const char *const parts[] = {"not an IDX", "not an IDX", "type 0x09", "dimensions"};
        memcpy(data, images, sizeof data);
        data[i]++;
        expect_error(data, sizeof data, 3, parts[i]);
    }
    expect_error(images, sizeof images, 1, "3 dimensions instead of 1");
    expect_error(images, sizeof images, 0, "cannot be read");
    expect_error(images, sizeof images, IDX_MAX_DIMS + 1, "cannot be read");
}

static void absurd_dimensions(void **state) {
    (void)state;
    unsigned char data[24] = {0, 0, 8, 3};
    memset(data + 4, 0xff, 12);
    expect_error(data, sizeof data, 3, "absurd");
    /* 2^32 x 2^16 x 2^16 would wrap to 0 and pass for an empty array. */
    const unsigned char wraps[] = {0, 0, 8, 3, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0};
    expect_error(wraps, sizeof wraps, 3, "absurd");
    const unsigned char large[] = {0, 0, 8, 1, 0xff, 0xff, 0xff, 0xff, 7};
    expect_error(large, sizeof large, 1, "promises 4294967295 values but 1 are there");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrays_are_parsed),
        cmocka_unit_test(wrong_sizes),
        cmocka_unit_test(wrong_headers),
        cmocka_unit_test(absurd_dimensions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
