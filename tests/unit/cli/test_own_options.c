/* Command lines of names and few options, taken apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/own_options.h"

enum { MAX_ARGUMENTS = 8 };

struct outcome {
    char *argv[MAX_ARGUMENTS]; /* the names first */
    int argc, status;
    const char *out, *data_dir;
    enum arguments_action action;
    struct error err;
};

static int check_out(const char *value, struct error *err) {
    return strcmp(value, "bad") != 0 ? STATUS_OK : error_set(err, STATUS_USAGE, "--out: bad");
}

static int check_name(const char *name, size_t place, struct error *err) {
    return place < 2 ? STATUS_OK : error_set(err, STATUS_USAGE, "%s is number %zu", name, place);
}

/* Parses what precedes the first NULL of `arguments`. */
static struct outcome parse(const char *const arguments[MAX_ARGUMENTS]) {
    struct outcome got = {.out = "preset"};
    const struct own_option options[] = {{"out", &got.out, check_out},
                                         {"data-dir", &got.data_dir, NULL}};
    const struct own_options own = {
        .options = options, .n = 2, .all = "this has two", .check_name = check_name};
    for (; got.argc < MAX_ARGUMENTS && arguments[got.argc] != NULL; got.argc++)
        got.argv[got.argc] = (char *)arguments[got.argc];
    got.status = own_options_parse(&own, &got.argc, got.argv, &got.action, &got.err);
    return got;
}

#define PARSE(...) parse((const char *const[MAX_ARGUMENTS]){__VA_ARGS__})

static void refused(struct outcome got, const char *message) {
    assert_int_equal(got.status, STATUS_USAGE);
    assert_string_equal(got.err.message, message);
}

static void values_and_names(void **state) {
    (void)state;
    struct outcome got = PARSE("a", "--out", "x", "b", "--data_dir=y=z");
    assert_int_equal(got.status, STATUS_OK);
    assert_int_equal(got.action, ARGUMENTS_RUN);
    assert_string_equal(got.out, "x");
    assert_string_equal(got.data_dir, "y=z");
    assert_int_equal(got.argc, 2);
    assert_string_equal(got.argv[0], "a");
    assert_string_equal(got.argv[1], "b");
    got = PARSE("--out=--x", "--out", "-y");
    assert_string_equal(got.out, "-y");
    assert_int_equal(got.argc, 0);
    got = PARSE("--out=--x");
    assert_string_equal(got.out, "--x");
    got = PARSE("--", "--out", "--help");
    assert_int_equal(got.status, STATUS_OK);
    assert_int_equal(got.action, ARGUMENTS_RUN);
    assert_string_equal(got.out, "preset");
    assert_int_equal(got.argc, 2);
    assert_string_equal(got.argv[0], "--out");
}

static void what_is_asked_for(void **state) {
    (void)state;
    assert_int_equal(PARSE("a", "--help", "--nonsense").action, ARGUMENTS_HELP);
    assert_int_equal(PARSE("-h").action, ARGUMENTS_HELP);
    assert_int_equal(PARSE("--version", "--help").action, ARGUMENTS_VERSION);
    refused(PARSE("--nonsense", "--help"), "unknown option '--nonsense'; this has two");
}

static void mistakes(void **state) {
    (void)state;
    refused(PARSE("--out"), "--out needs a value");
    refused(PARSE("--out", "--data-dir", "x"), "--out needs a value");
    refused(PARSE("--data_dir="), "--data_dir needs a value");
    refused(PARSE("--data-dir", ""), "--data-dir needs a value");
    assert_string_equal(PARSE("--out=").out, "");
    refused(PARSE("--out", "bad", "--help"), "--out: bad");
    refused(PARSE("a", "b", "c", "--bad"), "c is number 2");
    refused(PARSE("-"), "unknown option '-'; this has two");
    refused(PARSE("-out", "x"), "unknown option '-out'; this has two");
    refused(PARSE("--ou", "x"), "unknown option '--ou'; this has two");
    refused(PARSE("--outs=x"), "unknown option '--outs=x'; this has two");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_and_names),
        cmocka_unit_test(what_is_asked_for),
        cmocka_unit_test(mistakes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
