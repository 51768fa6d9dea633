/* A sweep looks once for the data set of all its runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/scratch.h"
#include "support/looks.h"
#include "sweep/grid.h"

static void write_images(struct scratch *scratch) {
    static const char *const names[] = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                                        "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"};
    for (size_t i = 0; i < 4; i++)
        scratch_write(scratch, names[i], "", 0);
}

/* The looks that it takes to make the grid and to resolve the options of all its runs. */
static size_t looks_of(const char *dataset, const char *seeds, size_t n_runs) {
    struct option_list list = {.n = 0};
    struct sweep_grid grid;
    struct error err = {.message = ""};
    const size_t before = looks;
    option_list_add(&list, option_find("dataset"), NULL, dataset, &err);
    option_list_add(&list, option_find("normal"), NULL, "0..9", &err);
    option_list_add(&list, option_find("seed"), NULL, seeds, &err);
    if (sweep_grid_make(&grid, &list, NULL, NULL, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    assert_int_equal(grid.n, n_runs);
    for (size_t i = 0; i < grid.n; i++) {
        struct config config;
        if (option_list_resolve(&grid.runs[i].options, &config, &err) != STATUS_OK)
            fail_msg("%s", err.message);
    }
    sweep_grid_free(&grid);
    option_list_free(&list);
    return looks - before;
}

static void own_images_are_found_once(void **state) {
    struct scratch *scratch = *state;
    write_images(scratch);
    const size_t of_few = looks_of(scratch->directory, "1,2", 20);
    assert_in_range(of_few, 1, 4);
    assert_int_equal(looks_of(scratch->directory, "1..100", 1000), of_few);
}

static void a_list_of_data_sets_is_found_once_each(void **state) {
    struct scratch *scratch = *state;
    char list[128];
    write_images(scratch);
    snprintf(list, sizeof list, "mnist,%s", scratch->directory);
    assert_int_equal(looks_of(list, "1..50", 1000), looks_of(list, "1,2", 40));
}

static void names_are_not_looked_for(void **state) {
    (void)state;
    assert_int_equal(looks_of("mnist", "1..100", 1000), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_images_are_found_once),
        cmocka_unit_test(a_list_of_data_sets_is_found_once_each),
        cmocka_unit_test(names_are_not_looked_for),
    };
    return cmocka_run_group_tests_name("sources of a sweep", tests, scratch_setup,
                                       scratch_teardown);
}
