#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <string.h>

#include "base/error.h"

static void message_and_status(void **state) {
    (void)state;
    struct error err = {.message = ""};
    assert_int_equal(error_set(&err, STATUS_USAGE, "%s: %d", "a.json", 7), STATUS_USAGE);
    assert_string_equal(err.message, "a.json: 7");
    assert_int_equal(error_prefix(&err, STATUS_FAILED, "run %d", 3), STATUS_FAILED);
    assert_string_equal(err.message, "run 3: a.json: 7");
}

static void message_may_be_its_own_argument(void **state) {
    (void)state;
    struct error err = {.message = "inner"};
    error_set(&err, STATUS_FAILED, "outer (%s)", err.message);
    assert_string_equal(err.message, "outer (inner)");
    error_prefix(&err, STATUS_FAILED, "%s", err.message);
    assert_string_equal(err.message, "outer (inner): outer (inner)");
}

static void message_is_one_line(void **state) {
    (void)state;
    struct error err;
    error_set(&err, STATUS_FAILED, "a\nb\tc\x1b[d\x7f Z\xc3\xbcrich");
    assert_string_equal(err.message, "a?b?c?[d? Z\xc3\xbcrich");
}

/* What is no UTF-8, or a control character of its second page, which some terminals obey. */
static void message_is_utf8(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"\xc2\x9b[2J \x9b[2J", "??[2J ?[2J"},
        {"\xc2\xa0\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf",
         "\xc2\xa0\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"},
        {"caf\xe9", "caf?"},
        {"\xe2\x82", "??"},
        {"\xe2\x82\xac \x80 \xfe", "\xe2\x82\xac ? ?"},
        {"\xc0\x9b \xe0\x82\x9b \xf0\x80\x82\x9b", "?? ??? ????"},
        {"\xed\xa0\x80 \xf4\x90\x80\x80", "??? ????"},
    };
    struct error err;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        error_set(&err, STATUS_FAILED, "%s", cases[i][0]);
        assert_string_equal(err.message, cases[i][1]);
    }
    /* A character that is cut is none. */
    error_set(&err, STATUS_FAILED, "%1022s\xc3\xbc", "");
    assert_int_equal(strlen(err.message), 1023);
    assert_int_equal(err.message[1022], '?');
}

static void long_messages_are_cut(void **state) {
    (void)state;
    char text[3 * sizeof(struct error)];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    struct error err;
    error_set(&err, STATUS_FAILED, "%s", text);
    assert_int_equal(strlen(err.message), sizeof err.message - 1);
    error_prefix(&err, STATUS_FAILED, "front");
    assert_int_equal(strlen(err.message), sizeof err.message - 1);
    assert_int_equal(strncmp(err.message, "front: xxx", 10), 0);
    error_prefix(&err, STATUS_FAILED, "%s", text);
    assert_int_equal(strlen(err.message), sizeof err.message - 1);
}

static void nobody_need_listen(void **state) {
    (void)state;
    assert_int_equal(error_set(NULL, STATUS_FAILED, "x"), STATUS_FAILED);
    assert_int_equal(error_prefix(NULL, STATUS_INTERRUPTED, "x"), STATUS_INTERRUPTED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(message_and_status),    cmocka_unit_test(message_may_be_its_own_argument),
        cmocka_unit_test(message_is_one_line),   cmocka_unit_test(message_is_utf8),
        cmocka_unit_test(long_messages_are_cut), cmocka_unit_test(nobody_need_listen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
