/* Every row of the option table against a transcript of the option list: presets, the values at the
 * ends of each range, and those just outside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "config/config.h"
#include "config/option.h"
#include "data/preprocess.h"
#include "nn/patches.h"
#include "nn/solver.h"

/* Presets as option_print writes them, NULL where the preset is worked out; accepted and refused
 * values, space-separated. */
struct row {
    const char *name, *mnist, *cifar10, *gtsrb, *accepted, *refused;
};

#define FLAG_VALUES "0 1", "-1 2 0.5 yes true 01x"
#define SOLVER_WORDS "sgd momentum nesterov adagrad rmsprop adadelta adam adamax amsgrad"
#define POSITIVE "1e-300 0.5 1e300", "0 -1 nan inf 1e999 0x1p3 1,5 1e 1.0.0 abc"
#define COUNT_FROM_0 "0 1 2147483647", "-1 2147483648 99999999999999999999 1.5 1e3 x"
#define COUNT_FROM_1 "1 2147483647", "0 -1 2147483648 1.5 x"
#define FRACTION "0 0.5 0.999999", "1 1.5 -1e-9 nan"
#define FACTOR "1 10 1e9", "0.999 0 -1 inf"
#define CLASS "-1 0 9", "-2 10 3.0 three"

static const struct row rows[] = {
    {"dataset", NULL, NULL, NULL, "mnist fashion-mnist cifar10 gtsrb", ""},
    {"data-dir", "data", "data", "data", "data /elsewhere", ""},
    {"normal", "0", "0", "0", CLASS},
    {"outlier", "-1", "-1", "-1", CLASS},
    {"out-frac", "0", "0", "0", FRACTION},
    {"val-frac", "0", "0.2", "0", FRACTION},
    {"seed", "0", "0", "0", COUNT_FROM_0},
    {"gcn", "1", "1", "0", FLAG_VALUES},
    {"unit-norm-used", "l1", "l1", "l1", "l1 l2 std", "l3 l L1 linf"},
    {"zca-whitening", "0", "0", "0", FLAG_VALUES},
    {"pca", "0", "0", "0", FLAG_VALUES},
    {"architecture", "1", "3", "1", "1 2 3", "0 4 -1"},
    {"rep-dim", "32", "128", "32", COUNT_FROM_1},
    {"bias", "0", "0", "0", FLAG_VALUES},
    {"use-batch-norm", "1", "1", "1", FLAG_VALUES},
    {"bn-affine", "1", "1", "1", FLAG_VALUES},
    {"leaky-relu", "1", "1", "1", FLAG_VALUES},
    {"dropout", "0", "0", "0", FLAG_VALUES},
    {"dropout-arch", "0", "0", "0", FLAG_VALUES},
    {"weight-dict-init", "1", NULL, NULL, FLAG_VALUES},
    {"weight-dict-patches", "published", "published", "published", "published image", "numpy 0"},
    {"loss", "svdd", "svdd", "svdd", "svdd autoencoder ce", "svd ae 0"},
    {"hard-margin", "0", "0", "0", FLAG_VALUES},
    {"nu", "0.1", "0.1", "0.1", "1e-9 0.1 1", "0 -0.1 1.0001 nan inf"},
    {"c-mean-init", "1", "1", "1", FLAG_VALUES},
    {"c-mean-init-n-batches", "-1", "-1", "-1", "-1 1 2147483647", "0 -2 1.5"},
    {"center-fixed", "1", "1", "1", FLAG_VALUES},
    {"block-coordinate", NULL, NULL, NULL, FLAG_VALUES},
    {"k-update-epochs", "5", "5", "5", COUNT_FROM_1},
    {"warm-up-n-epochs", "10", "10", "10", COUNT_FROM_0},
    {"R-update-solver", "minimize_scalar", "minimize_scalar", "minimize_scalar",
     "minimize_scalar lp", "minimize qp"},
    {"R-update-scalar-method", "bounded", "bounded", "bounded", "brent bounded golden", "newton"},
    {"R-update-lp-obj", "primal", "primal", "primal", "primal dual", "both"},
    {"weight-decay", "1", "1", "1", FLAG_VALUES},
    {"C", "1000000", "1000000", "1000000", POSITIVE},
    {"reconstruction-penalty", "0", "0", "0", FLAG_VALUES},
    {"C-rec", "1000", "1000", "1000", POSITIVE},
    {"solver", "adam", "adam", "adam", SOLVER_WORDS, "lbfgs ada Adam"},
    {"lr", "0.0001", "0.0001", "0.0001", POSITIVE},
    {"lr-drop", "1", "1", "1", FLAG_VALUES},
    {"lr-drop-in-epoch", "50", "50", "50", COUNT_FROM_0},
    {"lr-drop-factor", "10", "10", "10", FACTOR},
    {"lr-decay", "0", "0", "0", FLAG_VALUES},
    {"lr-decay-after-epoch", "10", "10", "10", COUNT_FROM_1},
    {"momentum", "0.9", "0.9", "0.9", FRACTION},
    {"rho", NULL, NULL, NULL, FRACTION},
    {"n-epochs", "150", "150", "150", COUNT_FROM_0},
    {"batch-size", "200", "200", "64", COUNT_FROM_1},
    {"shuffle", "batch", "batch", "batch", "batch sample", "none"},
    {"pretrain", "1", "1", "1", FLAG_VALUES},
    {"ae-n-epochs", "150", "350", "350", COUNT_FROM_0},
    {"ae-lr", "0.0001", "0.0001", "0.0001", POSITIVE},
    {"ae-solver", "adam", "adam", "adam", SOLVER_WORDS, "lbfgs"},
    {"ae-loss", "l2", "l2", "l2", "l2 ce", "l1"},
    {"ae-lr-drop", "0", "1", "1", FLAG_VALUES},
    {"ae-lr-drop-in-epoch", "50", "250", "250", COUNT_FROM_0},
    {"ae-lr-drop-factor", "10", "10", "10", FACTOR},
    {"ae-weight-decay", "1", "1", "1", FLAG_VALUES},
    {"ae-C", "1000", "1000000", "1000000", POSITIVE},
    {"pretrain-cache", "", "", "", "dir /tmp/cache", ""},
    {"in-name", "", "", "", "weights.safetensors", ""},
    {"save-at", "0", "0", "0", COUNT_FROM_0},
    {"xp-dir", NULL, NULL, NULL, "log/x", ""},
    {"out-name", "", "", "", "prefix", ""},
    {"nnet-diagnostics", "1", "0", "0", FLAG_VALUES},
    {"e1-diagnostics", "0", "0", "0", FLAG_VALUES},
    {"ae-diagnostics", "1", "0", "0", FLAG_VALUES},
    {"device", "cpu", "cpu", "cpu", "cpu", "gpu cuda gpu0"},
    {"kernel", "auto", "auto", "auto", "auto avx512 avx2 blas", "sse neon"},
    {"threads", "1", "1", "1", COUNT_FROM_1},
    {"force", NULL, NULL, NULL, FLAG_VALUES},
    {"quiet", NULL, NULL, NULL, FLAG_VALUES},
    {"verbose", NULL, NULL, NULL, FLAG_VALUES},
};

enum { N_ROWS = sizeof rows / sizeof rows[0] };

static void table_has_these_rows(void **state) {
    (void)state;
    assert_int_equal(option_count, N_ROWS);
    for (size_t i = 0; i < N_ROWS; i++) {
        const struct option *option = option_find(rows[i].name);
        assert_non_null(option);
        assert_string_equal(option->name, rows[i].name);
        assert_non_null(option->group);
        assert_non_null(option->help);
    }
    assert_null(option_find("no-such-option"));
    assert_null(option_find(""));
    assert_null(option_find("hard-margi"));
    assert_ptr_equal(option_find("hard_margin"), option_find("hard-margin"));
    assert_ptr_equal(option_find("c_mean-init_n_batches"), option_find("c-mean-init-n-batches"));
}

static void presets_are_published_values(void **state) {
    (void)state;
    static const char *const datasets[] = {"mnist", "fashion-mnist", "cifar10", "gtsrb"};
    for (size_t d = 0; d < 4; d++) {
        struct config config;
        struct source source;
        struct error err;
        assert_int_equal(source_find(&source, datasets[d], &err), STATUS_OK);
        assert_int_equal(config_preset(&config, &source, &err), STATUS_OK);
        assert_string_equal(config.dataset, datasets[d]);
        for (size_t i = 0; i < N_ROWS; i++) {
            const char *const expected[] = {rows[i].mnist, rows[i].mnist, rows[i].cifar10,
                                            rows[i].gtsrb};
            char text[CONFIG_PATH_SIZE];
            option_print(&config, option_find(rows[i].name), text, sizeof text);
            if (expected[d] != NULL)
                assert_string_equal(text, expected[d]);
        }
    }
}

/* The words of a choice are the constants of its enum: one that is moved moves its word with it. */
static void words_are_constants(void **state) {
    (void)state;
    static const struct {
        const char *name, *word;
        int constant;
    } choices[] = {
        {"loss", "svdd", LOSS_SVDD},
        {"loss", "autoencoder", LOSS_AUTOENCODER},
        {"loss", "ce", LOSS_CE},
        {"ae-loss", "l2", AE_LOSS_L2},
        {"ae-loss", "ce", AE_LOSS_CE},
        {"shuffle", "batch", SHUFFLE_BATCH},
        {"shuffle", "sample", SHUFFLE_SAMPLE},
        {"unit-norm-used", "l1", NORM_L1},
        {"unit-norm-used", "l2", NORM_L2},
        {"unit-norm-used", "std", NORM_STD},
        {"weight-dict-patches", "published", PATCH_PUBLISHED},
        {"weight-dict-patches", "image", PATCH_IMAGE},
        {"solver", "sgd", SOLVER_SGD},
        {"solver", "momentum", SOLVER_MOMENTUM},
        {"solver", "nesterov", SOLVER_NESTEROV},
        {"solver", "adagrad", SOLVER_ADAGRAD},
        {"solver", "rmsprop", SOLVER_RMSPROP},
        {"solver", "adadelta", SOLVER_ADADELTA},
        {"solver", "adam", SOLVER_ADAM},
        {"solver", "adamax", SOLVER_ADAMAX},
        {"solver", "amsgrad", SOLVER_AMSGRAD},
        {"ae-solver", "amsgrad", SOLVER_AMSGRAD},
    };
    for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
        const struct option *option = option_find(choices[i].name);
        struct config config;
        struct error err;
        assert_int_equal(option_parse(&config, option, choices[i].word, &err), STATUS_OK);
        assert_int_equal(*(const int *)(const void *)((const char *)&config + option->offset),
                         choices[i].constant);
    }
}

static void keys_have_underscores(void **state) {
    (void)state;
    char key[OPTION_KEY_SIZE];
    option_key(option_find("c-mean-init-n-batches"), key);
    assert_string_equal(key, "c_mean_init_n_batches");
    option_key(option_find("R-update-lp-obj"), key);
    assert_string_equal(key, "R_update_lp_obj");
    for (size_t i = 0; i < option_count; i++) {
        option_key(&option_table[i], key);
        assert_null(strchr(key, '-'));
        assert_ptr_equal(option_find(key), &option_table[i]);
    }
}

/* Calls `check` for every word. */
static void each_word(const char *words, const char *name,
                      void (*check)(const struct option *, const char *)) {
    while (*words != '\0') {
        char word[128];
        const size_t length = strcspn(words, " ");
        snprintf(word, sizeof word, "%.*s", (int)length, words);
        check(option_find(name), word);
        words += length + (words[length] == ' ');
    }
}

static void accepts(const struct option *option, const char *value) {
    struct config config = {.seed = 0}, again = {.seed = 0};
    struct error err = {.message = ""};
    char text[CONFIG_PATH_SIZE];
    if (option_parse(&config, option, value, &err) != STATUS_OK)
        fail_msg("--%s %s refused: %s", option->name, value, err.message);
    option_print(&config, option, text, sizeof text);
    assert_int_equal(option_parse(&again, option, text, &err), STATUS_OK);
    assert_memory_equal(&config, &again, sizeof config);
}

static void refuses(const struct option *option, const char *value) {
    struct config config = {.seed = 0}, before = {.seed = 0};
    struct error err = {.message = ""};
    char start[256];
    if (option_parse(&config, option, value, &err) != STATUS_USAGE)
        fail_msg("--%s %s accepted", option->name, value);
    snprintf(start, sizeof start, "--%s %s: must be ", option->name, value);
    assert_int_equal(strncmp(err.message, start, strlen(start)), 0);
    assert_memory_equal(&config, &before, sizeof config);
}

static void ranges_are_enforced(void **state) {
    (void)state;
    for (size_t i = 0; i < N_ROWS; i++) {
        each_word(rows[i].accepted, rows[i].name, accepts);
        each_word(rows[i].refused, rows[i].name, refuses);
        if (option_find(rows[i].name)->type != OPTION_TEXT) {
            refuses(option_find(rows[i].name), "");
            refuses(option_find(rows[i].name), " 1");
            refuses(option_find(rows[i].name), "1 ");
        }
    }
}

static void messages_give_the_range(void **state) {
    (void)state;
    static const char *const cases[][3] = {
        {"nu", "2", "--nu 2: must be a number in (0, 1]"},
        {"lr", "0", "--lr 0: must be a number > 0"},
        {"normal", "10", "--normal 10: must be an integer in -1..9"},
        {"seed", "-1", "--seed -1: must be an integer >= 0"},
        {"normal", "0-9",
         "--normal 0-9: must be an integer in -1..9; 'deepsvdd sweep' takes lists (0,1) and ranges "
         "(0..9)"},
        {"gcn", "2", "--gcn 2: must be 0 or 1"},
        {"loss", "x", "--loss x: must be one of svdd, autoencoder, ce"},
        {"device", "gpu", "--device gpu: must be cpu"},
        {"c-mean-init-n-batches", "0", "--c-mean-init-n-batches 0: must be an integer, -1 or >= 1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct config config;
        struct error err;
        assert_int_equal(option_parse(&config, option_find(cases[i][0]), cases[i][1], &err),
                         STATUS_USAGE);
        assert_string_equal(err.message, cases[i][2]);
    }
}

static void long_text_is_refused(void **state) {
    (void)state;
    char text[CONFIG_PATH_SIZE + 1];
    struct config config = {.seed = 0};
    struct error err;
    memset(text, 'a', sizeof text);
    text[CONFIG_PATH_SIZE] = '\0';
    assert_int_equal(option_parse(&config, option_find("xp-dir"), text, &err), STATUS_USAGE);
    assert_non_null(strstr(err.message, "--xp-dir"));
    text[CONFIG_PATH_SIZE - 1] = '\0';
    assert_int_equal(option_parse(&config, option_find("xp-dir"), text, &err), STATUS_OK);
    assert_string_equal(config.xp_dir, text);
}

/* What tables and sweeps read of a row. */
static void flags_agree(void **state) {
    (void)state;
    static const char tabulated[] = " dataset normal outlier seed loss hard-margin ";
    size_t n_tabulated = 0;
    for (size_t i = 0; i < option_count; i++) {
        const struct option *option = &option_table[i];
        char word[64];
        snprintf(word, sizeof word, " %s ", option->name);
        assert_int_equal(option->tabulated, strstr(tabulated, word) != NULL);
        n_tabulated += option->tabulated;
        assert_false(option->same_numbers && (option->without_effect || option->tabulated));
        /* the loss decides whether there is an objective to have options; a dictionary of filters,
         * a batch size or a momentum is the autoencoder's, too */
        const bool of_objective = strcmp(option->group, "Objective") == 0;
        if (of_objective && strcmp(option->name, "loss") != 0)
            assert_int_not_equal(option->used, USED_BY_ALL);
        if (strcmp(option->group, "Training") == 0)
            assert_int_equal(option->used == USED_BY_ALL, option->shapes_pretraining);
        assert_true(of_objective || option->used != USED_BY_SVDD);
        assert_false(option->shapes_pretraining && option->used != USED_BY_ALL);
    }
    assert_int_equal(n_tabulated, 6);
}

static void options_that_keep_all_numbers(void **state) {
    (void)state;
    static const char *const without[] = {"data_dir",       "xp_dir",  "threads",
                                          "pretrain_cache", "kernel",  "nnet_diagnostics",
                                          "ae_diagnostics", "save_at", "out_name"};
    static const char *const with[] = {"nu", "ae_n_epochs", "seed", "in_name"};
    for (size_t i = 0; i < sizeof without / sizeof without[0]; i++)
        assert_true(option_keeps_numbers(option_find(without[i])));
    for (size_t i = 0; i < sizeof with / sizeof with[0]; i++)
        assert_false(option_keeps_numbers(option_find(with[i])));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_has_these_rows),
        cmocka_unit_test(presets_are_published_values),
        cmocka_unit_test(ranges_are_enforced),
        cmocka_unit_test(messages_give_the_range),
        cmocka_unit_test(long_text_is_refused),
        cmocka_unit_test(flags_agree),
        cmocka_unit_test(options_that_keep_all_numbers),
        cmocka_unit_test(words_are_constants),
        cmocka_unit_test(keys_have_underscores),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
