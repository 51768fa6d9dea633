#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <stdlib.h>

#include "base/memory.h"

static void arrays_are_zero_and_aligned(void **state) {
    (void)state;
    struct error err;
    for (size_t count = 0; count < 300; count += 7) {
        unsigned char *array = memory_alloc(count, 3, &err);
        assert_non_null(array);
        assert_int_equal((uintptr_t)array % 64, 0);
        for (size_t i = 0; i < 3 * count; i++)
            assert_int_equal(array[i], 0);
        free(array);
    }
}

static void impossible_sizes_are_errors(void **state) {
    (void)state;
    const size_t sizes[][2] = {
        {SIZE_MAX, 2}, {SIZE_MAX / 2, 3}, {SIZE_MAX, 1}, {SIZE_MAX - 32, 1}, {SIZE_MAX / 2, 1}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct error err = {.message = ""};
        assert_null(memory_alloc(sizes[i][0], sizes[i][1], &err));
        assert_memory_equal(err.message, "out of memory", 13);
    }
}

static void product_overflow_is_seen(void **state) {
    (void)state;
    size_t product;
    assert_true(memory_multiply(6, 7, &product));
    assert_int_equal(product, 42);
    assert_true(memory_multiply(0, SIZE_MAX, &product));
    assert_int_equal(product, 0);
    assert_true(memory_multiply(SIZE_MAX, 1, &product));
    assert_true(product == SIZE_MAX);
    assert_false(memory_multiply(SIZE_MAX / 2 + 1, 2, &product));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrays_are_zero_and_aligned),
        cmocka_unit_test(impossible_sizes_are_errors),
        cmocka_unit_test(product_overflow_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
