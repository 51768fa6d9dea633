#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <math.h>

#include "io/json.h"
#include "scratch.h"
#include "support/comma.h"
#include "support/says.h"

static void expect_error(struct scratch *scratch, const char *text, size_t size, const char *part) {
    struct error err = {.message = ""};
    cJSON *json = (cJSON *)&err;
    const char *path = scratch_write(scratch, "bad.json", text, size);
    assert_int_equal(json_read(path, &json, &err), STATUS_DAMAGED);
    assert_null(json);
    assert_memory_equal(err.message, path, strlen(path));
    assert_says(&err, part);
}

static void values_are_read(void **state) {
    struct scratch *scratch = *state;
    struct error err;
    cJSON *json;
    const char text[] = "{\n  \"a\": 0.1,\n  \"b\": [true, null, \"\\u00e9\"]\n}\n\n";
    assert_int_equal(json_read(scratch_write(scratch, "a", text, sizeof text - 1), &json, &err),
                     STATUS_OK);
    assert_true(cJSON_GetObjectItem(json, "a")->valuedouble == 0.1);
    const cJSON *b = cJSON_GetObjectItem(json, "b");
    assert_int_equal(cJSON_GetArraySize(b), 3);
    assert_string_equal(cJSON_GetArrayItem(b, 2)->valuestring, "\xc3\xa9");
    cJSON_Delete(json);
}

static void every_prefix_is_an_error(void **state) {
    struct scratch *scratch = *state;
    const char text[] = "{\"a\": [1, -2.5e3, \"x\\n\\u00e9\", {\"b\": true}], \"c\": null}";
    for (size_t size = 0; size < sizeof text - 1; size++)
        expect_error(scratch, text, size, "line 1: not valid JSON");
}

static void mistakes_have_a_line(void **state) {
    struct scratch *scratch = *state;
    const char text[] = "{\n  \"a\": 1,\n  \"b\": oops\n}\n";
    expect_error(scratch, text, sizeof text - 1, "line 3: not valid JSON");
    expect_error(scratch, "{}\n\n x", 6, "line 3: not valid JSON");
    expect_error(scratch, "{}\0", 3, "zero bytes");
    expect_error(scratch, "", 0, "ends early");
}

static void deep_nesting_is_an_error(void **state) {
    struct scratch *scratch = *state;
    static char text[1 << 19]; /* not so many that their number alone is an error */
    memset(text, '[', sizeof text);
    expect_error(scratch, text, sizeof text, "not valid JSON");
    for (size_t i = 0; i + 5 <= sizeof text; i += 5)
        memcpy(text + i, "{\"a\":", 5);
    expect_error(scratch, text, sizeof text, "not valid JSON");
}

/* cJSON keeps both values and finds the first; other readers find the last. */
static void names_are_unique(void **state) {
    struct scratch *scratch = *state;
    static const char *const bad[] = {
        "{\"a\": 1, \"a\": 1}",
        "{\"a\": 1, \"b\": 2, \"c\": 3, \"a\": 4}",
        "[0, {\"b\": [{\"c\": 0, \"a\": 1, \"a\": {}}]}]",
        "{\"a\": 1, \"\\u0061\": 2}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        expect_error(scratch, bad[i], strlen(bad[i]), "the name \"a\" is there twice");
    const char good[] = "{\"a\": {\"a\": 1, \"A\": 2, \"\": 3}, \"b\": [{\"a\": 0}, {\"a\": 0}]}";
    struct error err = {.message = ""};
    cJSON *json;
    assert_int_equal(json_parse("good", good, sizeof good - 1, &json, &err), STATUS_OK);
    cJSON_Delete(json);
}

/* cJSON would end the string there: "mnist\u0000x" would be read as "mnist". */
static void zero_characters_are_an_error(void **state) {
    struct scratch *scratch = *state;
    static const char *const bad[] = {
        "{\n\"a\": \"mnist\\u0000x\"}",
        "{\n\"a\\u0000\": 1}",
        "[\n\"\\\\\\u0000\"]",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        expect_error(scratch, bad[i], strlen(bad[i]), "line 2: a string with a zero character");
    const char good[] = "[\"\\\\u0000\", \"\\u0001\", \"\\\"\"]";
    struct error err = {.message = ""};
    cJSON *json;
    assert_int_equal(json_parse("good", good, sizeof good - 1, &json, &err), STATUS_OK);
    assert_string_equal(json->child->valuestring, "\\u0000");
    cJSON_Delete(json);
}

/* A few bytes each, and much more memory. */
static void too_many_values(void **state) {
    struct scratch *scratch = *state;
    static char text[(2 << 20) + 3];
    for (size_t i = 0; i + 1 < sizeof text; i += 2)
        memcpy(text + i, "1,", 2);
    text[0] = '[';
    text[1] = ' ';
    text[sizeof text - 1] = ']';
    expect_error(scratch, text, sizeof text, "more than 1048576 values");
    /* Within a string they are no values. */
    memset(text, ',', sizeof text);
    text[0] = text[sizeof text - 1] = '"';
    struct error err = {.message = ""};
    cJSON *json;
    assert_int_equal(json_parse("good", text, sizeof text, &json, &err), STATUS_OK);
    cJSON_Delete(json);
}

static void large_files_are_an_error(void **state) {
    struct scratch *scratch = *state;
    size_t size = ((size_t)16 << 20) + 1;
    char *text = malloc(size);
    assert_non_null(text);
    memset(text, ' ', size);
    expect_error(scratch, text, size, "larger");
    free(text);
}

static void what_is_written_can_be_read(void **state) {
    struct scratch *scratch = *state;
    struct error err;
    cJSON *json = cJSON_CreateObject();
    const double numbers[] = {0.1, 1.0 / 3, 1e-300, -2.5e300, 123456789, 0};
    for (size_t i = 0; i < 6; i++) {
        char key[] = {(char)('a' + i), '\0'};
        json_add_number(json, key, numbers[i]);
    }
    json_add_number(json, "nan", NAN);
    json_add_number(json, "infinity", -INFINITY);
    const char *path = scratch_path(scratch, "written.json");
    assert_int_equal(json_write(path, json, &err), STATUS_OK);
    cJSON_Delete(json);
    assert_int_equal(json_read(path, &json, &err), STATUS_OK);
    for (size_t i = 0; i < 6; i++) {
        char key[] = {(char)('a' + i), '\0'};
        assert_true(cJSON_GetObjectItem(json, key)->valuedouble == numbers[i]);
    }
    assert_true(cJSON_IsNull(cJSON_GetObjectItem(json, "nan")));
    assert_true(cJSON_IsNull(cJSON_GetObjectItem(json, "infinity")));
    cJSON_Delete(json);
}

static void text_is_indented(void **state) {
    struct scratch *scratch = *state;
    struct error err;
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "a", "b");
    const char *path = scratch_path(scratch, "text.json");
    assert_int_equal(json_write(path, json, &err), STATUS_OK);
    cJSON_Delete(json);
    char text[64] = "";
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t size = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    assert_int_equal(size, strlen(text));
    assert_string_equal(text, "{\n\t\"a\":\t\"b\"\n}\n");
}

static void bad_paths(void **state) {
    struct scratch *scratch = *state;
    struct error err = {.message = ""};
    cJSON *json;
    assert_int_equal(json_read(scratch->directory, &json, &err), STATUS_FAILED);
    assert_int_equal(json_read(scratch_path(scratch, "missing"), &json, &err), STATUS_MISSING);
    json = cJSON_CreateObject();
    assert_int_equal(json_write(scratch_path(scratch, "no/where"), json, &err), STATUS_MISSING);
    cJSON_Delete(json);
}

/* ---- making JSON while memory is short */

static size_t n_allocations, failing; /* which of them fails, from 1; 0: none */

static void *fail_at_times(size_t size) {
    return ++n_allocations == failing ? NULL : malloc(size);
}

/* As results.json has it: objects in objects, arrays, what may be left out. */
static cJSON *make(void) {
    cJSON *json = cJSON_CreateObject();
    json_add_text(json, "text", "a \"b\"");
    json_add_number(json, "number", 0.1);
    json_add_number(json, "none", (double)NAN);
    json_add_finite(json, "absent", (double)INFINITY);
    json_add_finite(json, "present", 2);
    json_add_bool(json, "yes", true);
    cJSON *object = json_add_object(json, "object");
    json_add_number(object, "a", 1);
    cJSON *array = json_add_array(object, "array");
    json_append_number(array, 1);
    json_append_number(array, (double)NAN);
    json_add_text(json_append_object(array), "in", "array");
    json_add_item(json, "item", cJSON_CreateNumber(3));
    json_add_filled(json, "empty", cJSON_CreateObject());
    cJSON *filled = cJSON_CreateObject();
    json_add_number(filled, "b", 2);
    json_add_filled(json, "filled", filled);
    return json;
}

static const char made[] =
    "{\"text\":\"a \\\"b\\\"\",\"number\":0.1,\"none\":null,\"present\":2,\"yes\":true,"
    "\"object\":{\"a\":1,\"array\":[1,null,{\"in\":\"array\"}]},\"item\":3,\"filled\":{\"b\":2}}";

/* Whichever allocation fails, there is an error or the whole text, and never a part of it. */
static void what_lacks_anything_is_not_printed(void **state) {
    (void)state;
    cJSON_Hooks hooks = {fail_at_times, free};
    cJSON_InitHooks(&hooks);
    size_t n_errors = 0, k = 0;
    do {
        struct error err = {.message = ""};
        char *text;
        n_allocations = 0;
        failing = ++k;
        cJSON *json = make();
        const int status = json_print("made", json, false, &text, &err);
        failing = 0;
        if (status == STATUS_OK) {
            assert_string_equal(text, made);
        } else {
            assert_int_equal(status, STATUS_NO_MEMORY);
            assert_says_of(&err, "made: ", "out of memory");
            assert_null(text);
            n_errors++;
        }
        cJSON_free(text);
        cJSON_Delete(json);
    } while (n_allocations >= k);
    cJSON_InitHooks(NULL);
    assert_true(n_errors > 30);
}

static void what_lacks_anything_is_not_written(void **state) {
    struct scratch *scratch = *state;
    struct error err = {.message = ""};
    cJSON *json = make();
    json_add_text(cJSON_GetObjectItem(json, "object"), "lost", NULL);
    assert_false(json_complete(json));
    const char *path = scratch_path(scratch, "lacking.json");
    assert_int_equal(json_write(path, json, &err), STATUS_NO_MEMORY);
    assert_int_not_equal(access(path, F_OK), 0);
    cJSON_Delete(json);
    assert_int_equal(json_write(path, NULL, &err), STATUS_NO_MEMORY);
}

static void numbers_have_a_point_in_any_locale(void **state) {
    struct scratch *scratch = *state;
    struct error err = {.message = ""};
    cJSON *json, *back;
    if (!comma_enter(scratch))
        skip();
    json = make();
    const char *path = scratch_path(scratch, "comma.json");
    assert_int_equal(json_write(path, json, &err), STATUS_OK);
    assert_int_equal(json_read(path, &back, &err), STATUS_OK);
    comma_leave();
    assert_true(cJSON_GetObjectItem(back, "number")->valuedouble == 0.1);
    assert_true(cJSON_Compare(json, back, true));
    cJSON_Delete(json);
    cJSON_Delete(back);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_read),
        cmocka_unit_test(every_prefix_is_an_error),
        cmocka_unit_test(mistakes_have_a_line),
        cmocka_unit_test(deep_nesting_is_an_error),
        cmocka_unit_test(large_files_are_an_error),
        cmocka_unit_test(what_is_written_can_be_read),
        cmocka_unit_test(text_is_indented),
        cmocka_unit_test(bad_paths),
        cmocka_unit_test(names_are_unique),
        cmocka_unit_test(zero_characters_are_an_error),
        cmocka_unit_test(too_many_values),
        cmocka_unit_test(what_lacks_anything_is_not_printed),
        cmocka_unit_test(what_lacks_anything_is_not_written),
        cmocka_unit_test(numbers_have_a_point_in_any_locale),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
