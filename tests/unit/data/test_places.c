/* Paths of places, and the list of those looked in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "data/dataset.h"
#include "data/places.h"
#include "io/scratch.h"

static void paths(void **state) {
    (void)state;
    static const struct {
        const char *directory, *place, *path;
    } rows[] = {
        {"data", "", "data"},         {"data", "mnist", "data/mnist"}, {"data/", "a/b", "data/a/b"},
        {"data", "/usr/x", "/usr/x"}, {"", "mnist", "mnist"},          {"", "", ""},
    };
    char path[DATASET_PATH_SIZE];
    struct error err;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(place_path(path, rows[i].directory, rows[i].place, &err), STATUS_OK);
        assert_string_equal(path, rows[i].path);
    }
}

static void long_paths(void **state) {
    (void)state;
    char path[DATASET_PATH_SIZE], directory[DATASET_PATH_SIZE + 1] = "";
    struct error err;
    memset(directory, 'x', DATASET_PATH_SIZE - 1);
    assert_int_equal(place_path(path, directory, "", &err), STATUS_OK);
    assert_string_equal(path, directory);
    assert_int_equal(place_path(path, directory, "y", &err), STATUS_FAILED);
    assert_non_null(strstr(err.message, "choose a shorter one"));
    directory[DATASET_PATH_SIZE - 1] = 'x';
    assert_int_equal(place_path(path, directory, "", &err), STATUS_FAILED);
    assert_non_null(strstr(err.message, "xxx...: the path is too long: choose a shorter one"));
}

static void files_of_a_place(void **state) {
    struct scratch *scratch = *state;
    static const char *const files[] = {"one", "two", "three", NULL};
    const char *missing;
    char path[DATASET_PATH_SIZE];
    struct error err = {.message = ""};
    assert_int_equal(place_look(scratch->directory, files, true, &missing), PLACE_HAS_NONE);
    assert_null(missing);
    scratch_write(scratch, "one", "", 0);
    assert_int_equal(place_look(scratch->directory, files, true, &missing), PLACE_HAS_SOME);
    assert_string_equal(missing, "two");
    scratch_write(scratch, "two.gz", "", 0);
    scratch_write(scratch, "three", "", 0);
    scratch_write(scratch, "three.gz", "", 0);
    assert_int_equal(place_look(scratch->directory, files, false, &missing), PLACE_HAS_SOME);
    assert_string_equal(missing, "two");
    assert_int_equal(place_look(scratch->directory, files, true, &missing), PLACE_HAS_ALL);
    assert_null(missing);
    assert_int_equal(place_file(path, scratch->directory, "two", true, &err), STATUS_OK);
    assert_string_equal(path, scratch_path(scratch, "two.gz"));
    assert_int_equal(place_file(path, scratch->directory, "three", true, &err), STATUS_OK);
    assert_string_equal(path, scratch_path(scratch, "three"));
    assert_int_not_equal(place_file(path, scratch->directory, "two", false, &err), STATUS_OK);
    assert_non_null(strstr(err.message, "/two: no such file"));
}

static void list_of_places(void **state) {
    (void)state;
    char looked[64] = "";
    places_add_looked(looked, sizeof looked, "data", "lacks", NULL);
    places_add_looked(looked, sizeof looked, "data/a", "lacks", "labels");
    places_add_looked(looked, sizeof looked, "b", "holds", "MNIST");
    assert_string_equal(looked, "data, data/a (lacks labels), b (holds MNIST)");
    for (size_t i = 0; i < 10; i++)
        places_add_looked(looked, sizeof looked, "elsewhere", "lacks", "labels");
    assert_int_equal(strlen(looked), sizeof looked - 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths),
        cmocka_unit_test(long_paths),
        cmocka_unit_test_setup_teardown(files_of_a_place, scratch_setup, scratch_teardown),
        cmocka_unit_test(list_of_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
