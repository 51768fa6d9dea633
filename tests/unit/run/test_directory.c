/* The paths of a run's files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "run/directory.h"

static void paths(void **state) {
    (void)state;
    const struct run_directory directory = {.path = "log/a", .prefix = "x_"};
    char path[RUN_PATH_SIZE];
    run_directory_file(&directory, RUN_RESULTS, path);
    assert_string_equal(path, "log/a/results.json");
    run_directory_file(&directory, RUN_MODEL, path);
    assert_string_equal(path, "log/a/x_model.safetensors");
    run_directory_epoch_file(&directory, RUN_AUTOENCODER, 7, path);
    assert_string_equal(path, "log/a/x_autoencoder_epoch_7.safetensors");
}

/* The longest that config_resolve lets through: nothing is cut, and a file system takes the name,
 * also while the file is being written. */
static void longest_paths(void **state) {
    (void)state;
    char name[CONFIG_MAX_OUT_NAME + 1] = "", directory[CONFIG_PATH_SIZE] = "";
    char files[N_RUN_FILES][RUN_PATH_SIZE], saved[RUN_PATH_SIZE];
    memset(name, 'n', sizeof name - 1);
    memset(directory, 'd', sizeof directory - 1);
    const struct run_directory longest = {.path = directory, .prefix = name};
    for (enum run_file file = 0; file < N_RUN_FILES; file++) {
        run_directory_file(&longest, file, files[file]);
        for (enum run_file other = 0; other < file; other++)
            assert_string_not_equal(files[file], files[other]);
    }
    run_directory_epoch_file(&longest, RUN_AUTOENCODER, 2147483647, saved);
    const char *last = strrchr(saved, '/') + 1;
    assert_string_equal(last + strlen(name), "autoencoder_epoch_2147483647.safetensors");
    assert_true(strlen(last) + strlen(".4194304-999.tmp") <= 255);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths),
        cmocka_unit_test(longest_paths),
    };
    return cmocka_run_group_tests_name("run directory", tests, NULL, NULL);
}
