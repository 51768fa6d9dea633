/* Paths of places, and the list of those looked in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "data/dataset.h"
#include "data/places.h"

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
        cmocka_unit_test(list_of_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
