/* Finding runs below directories, and reading results that may be damaged. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "records/listed_runs.h"
#include "records/run_list.h"

/* The list of what is below directories of the scratch directory, "" for itself. */
static void read_below(struct scratch *scratch, const char *const names[], size_t n,
                       struct run_list *list) {
    enum { MOST = 4 };
    static char paths[MOST][256];
    char *directories[MOST];
    struct error err = {.message = ""};
    assert_true(n <= MOST);
    for (size_t i = 0; i < n; i++) {
        snprintf(paths[i], sizeof paths[i], "%s", scratch_path(scratch, names[i]));
        directories[i] = paths[i];
    }
    assert_int_equal(run_list_read(list, directories, n, &err), STATUS_OK);
}

/* The path within the scratch directory. */
static const char *name_of(const struct scratch *scratch, const struct listed_run *run) {
    const size_t length = strlen(scratch->directory);
    assert_memory_equal(run->path, scratch->directory, length);
    return run->path + length + 1;
}

static void assert_names(const struct scratch *scratch, const struct run_list *list,
                         const char *const names[]) {
    size_t n = 0;
    for (; names[n] != NULL; n++) {
        assert_true(n < list->n);
        assert_string_equal(name_of(scratch, &list->runs[n]), names[n]);
    }
    assert_int_equal(list->n, n);
}

static void finds_runs_in_the_order_of_paths(void **state) {
    struct scratch *scratch = *state;
    struct run_list list;
    static const char *const order[] = {"deepSVDD/0vsall/seed_1",
                                        "deepSVDD/0vsall/seed_2",
                                        "deepSVDD/3vsall/seed_10",
                                        "other",
                                        "other/nested",
                                        NULL};
    for (size_t i = 5; i > 0; i--)
        write_run(scratch, &(struct written_run){
                               .name = order[i - 1], .normal = (int)i, .seed = 7, .auc = "0.5"});
    make_directory(scratch, "deepSVDD/empty");
    make_directory(scratch, ".hidden");
    write_run(scratch, &(struct written_run){.name = ".hidden/run", .auc = "0.5"});
    read_below(scratch, (const char *const[]){""}, 1, &list);
    assert_names(scratch, &list, order);
    assert_int_equal(run_list_count(&list, LISTED_COMPLETE), 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(list.runs[i].state, LISTED_COMPLETE);
        assert_int_equal(list.runs[i].normal, (int)i + 1);
        assert_null(list.runs[i].problem);
    }
    run_list_free(&list);
    read_below(scratch, (const char *const[]){"other", "deepSVDD", "other/nested"}, 3, &list);
    assert_names(scratch, &list, order);
    run_list_free(&list);
    read_below(scratch, (const char *const[]){"deepSVDD/0vsall/seed_2///", ".hidden"}, 2, &list);
    assert_names(scratch, &list,
                 (const char *const[]){".hidden/run", "deepSVDD/0vsall/seed_2", NULL});
    run_list_free(&list);
}

static void reads_what_a_run_was(void **state) {
    struct scratch *scratch = *state;
    struct run_list list;
    write_run(scratch, &(struct written_run){.name = "a",
                                             .dataset = "cifar10",
                                             .method = "soft-boundary",
                                             .normal = 8,
                                             .outlier = 4,
                                             .seed = 2147483647,
                                             .auc = "0.9765625",
                                             .more = "\"outlier_name\": \"3 (a cat)\"",
                                             .config = "\"nu\": 0.1"});
    write_run(scratch, &(struct written_run){.name = "b", .auc = "1", .dcae_auc = "0.5"});
    read_below(scratch, (const char *const[]){""}, 1, &list);
    assert_int_equal(list.n, 2);
    const struct listed_run *run = list.runs;
    assert_string_equal(run->dataset, "cifar10");
    assert_string_equal(run->method->name, "soft-boundary");
    assert_int_equal(run->seed, 2147483647);
    assert_int_equal(run->outlier, 3);
    assert_string_equal(run->normal_name, "8 (ship)"); /* from the data set's row */
    assert_string_equal(run->outlier_name, "3 (a cat)");
    assert_true(listed_run_number(run, "auc", "test") == 0.9765625);
    assert_true(listed_run_number(run, "seconds", "total") == 51.25);
    assert_true(listed_run_number(run, "peak_memory_bytes", NULL) == 112e6);
    assert_true(isnan(listed_run_number(run, "auc", "train")));
    assert_true(isnan(listed_run_number(run, "dcae_auc", "test")));
    assert_true(isnan(listed_run_number(run, "seconds", "load")));
    assert_true(isnan(listed_run_number(run, "no", "such")));
    assert_true(isnan(listed_run_number(run, "dataset", "test")));
    assert_true(cJSON_GetObjectItem(run->config, "nu")->valuedouble == 0.1);
    assert_string_equal(run[1].method->name, "one-class");
    assert_string_equal(run[1].normal_name, "0");
    assert_string_equal(run[1].outlier_name, "all others");
    run_list_free(&list);
}

static void methods_have_the_names_of_results(void **state) {
    struct scratch *scratch = *state;
    static const char *const names[] = {"ocsvm", "kde",           "iforest",  "dcae",
                                        "ce",    "soft-boundary", "one-class"};
    assert_int_equal(method_count, sizeof names / sizeof *names);
    for (size_t i = 0; i < method_count; i++) {
        struct run_list list;
        write_run(scratch, &(struct written_run){.name = "a", .method = names[i], .auc = "0.5"});
        read_below(scratch, (const char *const[]){"a"}, 1, &list);
        assert_ptr_equal(list.runs[0].method, &method_table[i]);
        assert_string_equal(method_table[i].name, names[i]);
        run_list_free(&list);
    }
}

static void incomplete_runs_and_files_of_others(void **state) {
    struct scratch *scratch = *state;
    struct run_list list;
    write_run_file(scratch, "begun", "config.json", "{\"dataset\": \"mnist\", \"normal\": 3}");
    write_run_file(scratch, "editor", "config.json", "{\"font\": \"mono\"}");
    write_run_file(scratch, "broken", "config.json", "{\"dataset\": ");
    write_run_file(scratch, "list", "config.json", "[\"dataset\"]");
    write_run_file(scratch, "log", "log.txt", "results.json");
    make_directory(scratch, "directory/results.json");
    read_below(scratch, (const char *const[]){""}, 1, &list);
    assert_names(scratch, &list, (const char *const[]){"begun", "directory", NULL});
    assert_int_equal(list.runs[0].state, LISTED_INCOMPLETE);
    assert_string_equal(list.runs[0].problem, "not complete: no results.json yet");
    assert_null(list.runs[0].results);
    assert_int_equal(list.runs[1].state, LISTED_DAMAGED);
    assert_string_equal(list.runs[1].problem, "results.json: this is a directory: name a file");
    run_list_free(&list);
}

/* A whole results.json, and what damage is said to be. */
#define HEAD                                                                                       \
    "\"format\": 1, \"dataset\": \"mnist\", \"normal\": 0, \"outlier\": -1, \"seed\": 1, "         \
    "\"method\": \"kde\""
#define SETS "\"auc\": {\"test\": 0.5}, \"accuracy\": {}, \"seconds\": {}"
#define CONFIG "\"config\": {}"
#define OF(method)                                                                                 \
    "\"format\": 1, \"dataset\": \"mnist\", \"normal\": 0, \"outlier\": -1, \"seed\": 1, "         \
    "\"method\": \"" method "\"," SETS

static const struct {
    const char *text, *problem;
} damaged[] = {
    {"", "results.json: line 1: not valid JSON: the text ends early"},
    {"{", "results.json: line 1: not valid JSON: the text ends early"},
    {"nonsense", "results.json: line 1: not valid JSON"},
    {"null", "results.json: not the results of a run"},
    {"[1, 2]", "results.json: not the results of a run"},
    {"{\"format\": \"1\"}", "results.json: not the results of a run"},
    {"{\"format\": 2}", "results.json: format 2; this program reads format 1"},
    {"{\"format\": 1}", "results.json: \"dataset\" is missing or no name"},
    {"{\"format\": 1, \"dataset\": 3}", "results.json: \"dataset\" is missing or no name"},
    {"{\"format\": 1, \"dataset\": \"\"}", "results.json: \"dataset\" is missing or no name"},
    {"{\"format\": 1, \"dataset\": \"a\\nb\"}", "results.json: \"dataset\" is missing or no name"},
    {"{\"format\": 1, \"dataset\": \"\\u001b[2J\"}",
     "results.json: \"dataset\" is missing or no name"},
    {"{\"format\": 1, \"dataset\": \"a\", \"dataset\": \"b\"}",
     "results.json: the name \"dataset\" is there twice: take one out"},
    {"{\"format\": 1, \"dataset\": \"a\"}",
     "results.json: \"normal\" is missing or not a whole number in -1..9"},
    {"{\"format\": 1, \"dataset\": \"a\", \"normal\": \"3\"}",
     "results.json: \"normal\" is missing or not a whole number in -1..9"},
    {"{\"format\": 1, \"dataset\": \"a\", \"normal\": 1e300}",
     "results.json: \"normal\" is missing or not a whole number in -1..9"},
    {"{\"format\": 1, \"dataset\": \"a\", \"normal\": 0.5}",
     "results.json: \"normal\" is missing or not a whole number in -1..9"},
    {"{\"format\": 1, \"dataset\": \"a\", \"normal\": 3, \"outlier\": -2}",
     "results.json: \"outlier\" is missing or not a whole number in -1..9"},
    {"{\"format\": 1, \"dataset\": \"a\", \"normal\": 3, \"outlier\": 1, \"seed\": 2147483648}",
     "results.json: \"seed\" is missing or not a whole number in >= 0"},
    {"{\"format\": 1, \"dataset\": \"a\", \"normal\": 3, \"outlier\": 1, \"seed\": 1, \"method\": "
     "\"svm\"}",
     "results.json: \"method\" is missing or no known method"},
    {"{" HEAD "}", "results.json: \"auc\" is missing or no object"},
    {"{" HEAD ", \"auc\": 0.5}", "results.json: \"auc\" is missing or no object"},
    {"{" HEAD ", \"auc\": {\"test\": \"0.5\"}}", "results.json: auc.test is not a number in 0..1"},
    {"{" HEAD ", \"auc\": {\"test\": 97}}", "results.json: auc.test is not a number in 0..1"},
    {"{" HEAD ", \"auc\": {\"test\": -0.1}}", "results.json: auc.test is not a number in 0..1"},
    {"{" HEAD ", \"auc\": {\"train\": 1e999}}", "results.json: auc.train is not a number in 0..1"},
    {"{" HEAD ", \"auc\": {\"val\": {\"test\": 0.5}}}",
     "results.json: auc.val is not a number in 0..1"},
    {"{" HEAD ", \"auc\": {}}", "results.json: \"accuracy\" is missing or no object"},
    {"{" HEAD "," SETS ", \"dcae_auc\": 1}", "results.json: \"dcae_auc\" is missing or no object"},
    {"{" HEAD "," SETS ", \"peak_memory_bytes\": -1}",
     "results.json: peak_memory_bytes is not a number >= 0"},
    {"{" HEAD ", \"auc\": {}, \"accuracy\": {}, \"seconds\": {\"total\": []}}",
     "results.json: seconds.total is not a number >= 0"},
    {"{" HEAD "," SETS "}", "results.json: \"config\" is missing or no object"},
    {"{" HEAD "," SETS ", \"config\": [1]}", "results.json: \"config\" is missing or no object"},
    {"{" HEAD "," SETS ", \"config\": {\"dataset\": \"cifar10\"}}",
     "results.json: \"dataset\" is \"mnist\", but its \"config\" has \"dataset\" \"cifar10\""},
    {"{" HEAD "," SETS ", \"config\": {\"normal\": 7}}",
     "results.json: \"normal\" is 0, but its \"config\" has \"normal\" 7"},
    {"{" HEAD "," SETS ", \"config\": {\"normal\": 0, \"outlier\": \"-1\"}}",
     "results.json: \"outlier\" is -1, but its \"config\" has \"outlier\" \"-1\""},
    {"{" HEAD "," SETS ", \"config\": {\"seed\": 55}}",
     "results.json: \"seed\" is 1, but its \"config\" has \"seed\" 55"},
    {"{" OF("dcae") ", \"config\": {\"loss\": \"svdd\"}}",
     "results.json: \"method\" is \"dcae\", but its \"config\" has \"loss\" \"svdd\""},
    {"{" OF("ce") ", \"config\": {\"loss\": null}}",
     "results.json: \"method\" is \"ce\", but its \"config\" has \"loss\" null"},
    {"{" OF("one-class") ", \"config\": {\"loss\": \"svdd\", \"hard_margin\": 0}}",
     "results.json: \"method\" is \"one-class\", but its \"config\" has \"hard_margin\" 0"},
    {"{" OF("soft-boundary") ", \"config\": {\"hard_margin\": 1}}",
     "results.json: \"method\" is \"soft-boundary\", but its \"config\" has \"hard_margin\" 1"},
    {"{" OF("soft-boundary") ", \"config\": {\"loss\": \"ce\", \"hard_margin\": 0}}",
     "results.json: \"method\" is \"soft-boundary\", but its \"config\" has \"loss\" \"ce\""},
};

/* What agrees with its configuration, or has no such option. */
static const char *const sound[] = {
    "{" HEAD "," SETS ", \"config\": {\"dataset\": \"mnist\", \"normal\": 0, \"outlier\": -1, "
    "\"seed\": 1, \"loss\": \"svdd\", \"hard_margin\": 1}}",
    "{" OF("dcae") ", \"config\": {\"loss\": \"autoencoder\", \"hard_margin\": 1}}",
    "{" OF("ce") ", \"config\": {\"loss\": \"ce\", \"hard_margin\": 0}}",
    "{" OF("one-class") ", \"config\": {\"loss\": \"svdd\", \"hard_margin\": 1}}",
    "{" OF("soft-boundary") ", \"config\": {\"loss\": \"svdd\", \"hard_margin\": 0}}",
};

static void results_that_agree_with_their_options_count(void **state) {
    struct scratch *scratch = *state;
    struct run_list list;
    for (size_t i = 0; i < sizeof sound / sizeof sound[0]; i++) {
        write_run_file(scratch, "a", "results.json", sound[i]);
        read_below(scratch, (const char *const[]){""}, 1, &list);
        assert_int_equal(run_list_count(&list, LISTED_COMPLETE), 1);
        run_list_free(&list);
    }
}

/* Only a run that was to pretrain and spent no time on it has taken an autoencoder. */
static void taken_autoencoders_are_told_from_none(void **state) {
    struct scratch *scratch = *state;
    struct run_list list;
    static const struct {
        struct written_run run;
        bool taken;
    } cases[] = {
        {{.pretrain = "0", .config = "\"pretrain\": 1, \"in_name\": \"\""}, true},
        {{.pretrain = "0", .config = "\"pretrain\": 1", .method = "soft-boundary"}, true},
        {{.pretrain = "0", .config = "\"pretrain\": 0", .method = "dcae"}, true},
        {{.pretrain = "0.5", .config = "\"pretrain\": 1"}, false},
        {{.pretrain = "null", .config = "\"pretrain\": 1"}, false},
        {{.pretrain = "0", .config = "\"pretrain\": 0"}, false},
        {{.pretrain = "0", .config = "\"pretrain\": 1, \"in_name\": \"x\""}, false},
        {{.pretrain = "0", .config = "\"pretrain\": 1", .method = "kde"}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct written_run run = cases[i].run;
        run.name = "a";
        run.auc = "0.5";
        write_run(scratch, &run);
        read_below(scratch, (const char *const[]){""}, 1, &list);
        assert_int_equal(run_list_count(&list, LISTED_COMPLETE), 1);
        assert_int_equal(list.runs[0].autoencoder_taken, cases[i].taken);
        run_list_free(&list);
    }
}

static void damaged_results_are_told_and_left_out(void **state) {
    struct scratch *scratch = *state;
    struct run_list list;
    for (size_t i = 0; i < sizeof damaged / sizeof damaged[0]; i++) {
        write_run_file(scratch, "a", "results.json", damaged[i].text);
        read_below(scratch, (const char *const[]){""}, 1, &list);
        assert_int_equal(list.n, 1);
        assert_int_equal(list.runs[0].state, LISTED_DAMAGED);
        assert_string_equal(list.runs[0].problem, damaged[i].problem);
        assert_string_equal(name_of(scratch, &list.runs[0]), "a");
        assert_null(list.runs[0].results);
        run_list_free(&list);
    }
    write_run_file(scratch, "a", "results.json", "{" HEAD "," SETS "," CONFIG "}");
    read_below(scratch, (const char *const[]){""}, 1, &list);
    assert_int_equal(run_list_count(&list, LISTED_COMPLETE), 1);
    run_list_free(&list);
}

static void large_and_deep_results_are_refused(void **state) {
    struct scratch *scratch = *state;
    struct run_list list;
    enum { SIZE = 300 << 10 };
    char *text = malloc(SIZE + 1);
    assert_non_null(text);
    memset(text, '[', SIZE);
    text[SIZE] = '\0';
    write_run_file(scratch, "large", "results.json", text);
    text[100 << 10] = '\0';
    write_run_file(scratch, "deep", "results.json", text);
    free(text);
    read_below(scratch, (const char *const[]){""}, 1, &list);
    assert_int_equal(list.n, 2);
    assert_int_equal(run_list_count(&list, LISTED_DAMAGED), 2);
    assert_memory_equal(list.runs[0].problem, "results.json: line 1: not valid JSON", 35);
    assert_memory_equal(list.runs[1].problem, "results.json: ", 14);
    run_list_free(&list);
}

static void each_directory_once_whatever_links_there_are(void **state) {
    struct scratch *scratch = *state;
    struct run_list list;
    char link[256];
    write_run(scratch, &(struct written_run){.name = "runs/a", .auc = "0.5"});
    write_run(scratch, &(struct written_run){.name = "elsewhere/b", .auc = "0.5"});
    snprintf(link, sizeof link, "%s", scratch_path(scratch, "runs/loop"));
    assert_int_equal(symlink("..", link), 0);
    snprintf(link, sizeof link, "%s", scratch_path(scratch, "runs/self"));
    assert_int_equal(symlink("self", link), 0);
    snprintf(link, sizeof link, "%s", scratch_path(scratch, "runs/away"));
    assert_int_equal(symlink("../elsewhere", link), 0);
    snprintf(link, sizeof link, "%s", scratch_path(scratch, "runs/nowhere"));
    assert_int_equal(symlink("gone", link), 0);
    read_below(scratch, (const char *const[]){"runs"}, 1, &list);
    assert_names(scratch, &list, (const char *const[]){"runs/a", "runs/away/b", NULL});
    run_list_free(&list);
}

static void what_cannot_be_looked_into(void **state) {
    struct scratch *scratch = *state;
    struct run_list list;
    char deep[128] = "d";
    for (int i = 0; i < 17; i++)
        strcat(deep, "/d");
    write_run(scratch, &(struct written_run){.name = deep, .auc = "0.5"});
    scratch_write(scratch, "file", "x", 1);
    read_below(scratch, (const char *const[]){"d", "file", "missing"}, 3, &list);
    assert_int_equal(list.n, 3);
    assert_int_equal(run_list_count(&list, LISTED_UNREADABLE), 3);
    assert_string_equal(list.runs[0].problem, "too deep to be looked into: name it itself");
    assert_string_equal(list.runs[1].problem,
                        "cannot list the directory: Not a directory: check the name");
    assert_string_equal(list.runs[2].problem, "cannot look into the directory: No such file or "
                                              "directory: check the name");
    run_list_free(&list);
    read_below(scratch, (const char *const[]){deep}, 1, &list);
    assert_int_equal(run_list_count(&list, LISTED_COMPLETE), 1);
    run_list_free(&list);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(finds_runs_in_the_order_of_paths, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(reads_what_a_run_was, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(methods_have_the_names_of_results, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(incomplete_runs_and_files_of_others, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(damaged_results_are_told_and_left_out, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(results_that_agree_with_their_options_count, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(taken_autoencoders_are_told_from_none, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(large_and_deep_results_are_refused, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(each_directory_once_whatever_links_there_are, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_looked_into, scratch_setup,
                                        scratch_teardown),
    };
    return cmocka_run_group_tests_name("run_list", tests, NULL, NULL);
}
