#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <float.h>
#include <math.h>

#include "base/number.h"
#include "support/comma.h"

static const double numbers[] = {0,       -0.0,    0.1,     1.0 / 3, -2.5e-7, 1e23, 123456789,
                                 DBL_MAX, DBL_MIN, 0x1p-52, 100.25,  5e-324,  M_PI, -1e-4};

enum { N_NUMBERS = sizeof numbers / sizeof *numbers };

static void check_all(void) {
    char text[64];
    double back;
    for (size_t i = 0; i < N_NUMBERS; i++) {
        number_print_exact(text, sizeof text, numbers[i]);
        assert_null(strchr(text, ','));
        assert_true(number_parse(text, &back) && back == numbers[i]);
        number_print(text, sizeof text, "%a", numbers[i]);
        assert_null(strchr(text, ','));
        assert_true(number_parse(text, &back) && back == numbers[i]);
    }
    number_print_exact(text, sizeof text, 0.1);
    assert_string_equal(text, "0.1");
    number_print(text, sizeof text, "%.9g", 1234.5);
    assert_string_equal(text, "1234.5");
    assert_true(number_parse("nan", &back) && isnan(back));
    assert_true(number_parse("-inf", &back) && isinf(back));
    assert_false(number_parse("0,5", &back));
}

static void numbers_come_back(void **state) {
    (void)state;
    check_all();
}

static void all_of_the_text_is_the_number(void **state) {
    (void)state;
    static const char *const none[] = {"", " 1", "1 ", "1x", "x", "\t1", "1.2.3", "."};
    double value;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_false(number_parse(none[i], &value));
}

static void the_locale_does_not_matter(void **state) {
    char text[32];
    if (!comma_enter(*state))
        skip();
    check_all();
    locale_t before = number_point_begin();
    locale_t inner = number_point_begin();
    number_point_end(inner);
    snprintf(text, sizeof text, "%g", 0.5);
    assert_string_equal(text, "0.5");
    number_point_end(before);
    snprintf(text, sizeof text, "%g", 0.5); /* the caller's locale is as it was */
    comma_leave();
    assert_string_equal(text, "0,5");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_come_back),
        cmocka_unit_test(all_of_the_text_is_the_number),
        cmocka_unit_test_setup_teardown(the_locale_does_not_matter, scratch_setup,
                                        scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
