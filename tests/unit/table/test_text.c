/* Tables as text, against values worked out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "table/fixture.h"

static void text_is_as_worked_out_by_hand(void **state) {
    struct fixture *fixture = *state;
    write_grid(fixture->scratch);
    build(fixture, "auc");
    assert_string_equal(
        written(fixture, TABLE_TEXT),
        "mnist, one class against all others: test AUC in %, mean and standard deviation over "
        "seeds\n"
        "\n"
        "         DCAE                       soft-boundary          one-class\n"
        "normal   ours     n paper    diff   ours n paper    diff   ours     n paper    diff\n"
        "0        97.0±1.4 2 97.6±0.7 -0.6   97.5 1 97.8±0.7 -0.3   98.0±1.0 3 98.0±0.7  0.0\n"
        "1           -     0 98.3±0.6    -      - 0 99.6±0.1    -   99.5±0.4 2 99.7±0.1 -0.2*\n"
        "3           -     0 86.7±0.9    -      - 0 90.3±2.1    -   90.0     1 91.9±1.5 -1.9*\n"
        "average  97.0       97.6     -0.6   97.5   97.8     -0.3   95.8       96.5     -0.7\n"
        "\n"
        "n: number of runs\n"
        "diff: ours minus the paper's\n"
        "*: more than the paper's standard deviation (0.05 if printed as 0.0), compared before "
        "rounding\n"
        "DCAE: with the autoencoders that runs of other methods pretrained\n"
        "DCAE: average over 1 of 10 classes (0), the paper's too\n"
        "soft-boundary: average over 1 of 10 classes (0), the paper's too\n"
        "one-class: average over 3 of 10 classes (0, 1, 3), the paper's too\n");
    assert_string_equal(remarks(fixture), "");
}

/* Headings would be too long: they are numbered, and the options stand below. */
static void long_options_stand_below(void **state) {
    struct fixture *fixture = *state;
    write_run(fixture->scratch,
              &(struct written_run){.name = "a",
                                    .seed = 1,
                                    .auc = "0.9",
                                    .config = "\"nu\": 0.2, \"n_epochs\": 3, \"lr\": 0.5"});
    write_run(fixture->scratch,
              &(struct written_run){
                  .name = "b", .seed = 1, .auc = "0.8", .config = "\"weights\": [1, 2]"});
    build(fixture, "accuracy");
    assert_string_equal(
        written(fixture, TABLE_TEXT),
        "mnist, one class against all others: test accuracy in %, mean and standard deviation "
        "over seeds\n"
        "\n"
        "        one-class (1)  one-class (2)\n"
        "normal  ours n         ours n\n"
        "0       75.0 1         75.0 1\n"
        "\n"
        "n: number of runs\n"
        "one-class (1): nu 0.1, lr 0.0001, n-epochs 150, weights [1,2]\n"
        "one-class (2): nu 0.2, lr 0.5, n-epochs 3, weights none\n"
        "one-class (2): with nu 0.2 (preset: 0.1), lr 0.5 (preset: 0.0001), n-epochs 3 (preset: "
        "150)\n");
}

/* Presets are the paper's settings, and what follows from the objective (block_coordinate) is
 * one: a run of them is not remarked on, one of others is. */
static void what_is_not_preset_is_told(void **state) {
    struct fixture *fixture = *state;
    const struct written_run runs[] = {
        {.name = "a",
         .auc = "0.9",
         .config = "\"hard_margin\": 1, \"block_coordinate\": 0, \"n_epochs\": 150, \"lr\": 1e-4"},
        {.name = "b",
         .method = "soft-boundary",
         .auc = "0.9",
         .config = "\"hard_margin\": 0, \"block_coordinate\": 1, \"n_epochs\": 150"},
        {.name = "c",
         .dataset = "cifar10",
         .auc = "0.9",
         .config = "\"hard_margin\": 1, \"n_epochs\": 150, \"ae_n_epochs\": 2"},
        {.name = "d", .dataset = "own", .auc = "0.9", .config = "\"n_epochs\": 1"},
    };
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++)
        write_run(fixture->scratch, &runs[i]);
    build(fixture, "auc");
    const char *text = written(fixture, TABLE_TEXT);
    const char *first = strstr(text, "preset");
    assert_non_null(strstr(text, "\none-class: with ae-n-epochs 2 (preset: 350)\n"));
    assert_non_null(first);
    assert_null(strstr(first + 1, "preset"));
}

/* A classifier is no configuration without outliers to learn from: what it was given instead of the
 * presets is told all the same, and told of the autoencoder that it pretrained. */
static void what_is_not_preset_is_told_of_classifiers(void **state) {
    struct fixture *fixture = *state;
    write_run(fixture->scratch, &(struct written_run){.name = "a",
                                                      .method = "ce",
                                                      .auc = "0.9",
                                                      .dcae_auc = "0.8",
                                                      .config = "\"out_frac\": 0.1, "
                                                                "\"ae_n_epochs\": 1"});
    build(fixture, "auc");
    const char *text = written(fixture, TABLE_TEXT);
    assert_non_null(strstr(text, "\nDCAE: with out-frac 0.1 (preset: 0), ae-n-epochs 1 (preset: "
                                 "150)\n"));
    assert_non_null(strstr(text, "\nclassifier: with out-frac 0.1 (preset: 0), ae-n-epochs 1 "
                                 "(preset: 150)\n"));
}

/* One against all, all against one, and one against one are tables of their own. */
static void settings_are_kept_apart(void **state) {
    struct fixture *fixture = *state;
    const struct written_run runs[] = {
        {.name = "a", .normal = 3, .auc = "0.5"},
        {.name = "b", .normal = -1, .outlier = 4, .auc = "0.5"},
        {.name = "c", .normal = 3, .outlier = 6, .auc = "0.5"},
        {.name = "d", .normal = 2, .outlier = 6, .auc = "0.75"},
        {.name = "e", .dataset = "cifar10", .normal = 3, .auc = "0.5"},
    };
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++)
        write_run(fixture->scratch, &runs[i]);
    build(fixture, "auc");
    assert_string_equal(
        written(fixture, TABLE_TEXT),
        "cifar10, one class against all others: test AUC in %, mean and standard deviation over "
        "seeds\n"
        "\n"
        "         one-class\n"
        "normal   ours n paper    diff\n"
        "3 (cat)  50.0 1 59.1±1.4 -9.1*\n"
        "\n"
        "n: number of runs\n"
        "diff: ours minus the paper's\n"
        "*: more than the paper's standard deviation (0.05 if printed as 0.0), compared before "
        "rounding\n"
        "\n"
        "mnist, one class against all others: test AUC in %, mean and standard deviation over "
        "seeds\n"
        "\n"
        "        one-class\n"
        "normal  ours n paper    diff\n"
        "3       50.0 1 91.9±1.5 -41.9*\n"
        "\n"
        "n: number of runs\n"
        "diff: ours minus the paper's\n"
        "*: more than the paper's standard deviation (0.05 if printed as 0.0), compared before "
        "rounding\n"
        "\n"
        "mnist, all classes against one: test AUC in %, mean and standard deviation over seeds\n"
        "\n"
        "         one-class\n"
        "outlier  ours n\n"
        "3        50.0 1\n"
        "\n"
        "n: number of runs\n"
        "\n"
        "mnist, one class against another: test AUC in %, mean and standard deviation over "
        "seeds\n"
        "\n"
        "             one-class\n"
        "classes      ours n\n"
        "2 against 5  75.0 1\n"
        "3 against 5  50.0 1\n"
        "average      62.5\n"
        "\n"
        "n: number of runs\n");
}

/* All methods, which do not fit side by side, with all classes; no line has more than 100
 * characters. */
static void lines_fit_the_terminal(void **state) {
    struct fixture *fixture = *state;
    for (int class = 0; class < 10; class ++)
        for (size_t method = 0; method < method_count; method++)
            for (int seed = 1; seed <= 10; seed++) {
                char name[64], auc[32];
                snprintf(name, sizeof name, "%d/%zu/%d", class, method, seed);
                snprintf(auc, sizeof auc, "0.%d", 90 + seed % 10);
                write_run(fixture->scratch,
                          &(struct written_run){.name = name,
                                                .dataset = "cifar10",
                                                .method = method_table[method].name,
                                                .normal = class,
                                                .seed = seed,
                                                .auc = auc});
            }
    build(fixture, "auc");
    assert_int_equal(fixture->table.n_runs, 700);
    assert_string_equal(remarks(fixture), "");
    size_t width = 0, n_lines = 0, n_averages = 0;
    for (const char *c = written(fixture, TABLE_TEXT); *c != '\0'; c++) {
        if (*c == '\n') {
            assert_true(width <= 100 && c[-1] != ' ');
            width = 0;
            n_lines++;
            n_averages += strncmp(c + 1, "average ", 8) == 0;
        } else if (((unsigned char)*c & 0xc0) != 0x80) {
            width++;
        }
    }
    assert_int_equal(n_averages, 3); /* 3 + 3 + 1 methods */
    assert_int_equal(n_lines, 1 + 3 * (1 + 2 + 11) + 1 + 3);
}

/* Of 4 values in the table one is of a collapsed run; its autoencoder has not collapsed. */
static void collapsed_runs_are_marked(void **state) {
    struct fixture *fixture = *state;
    const struct written_run runs[] = {
        {.name = "a",
         .dataset = "own",
         .seed = 1,
         .auc = "0.5",
         .dcae_auc = "0.75",
         .collapsed = true},
        {.name = "b", .dataset = "own", .seed = 2, .auc = "1"},
        {.name = "c", .dataset = "own", .normal = 1, .seed = 1, .auc = "0.75"},
    };
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++)
        write_run(fixture->scratch, &runs[i]);
    build(fixture, "auc");
    assert_string_equal(
        written(fixture, TABLE_TEXT),
        "own, one class against all others: test AUC in %, mean and standard deviation over seeds\n"
        "\n"
        "         DCAE    one-class\n"
        "normal   ours n  ours       n\n"
        "0        75.0 1  75.0±35.4† 2\n"
        "1           - 0  75.0       1\n"
        "average  75.0    75.0\n"
        "\n"
        "n: number of runs\n"
        "†: with collapsed runs (1 of 4), which are counted, though their AUC means nothing\n"
        "DCAE: with the autoencoders that runs of other methods pretrained\n"
        "DCAE: average over 1 of 2 classes (0)\n");
}

/* Their time of the whole run is the whole time of less: a note says so. Of pretraining alone they
 * have none. */
static void taken_autoencoders_cost_no_time(void **state) {
    struct fixture *fixture = *state;
    const char *pretrains = "\"pretrain\": 1", *does_not = "\"pretrain\": 0";
    const struct written_run runs[] = {
        {.name = "a", .seed = 1, .auc = "0.5", .config = pretrains},
        {.name = "b",
         .seed = 1,
         .auc = "0.5",
         .config = pretrains,
         .pretrain = "0",
         .method = "soft-boundary"},
        {.name = "c", .seed = 2, .auc = "0.5", .config = pretrains, .method = "soft-boundary"},
        {.name = "d", .seed = 1, .auc = "0.5", .config = does_not, .pretrain = "0", .method = "ce"},
    };
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++)
        write_run(fixture->scratch, &runs[i]);
    build(fixture, "seconds");
    assert_string_equal(
        written(fixture, TABLE_TEXT),
        "mnist, one class against all others: time of the whole run in s, mean and standard "
        "deviation over seeds\n"
        "\n"
        "        classifier  soft-boundary  one-class\n"
        "normal  ours n      ours     n     ours n\n"
        "0       51.2 1      51.2±0.0 2     51.2 1\n"
        "\n"
        "n: number of runs\n"
        "classifier: with pretrain 0 (preset: 1)\n"
        "soft-boundary: 1 of 2 runs took their autoencoder from the cache: time without "
        "pretraining\n");
    build(fixture, "seconds-train");
    assert_null(strstr(written(fixture, TABLE_TEXT), "cache"));
    build(fixture, "seconds-pretrain");
    assert_string_equal(written(fixture, TABLE_TEXT),
                        "mnist, one class against all others: time of pretraining in s, mean and "
                        "standard deviation "
                        "over seeds\n"
                        "\n"
                        "        classifier  soft-boundary  one-class\n"
                        "normal  ours n      ours n         ours n\n"
                        "0       0.0  1      30.5 1         30.5 1\n"
                        "\n"
                        "n: number of runs\n"
                        "classifier: with pretrain 0 (preset: 1)\n");
    assert_string_equal(remarks(fixture),
                        "no value: b: autoencoder taken from the cache, no time of "
                        "pretraining: left out\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(text_is_as_worked_out_by_hand),
        TEST(long_options_stand_below),
        TEST(what_is_not_preset_is_told),
        TEST(settings_are_kept_apart),
        TEST(what_is_not_preset_is_told_of_classifiers),
        TEST(lines_fit_the_terminal),
        TEST(collapsed_runs_are_marked),
        TEST(taken_autoencoders_cost_no_time),
    };
    return cmocka_run_group_tests_name("table_text", tests, NULL, NULL);
}
