#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include "config/option_list.h"
#include "io/scratch.h"
#include "support/says.h"

static void expect_refused(struct scratch *scratch, const char *text, const char *part) {
    struct error err = {.message = ""};
    struct option_list list = {0};
    const char *path = scratch_write(scratch, "options.json", text, strlen(text));
    assert_int_not_equal(option_list_add_file(&list, path, &err), STATUS_OK);
    option_list_free(&list);
    assert_memory_equal(err.message, path, strlen(path));
    assert_says(&err, part);
}

static void values_of_a_file_come_in_its_order(void **state) {
    struct scratch *scratch = *state;
    static const char text[] =
        "{\"seed\": 1e1, \"mnist_normal\": \"3\", \"bias\": true, \"in_name\": "
        "null, \"xp_dir\": \"a\\t\\u00e9\", \"lr\": 1e-4}";
    static const char *const expected[][2] = {
        {"seed", "10"},  {"normal", "3"},           {"bias", "1"},
        {"in-name", ""}, {"xp-dir", "a\t\xc3\xa9"}, {"lr", "0.0001"},
    };
    struct error err = {.message = ""};
    struct option_list list = {0};
    const char *path = scratch_write(scratch, "options.json", text, sizeof text - 1);
    if (option_list_add_file(&list, path, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    assert_int_equal(list.n, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < list.n; i++) {
        assert_string_equal(list.values[i].option->name, expected[i][0]);
        assert_string_equal(list.values[i].value, expected[i][1]);
    }
    assert_null(list.prefixes[0]);
    assert_string_equal(list.prefixes[1], "mnist");
    option_list_free(&list);
}

static void bad_files_are_refused(void **state) {
    struct scratch *scratch = *state;
    static const char *const cases[][2] = {
        {"[]", "not a JSON object of options"},
        {"\"seed\"", "not a JSON object of options"},
        {"{\"seed\": [1]}", "'seed' must be a number or a string"},
        {"{\"seed\": null}", "'seed' must be a number or a string"},
        {"{\"seed\": 1, \"seed\": 2}", "\"seed\" is there twice"},
        {"{\"seed\": 1.5}", "--seed 1.5"},
        {"{\"seed\": 1e999}", "--seed inf"},
        {"{\"nu\": \"nan\"}", "--nu nan"},
        {"{\"\": 1}", "unknown option ''"},
        {"{\"mnist_\": 1}", "unknown option 'mnist_'"},
        {"{\"dataset\": \"mnist\\u0000\"}", "zero character"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_refused(scratch, cases[i][0], cases[i][1]);
}

/* A path is printed as it is: one from a file must not command the terminal. */
static void control_characters_are_refused(void **state) {
    struct scratch *scratch = *state;
    static const char *const texts[] = {
        "\\u001b[2J", "a\\nb", "a\r", "\\u007f", "\\u009b2J", "\xc2\x80",
    };
    char text[64];
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        snprintf(text, sizeof text, "{\"xp_dir\": \"%s\"}", texts[i]);
        expect_refused(scratch, text, "'xp_dir' has a control character");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_of_a_file_come_in_its_order),
        cmocka_unit_test(bad_files_are_refused),
        cmocka_unit_test(control_characters_are_refused),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
