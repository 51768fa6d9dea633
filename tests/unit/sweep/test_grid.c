/* Lists of values, the grid they span, its directories, and the commands of its runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config/json.h"
#include "sweep/command.h"
#include "sweep/grid.h"
#include "sweep/values.h"

/* ---- lists */

/* What `text` comes to, with blanks between; "! message" when it is refused. */
static const char *values_of(const char *name, const char *text) {
    static char result[2048];
    struct sweep_values values;
    struct error err = {.message = ""};
    result[0] = '\0';
    if (sweep_values_parse(&values, option_find(name), text, &err) != STATUS_OK)
        snprintf(result, sizeof result, "! %s", err.message);
    else
        for (size_t i = 0; i < values.n; i++) {
            const size_t used = strlen(result);
            snprintf(result + used, sizeof result - used, "%s%s", i > 0 ? " " : "",
                     values.values[i]);
        }
    sweep_values_free(&values);
    return result;
}

static void lists_and_ranges(void **state) {
    (void)state;
    static const char *const cases[][3] = {
        {"seed", "7", "7"},
        {"seed", "1..10", "1 2 3 4 5 6 7 8 9 10"},
        {"normal", "0..3,7", "0 1 2 3 7"},
        {"normal", "-1..1", "-1 0 1"},
        {"normal", "5,0,1", "5 0 1"},
        {"seed", "3..3", "3"},
        {"hard-margin", "0,1", "0 1"},
        {"hard-margin", "0..1", "0 1"},
        {"nu", "0.01,1e-1", "0.01 0.1"},
        {"solver", "adam,sgd", "adam sgd"},
        {"loss", "svdd,autoencoder,ce", "svdd autoencoder ce"},
        {"dataset", "mnist,cifar10", "mnist cifar10"},
        {"dataset", "../images", "../images"},
        {"data-dir", "a,b..c", "a,b..c"},
        {"xp-dir", "../log", "../log"},
        {"in-name", "a,b", "a,b"},
        {"lr", "anything alone", "anything alone"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(values_of(cases[i][0], cases[i][1]), cases[i][2]);
}

static void bad_lists_name_their_option(void **state) {
    (void)state;
    static const char *const cases[][3] = {
        {"seed", "1,", "! --seed 1,: a value of the list is missing"},
        {"seed", ",", "! --seed ,: a value of the list is missing"},
        {"seed", "1,,2", "! --seed 1,,2: a value of the list is missing"},
        {"seed", "1..", "! --seed 1..: the range 1.. has no end"},
        {"seed", "7,..3", "! --seed 7,..3: the range ..3 has no beginning"},
        {"seed", "..", "! --seed ..: the range .. has no beginning"},
        {"seed", "1...3", "! --seed 1...3: .3 must be an integer >= 0"},
        {"seed", "1..2..3",
         "! --seed 1..2..3: 2..3 must be an integer >= 0; 'deepsvdd sweep' takes lists (0,1) and "
         "ranges (0..9)"},
        {"normal", "0,10", "! --normal 0,10: 10 must be an integer in -1..9"},
        {"normal", "8..10", "! --normal 8..10: 10 must be an integer in -1..9"},
        {"normal", "0, 1", "! --normal 0, 1:  1 must be an integer in -1..9"},
        {"normal", "3..1", "! --normal 3..1: the range ends before it begins"},
        {"normal", "0..3,2", "! --normal 0..3,2: 2 is there twice"},
        {"nu", "0.1,1e-1", "! --nu 0.1,1e-1: 0.1 is there twice"},
        {"nu", "0.1..0.5",
         "! --nu 0.1..0.5: ranges are for integers; put commas between the values"},
        {"nu", "0.1,2", "! --nu 0.1,2: 2 must be a number in (0, 1]"},
        {"seed", "0..10000", "! --seed 0..10000: more than 10000 values"},
        {"seed", "0..2147483647", "! --seed 0..2147483647: more than 10000 values"},
        {"seed", "0..9998,20000,20001", "! --seed 0..9998,20000,20001: more than 10000 values"},
        {"seed", "0..99999999999999999999",
         "! --seed 0..99999999999999999999: 99999999999999999999 must be "},
        {"threads", "1,2", "! --threads 1,2: takes no list, since results do not depend on it"},
        {"solver", "adam,adem",
         "! --solver adam,adem: adem must be one of sgd, momentum, nesterov, adagrad, rmsprop, "
         "adadelta, "
         "adam, adamax, amsgrad"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *got = values_of(cases[i][0], cases[i][1]);
        /* the message of a number that is too large is option_parse's */
        if (strstr(cases[i][1], "99999999999999999999") != NULL)
            assert_memory_equal(got, cases[i][2], strlen(cases[i][2]));
        else
            assert_string_equal(got, cases[i][2]);
    }
}

/* ---- grids */

/* The grid of the options name, value, name, value..., NULL. */
static int make(struct sweep_grid *grid, struct error *err, ...) {
    struct option_list list = {0};
    va_list arguments;
    va_start(arguments, err);
    const char *name;
    int status = STATUS_OK;
    while (status == STATUS_OK && (name = va_arg(arguments, const char *)) != NULL) {
        const char *prefix;
        const struct option *option = option_find_prefixed(name, &prefix);
        assert_non_null(option);
        status = option_list_add(&list, option, prefix, va_arg(arguments, const char *), err);
    }
    va_end(arguments);
    const char *root = NULL, *cache = NULL;
    for (size_t i = 0; i < list.n; i++)
        if (strcmp(list.values[i].option->name, "xp-dir") == 0)
            root = list.values[i].value;
        else if (strcmp(list.values[i].option->name, "pretrain-cache") == 0)
            cache = list.values[i].value;
    status = sweep_grid_make(grid, &list, root, cache, err);
    option_list_free(&list);
    return status;
}

#define MAKE(grid, ...)                                                                            \
    do {                                                                                           \
        struct error make_error = {.message = ""};                                                 \
        if (make(grid, &make_error, __VA_ARGS__, NULL) != STATUS_OK)                               \
            fail_msg("%s", make_error.message);                                                    \
    } while (0)

#define REFUSED(text, ...)                                                                         \
    do {                                                                                           \
        struct sweep_grid refused;                                                                 \
        struct error make_error = {.message = ""};                                                 \
        assert_int_equal(make(&refused, &make_error, __VA_ARGS__, NULL), STATUS_USAGE);            \
        assert_string_equal(make_error.message, text);                                             \
        sweep_grid_free(&refused);                                                                 \
    } while (0)

static void expect_directories(const struct sweep_grid *grid, const char *const *expected) {
    size_t n = 0;
    for (; expected[n] != NULL; n++) {
        assert_in_range(n, 0, grid->n - 1);
        assert_string_equal(grid->runs[n].directory, expected[n]);
    }
    assert_int_equal(grid->n, n);
}

static void published_layout(void **state) {
    (void)state;
    struct sweep_grid grid;
    MAKE(&grid, "dataset", "mnist", "hard-margin", "0,1", "seed", "7,8", "normal", "3..4");
    expect_directories(&grid, (const char *const[]){
                                  "log/mnist/deepSVDD_soft/3vsall/seed_7",
                                  "log/mnist/deepSVDD/3vsall/seed_7",
                                  "log/mnist/deepSVDD_soft/3vsall/seed_8",
                                  "log/mnist/deepSVDD/3vsall/seed_8",
                                  "log/mnist/deepSVDD_soft/4vsall/seed_7",
                                  "log/mnist/deepSVDD/4vsall/seed_7",
                                  "log/mnist/deepSVDD_soft/4vsall/seed_8",
                                  "log/mnist/deepSVDD/4vsall/seed_8",
                                  NULL,
                              });
    assert_string_equal(grid.runs[1].method, "one-class");
    assert_int_equal(grid.runs[4].normal, 4);
    assert_int_equal(grid.runs[6].seed, 8);
    /* objectives of one class and seed share their pretraining */
    assert_int_equal(grid.n_groups, 4);
    for (size_t i = 0; i < grid.n; i += 2) {
        assert_int_equal(grid.runs[i].group, grid.runs[i + 1].group);
        assert_int_equal(grid.runs[i].member, 0);
        assert_int_equal(grid.runs[i + 1].member, 1);
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(grid.runs[i].group, grid.runs[j].group);
    }
    sweep_grid_free(&grid);
}

static void further_lists_get_a_part_of_their_own(void **state) {
    (void)state;
    struct sweep_grid grid;
    MAKE(&grid, "dataset", "some/cifar10/", "dataset", "cifar10", "xp-dir", "here/", "nu",
         "0.01,1e-1", "hard-margin", "0", "normal", "-1", "outlier", "2,3", "solver", "sgd,adam",
         "solver", "adam,sgd");
    expect_directories(&grid, (const char *const[]){
                                  "here/cifar10/deepSVDD_soft/nu_0.01/solver_adam/allvs2/seed_0",
                                  "here/cifar10/deepSVDD_soft/nu_0.01/solver_sgd/allvs2/seed_0",
                                  "here/cifar10/deepSVDD_soft/nu_0.1/solver_adam/allvs2/seed_0",
                                  "here/cifar10/deepSVDD_soft/nu_0.1/solver_sgd/allvs2/seed_0",
                                  "here/cifar10/deepSVDD_soft/nu_0.01/solver_adam/allvs3/seed_0",
                                  "here/cifar10/deepSVDD_soft/nu_0.01/solver_sgd/allvs3/seed_0",
                                  "here/cifar10/deepSVDD_soft/nu_0.1/solver_adam/allvs3/seed_0",
                                  "here/cifar10/deepSVDD_soft/nu_0.1/solver_sgd/allvs3/seed_0",
                                  NULL,
                              });
    assert_int_equal(grid.n_groups, 2);
    assert_int_equal(grid.runs[3].member, 3);
    sweep_grid_free(&grid);
}

/* An autoencoder has no objective and no nu: one run whatever they are, and the same one as without
 * these lists. */
static void an_autoencoder_is_not_multiplied(void **state) {
    (void)state;
    struct sweep_grid grid, alone;
    MAKE(&grid, "dataset", "mnist", "loss", "svdd,autoencoder", "hard-margin", "1,0", "nu",
         "0.1,0.2", "kernel", "auto,blas");
    expect_directories(&grid, (const char *const[]){
                                  "log/mnist/deepSVDD/nu_0.1/kernel_auto/0vsall/seed_0",
                                  "log/mnist/deepSVDD/nu_0.1/kernel_blas/0vsall/seed_0",
                                  "log/mnist/deepSVDD/nu_0.2/kernel_auto/0vsall/seed_0",
                                  "log/mnist/deepSVDD/nu_0.2/kernel_blas/0vsall/seed_0",
                                  "log/mnist/deepSVDD_soft/nu_0.1/kernel_auto/0vsall/seed_0",
                                  "log/mnist/deepSVDD_soft/nu_0.1/kernel_blas/0vsall/seed_0",
                                  "log/mnist/deepSVDD_soft/nu_0.2/kernel_auto/0vsall/seed_0",
                                  "log/mnist/deepSVDD_soft/nu_0.2/kernel_blas/0vsall/seed_0",
                                  "log/mnist/autoencoder/kernel_auto/0vsall/seed_0",
                                  "log/mnist/autoencoder/kernel_blas/0vsall/seed_0",
                                  NULL,
                              });
    /* what another kernel trains has other last digits */
    assert_int_equal(grid.n_groups, 2);
    assert_int_equal(grid.runs[8].group, grid.runs[0].group);
    assert_int_equal(grid.runs[9].group, grid.runs[1].group);
    MAKE(&alone, "dataset", "mnist", "loss", "autoencoder", "hard-margin", "1");
    struct config here, there;
    struct error err;
    assert_int_equal(option_list_resolve(&grid.runs[8].options, &here, &err), STATUS_OK);
    assert_int_equal(option_list_resolve(&alone.runs[0].options, &there, &err), STATUS_OK);
    cJSON *json = config_to_json(&here);
    assert_null(config_difference(&there, json));
    cJSON_Delete(json);
    assert_string_equal(alone.runs[0].directory, "log/mnist/autoencoder/0vsall/seed_0");
    sweep_grid_free(&grid);
    sweep_grid_free(&alone);
}

static void one_class_against_each_other(void **state) {
    (void)state;
    struct sweep_grid grid;
    MAKE(&grid, "dataset", "mnist", "normal", "0..2", "outlier", "0..2");
    expect_directories(&grid, (const char *const[]){
                                  "log/mnist/deepSVDD_soft/0vs1/seed_0",
                                  "log/mnist/deepSVDD_soft/0vs2/seed_0",
                                  "log/mnist/deepSVDD_soft/1vs0/seed_0",
                                  "log/mnist/deepSVDD_soft/1vs2/seed_0",
                                  "log/mnist/deepSVDD_soft/2vs0/seed_0",
                                  "log/mnist/deepSVDD_soft/2vs1/seed_0",
                                  NULL,
                              });
    sweep_grid_free(&grid);
}

static void a_class_is_not_against_itself(void **state) {
    (void)state;
    static const struct {
        const char *normal, *outlier, *expected[3];
    } cases[] = {
        {"2..4",
         "3",
         {"log/mnist/deepSVDD_soft/2vs3/seed_0", "log/mnist/deepSVDD_soft/4vs3/seed_0"}},
        {"3",
         "2..4",
         {"log/mnist/deepSVDD_soft/3vs2/seed_0", "log/mnist/deepSVDD_soft/3vs4/seed_0"}},
        {"03", "3,5", {"log/mnist/deepSVDD_soft/3vs5/seed_0"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sweep_grid grid;
        MAKE(&grid, "dataset", "mnist", "normal", cases[i].normal, "outlier", cases[i].outlier);
        expect_directories(&grid, cases[i].expected);
        sweep_grid_free(&grid);
    }
    struct sweep_grid grid; /* normal is 0 where it is not given */
    MAKE(&grid, "dataset", "mnist", "outlier", "0,1");
    expect_directories(&grid, (const char *const[]){"log/mnist/deepSVDD_soft/0vs1/seed_0", NULL});
    sweep_grid_free(&grid);
}

static void lists_without_effect_are_named(void **state) {
    (void)state;
    struct sweep_grid grid;
    MAKE(&grid, "dataset", "mnist", "loss", "autoencoder", "lr", "1e-3,1e-4", "nu", "0.1,0.2",
         "ae-lr", "1e-3,1e-4");
    assert_int_equal(grid.n, 2);
    assert_string_equal(grid.without_effect, "--nu, --lr");
    sweep_grid_free(&grid);
    MAKE(&grid, "dataset", "mnist", "loss", "ce,autoencoder", "lr", "1e-3,1e-4", "nu", "0.1,0.2",
         "out-frac", "0.1");
    assert_string_equal(grid.without_effect, "--nu");
    sweep_grid_free(&grid);
    MAKE(&grid, "dataset", "mnist", "loss", "svdd,autoencoder", "nu", "0.1,0.2");
    assert_string_equal(grid.without_effect, "");
    sweep_grid_free(&grid);
}

static void phases_that_a_run_has(void **state) {
    (void)state;
    struct sweep_grid grid;
    MAKE(&grid, "dataset", "mnist", "loss", "svdd,autoencoder", "ae-n-epochs", "7", "n-epochs",
         "5");
    assert_int_equal(grid.runs[0].n_epochs[HISTORY_PRETRAIN], 7);
    assert_int_equal(grid.runs[0].n_epochs[HISTORY_TRAIN], 5);
    assert_int_equal(grid.runs[1].n_epochs[HISTORY_PRETRAIN], 7);
    assert_int_equal(grid.runs[1].n_epochs[HISTORY_TRAIN], 0);
    sweep_grid_free(&grid);
    MAKE(&grid, "dataset", "mnist", "pretrain", "0", "seed", "1,2");
    assert_int_equal(grid.runs[0].n_epochs[HISTORY_PRETRAIN], 0);
    sweep_grid_free(&grid);
}

static void nothing_is_shared_where_nothing_is_pretrained(void **state) {
    (void)state;
    static const char *const options[][2] = {
        {"pretrain", "0"}, {"in-name", "weights"}, {"pretrain-cache", ""}};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        struct sweep_grid grid;
        MAKE(&grid, "dataset", "mnist", "hard-margin", "0,1", options[i][0], options[i][1]);
        assert_int_equal(grid.n_groups, 0);
        assert_int_equal(grid.runs[0].group, SWEEP_NO_GROUP);
        sweep_grid_free(&grid);
    }
    struct sweep_grid grid;
    MAKE(&grid, "dataset", "mnist", "loss", "svdd,autoencoder", "pretrain", "0");
    assert_int_equal(grid.runs[0].group, SWEEP_NO_GROUP);
    assert_int_equal(grid.runs[1].group, 0);
    sweep_grid_free(&grid);
}

static void what_makes_no_grid_is_refused(void **state) {
    (void)state;
    REFUSED("the lists of values make more than 10000 runs: split the sweep", "dataset", "mnist",
            "seed", "1..2000", "normal", "0..9");
    REFUSED("--normal 3 --outlier 3: the two classes must differ", "dataset", "mnist", "normal",
            "3", "outlier", "3", "seed", "1,2");
    REFUSED("--block-coordinate 1 with --hard-margin 1: the one-class objective has no radius to "
            "solve for; give --block-coordinate 0 or --hard-margin 0",
            "dataset", "mnist", "hard-margin", "0,1", "block-coordinate", "1");
    REFUSED("--cifar10-normal 1: not an option of dataset mnist", "dataset", "mnist",
            "cifar10-normal", "1,2", "normal", "1");
    REFUSED("--nu 3: must be a number in (0, 1]", "dataset", "mnist", "nu", "3");
    char dataset[2100];
    memset(dataset, 'a', sizeof dataset);
    dataset[sizeof dataset - 1] = '\0';
    struct sweep_grid grid;
    struct error err = {.message = ""};
    assert_int_equal(make(&grid, &err, "dataset", "mnist", "xp-dir", dataset, NULL), STATUS_USAGE);
    sweep_grid_free(&grid);
    assert_int_equal(make(&grid, &err, "seed", "1,2", NULL), STATUS_USAGE);
    assert_memory_equal(err.message, "--dataset is required", 21);
    sweep_grid_free(&grid);
}

/* ---- commands */

static void expect_line(const struct sweep_run *run, const char *expected) {
    struct error err = {.message = ""};
    char *line = NULL;
    assert_int_equal(sweep_command_line(run, "/bin/deepsvdd", &line, &err), STATUS_OK);
    assert_string_equal(line, expected);
    free(line);
}

static void commands(void **state) {
    (void)state;
    struct sweep_grid grid;
    MAKE(&grid, "dataset", "mnist", "seed", "4,5", "hard-margin", "1", "seed", "5,6", "quiet", "1",
         "force", "1", "mnist-normal", "2");
    expect_line(&grid.runs[1],
                "/bin/deepsvdd train --dataset mnist --hard-margin 1 --seed 6 --force --normal 2 "
                "--pretrain-cache log/cache --xp-dir log/mnist/deepSVDD/2vsall/seed_6");
    char **command = sweep_command(&grid.runs[1], "/bin/deepsvdd");
    assert_string_equal(command[0], "/bin/deepsvdd");
    assert_string_equal(command[1], "train");
    assert_string_equal(command[2], "--dataset");
    assert_string_equal(command[3], "mnist");
    assert_null(command[15]);
    free(command);
    sweep_grid_free(&grid);
}

static void commands_are_quoted_for_a_shell(void **state) {
    (void)state;
    struct sweep_grid grid;
    MAKE(&grid, "dataset", "mnist", "data-dir", "it's $HOME", "xp-dir", "--x", "pretrain-cache",
         "");
    expect_line(&grid.runs[0], "/bin/deepsvdd train --dataset mnist --data-dir 'it'\\''s $HOME' "
                               "--pretrain-cache= --xp-dir=--x/mnist/deepSVDD_soft/0vsall/seed_0");
    sweep_grid_free(&grid);
    MAKE(&grid, "dataset", "mnist", "data-dir", "two\nlines");
    struct error err = {.message = ""};
    char *line = NULL;
    assert_int_equal(sweep_command_line(&grid.runs[0], "/bin/deepsvdd", &line, &err), STATUS_USAGE);
    assert_null(line);
    sweep_grid_free(&grid);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_and_ranges),
        cmocka_unit_test(bad_lists_name_their_option),
        cmocka_unit_test(published_layout),
        cmocka_unit_test(further_lists_get_a_part_of_their_own),
        cmocka_unit_test(an_autoencoder_is_not_multiplied),
        cmocka_unit_test(one_class_against_each_other),
        cmocka_unit_test(a_class_is_not_against_itself),
        cmocka_unit_test(lists_without_effect_are_named),
        cmocka_unit_test(phases_that_a_run_has),
        cmocka_unit_test(nothing_is_shared_where_nothing_is_pretrained),
        cmocka_unit_test(what_makes_no_grid_is_refused),
        cmocka_unit_test(commands),
        cmocka_unit_test(commands_are_quoted_for_a_shell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
