#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <errno.h>
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

/* As base/text.h has it; also what was cut. */
static void message_is_one_line_of_utf8(void **state) {
    (void)state;
    struct error err;
    error_set(&err, STATUS_FAILED, "a\nb\x1b[d Z\xc3\xbcrich %s", "caf\xe9");
    assert_string_equal(err.message, "a?b?[d Z\xc3\xbcrich caf?");
    error_prefix(&err, STATUS_FAILED, "\t");
    assert_string_equal(err.message, "?: a?b?[d Z\xc3\xbcrich caf?");
    error_set(&err, STATUS_FAILED, "%1022s\xc3\xbc", "");
    assert_int_equal(strlen(err.message), 1023);
    assert_int_equal(err.message[1022], '?');
}

/* Who has only the error knows the cause. */
static void the_cause_stands_beside_the_message(void **state) {
    (void)state;
    struct error err = {.message = ""};
    assert_int_equal(error_set(&err, STATUS_MISSING, "x"), STATUS_MISSING);
    assert_int_equal(err.status, STATUS_MISSING);
    assert_int_equal(error_prefix(&err, STATUS_USAGE, "y"), STATUS_USAGE);
    assert_int_equal(err.status, STATUS_USAGE);
    errno = ENOSPC;
    assert_int_equal(error_set(&err, status_of_errno(errno), "%s", strerror(errno)),
                     STATUS_NO_SPACE);
    assert_int_equal(err.status, STATUS_NO_SPACE);
}

static void causes_of_errno(void **state) {
    (void)state;
    static const int cases[][2] = {
        {ENOENT, STATUS_MISSING},  {ENOTDIR, STATUS_MISSING}, {EACCES, STATUS_DENIED},
        {EPERM, STATUS_DENIED},    {EROFS, STATUS_DENIED},    {ENOMEM, STATUS_NO_MEMORY},
        {ENOSPC, STATUS_NO_SPACE}, {EDQUOT, STATUS_NO_SPACE}, {EFBIG, STATUS_NO_SPACE},
        {EIO, STATUS_FAILED},      {EMFILE, STATUS_FAILED},   {0, STATUS_FAILED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(status_of_errno(cases[i][0]), cases[i][1]);
}

/* The command line promises these: 0, 1, 2, 75 and 130, and nothing else. */
static void exit_statuses(void **state) {
    (void)state;
    static const int cases[][2] = {
        {STATUS_OK, 0},       {STATUS_FAILED, 1},        {STATUS_USAGE, 2},
        {STATUS_BUSY, 75},    {STATUS_INTERRUPTED, 130}, {STATUS_OTHER_RUN, 2},
        {STATUS_MISSING, 1},  {STATUS_DENIED, 1},        {STATUS_INCOMPLETE, 1},
        {STATUS_DAMAGED, 1},  {STATUS_NO_MEMORY, 1},     {STATUS_NO_SPACE, 1},
        {STATUS_DIVERGED, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(status_exit(cases[i][0]), cases[i][1]);
        assert_int_equal(status_exit(status_exit(cases[i][0])), cases[i][1]);
    }
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
        cmocka_unit_test(message_and_status),
        cmocka_unit_test(message_may_be_its_own_argument),
        cmocka_unit_test(message_is_one_line_of_utf8),
        cmocka_unit_test(the_cause_stands_beside_the_message),
        cmocka_unit_test(causes_of_errno),
        cmocka_unit_test(exit_statuses),
        cmocka_unit_test(long_messages_are_cut),
        cmocka_unit_test(nobody_need_listen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
