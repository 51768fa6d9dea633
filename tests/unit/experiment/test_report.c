/* The page about runs: what is on it of runs written by hand, whose numbers can be worked out; and
 * reading scores. How it looks and behaves is tested in tests/cli/report_browser.bats. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "experiment/listed_runs.h"
#include "experiment/report.h"
#include "experiment/scored_images.h"
#include "support/says.h"

/* The page of what is below a directory of the scratch directory; freed with free. */
static char *make_page(struct scratch *scratch, const char *name) {
    static char directory[256];
    char *directories[] = {directory};
    const struct report_options options = {.data_dir = scratch->directory};
    struct run_list list;
    struct table table;
    struct error err = {""};
    char *page = NULL;
    size_t size = 0;
    snprintf(directory, sizeof directory, "%s", scratch_path(scratch, name));
    assert_int_equal(run_list_read(&list, directories, 1, &err), STATUS_OK);
    assert_int_equal(table_build(&table, &list, table_metric_find("auc"), &err), STATUS_OK);
    assert_int_equal(report_make(&list, &table, &options, &page, &size, &err), STATUS_OK);
    assert_int_equal(strlen(page), size);
    table_free(&table);
    run_list_free(&list);
    return page;
}

static void assert_has(const char *page, const char *part) {
    if (strstr(page, part) == NULL)
        fail_msg("the page does not have: %s", part);
}

static void assert_has_not(const char *page, const char *part) {
    const char *place = strstr(page, part);
    if (place != NULL)
        fail_msg("the page has: %.200s", place);
}

static size_t count(const char *page, const char *part) {
    size_t n = 0;
    for (; (page = strstr(page, part)) != NULL; page++)
        n++;
    return n;
}

static const char scores[] = "index,class,label,score\n0,3,0,-1\n1,8,1,2.5\n2,3,0,0.5\n3,1,1,1\n";
static const char history[] =
    "{\"phase\": \"pretrain\", \"epoch\": 1, \"objective\": {\"train\": 9}}\n"
    "{\"phase\": \"train\", \"epoch\": 1, \"objective\": {\"train\": 4}, \"auc\": {\"test\": "
    "0.8}}\n"
    "{\"phase\": \"train\", \"epoch\": 2, \"objective\": {\"train\": 2}, \"auc\": {\"test\": "
    "0.9}}\n";

/* Four seeds of digit 3, with all files but the images. */
static void write_runs(struct scratch *scratch, const char *directory) {
    static const char *const aucs[] = {"0.97", "0.93", "0.91", "0.95"};
    for (int seed = 1; seed <= 4; seed++) {
        char name[64], config[64];
        snprintf(name, sizeof name, "%s/%d", directory, seed);
        snprintf(config, sizeof config, "\"nu\": 0.1, \"lr\": 0.0001, \"xp_dir\": \"log/%d\"",
                 seed);
        write_run(
            scratch,
            &(struct written_run){
                .name = name, .normal = 3, .seed = seed, .auc = aucs[seed - 1], .config = config});
        write_run_file(scratch, name, "scores.csv", scores);
        write_run_file(scratch, name, "history.jsonl", history);
    }
}

/* Mean 94, deviation sqrt(20/3) = 2.58; the paper has 91.9 +- 1.5. */
static void numbers_of_a_class(void **state) {
    struct scratch *scratch = *state;
    write_runs(scratch, "four");
    char *page = make_page(scratch, "four");
    assert_has(page, "<strong>4 runs</strong>");
    assert_has(page, "<td class=\"group\">94.0 ± 2.6</td><td class=\"quiet\">4</td>"
                     "<td>91.9 ± 1.5</td><td class=\"above\">+2.1");
    assert_has(page, "outside, above");
    assert_has(page, "<td>30.5</td><td>20.0</td><td>–</td><td>51.2</td><td>112.0</td>");
    assert_has(page, "one-class, seed 3: 91.00 %");
    assert_has(page, "<span class=\"pair\">3: 91.00</span>");
    assert_has_not(page, "id=\"remarks\"");
    free(page);
}

static void the_median_run_is_shown(void **state) {
    struct scratch *scratch = *state;
    char *page = make_page(scratch, "four");
    assert_has(page, ": seed 2, 93.00 %, <code>");
    assert_int_equal(count(page, ": seed "), 1);
    /* both outliers are above both normal images: straight up, then right */
    assert_has(page, "d=\"M50.0 192.0h0L50.0 101.0L50.0 10.0L198.0 10.0L346.0 10.0\"");
    assert_int_equal(count(page, "<path class=\"thin\""), 2 * 3); /* objective and AUC */
    assert_int_equal(count(page, "<path class=\"line\""), 2 + 1);
    free(page);
}

static void options_common_and_not(void **state) {
    struct scratch *scratch = *state;
    char *page = make_page(scratch, "four");
    const char *same = strstr(page, "The same in all");
    assert_non_null(same);
    assert_has(same, "<dt>nu</dt><dd>0.1</dd>");
    assert_has(same, "<dt>lr</dt><dd>0.0001</dd>");
    assert_has_not(same, "<dt>xp-dir</dt>");
    assert_has(page, "<dt>xp-dir</dt><dd>log/1, log/2, log/3, log/4</dd>");
    free(page);
}

static void the_same_runs_give_the_same_page(void **state) {
    struct scratch *scratch = *state;
    char *page = make_page(scratch, "four"), *again = make_page(scratch, "four");
    assert_string_equal(page, again);
    free(page);
    free(again);
}

/* No scores, no history, no data set, AUC never evaluated: named, and the page is made. */
static void what_is_missing_is_named(void **state) {
    struct scratch *scratch = *state;
    char *page = make_page(scratch, "four");
    assert_has(page, "Left out: images of one-class: ");
    free(page);
    write_run(scratch,
              &(struct written_run){.name = "bare/1", .normal = 3, .seed = 1, .auc = "0.9"});
    page = make_page(scratch, "bare");
    assert_has(page, "Left out: ROC curve, scores and images of one-class: ");
    assert_has(page, "bare/1 has no scores.csv");
    assert_has(page, "Left out: curves of 1 of 1 runs: ");
    assert_has(page, "bare/1 has no history.jsonl");
    free(page);
    write_run_file(scratch, "bare/1", "scores.csv", "index,class,label,score\n0,3,0,x\n");
    write_run_file(scratch, "bare/1", "history.jsonl",
                   "{\"phase\": \"train\", \"epoch\": 1, \"objective\": {\"train\": 4}}\n{\"phase");
    page = make_page(scratch, "bare");
    assert_has(page, "scores.csv: line 2: 'x' is no score");
    assert_has(page, "AUC over the epochs of one-class: not evaluated while it was trained");
    assert_has(page, "<b>objective</b>");
    free(page);
}

/* Huge numbers, one epoch, one class of images: nothing to draw, and no harm. */
static void awkward_files(void **state) {
    struct scratch *scratch = *state;
    static const char *const texts[] = {
        "index,class,label,score\n0,3,0,1e300\n",
        "index,class,label,score\n0,3,0,1\n1,3,0,1\n",
        "index,class,label,score\n0,3,1,-1e38\n1,3,0,1e38\n",
        "index,class,label,score\n",
        "",
    };
    write_run(scratch,
              &(struct written_run){.name = "odd/1", .normal = 3, .seed = 1, .auc = "0.9"});
    write_run_file(scratch, "odd/1", "history.jsonl",
                   "{\"phase\": \"train\", \"epoch\": 1e9, \"objective\": {\"train\": -1e308}, "
                   "\"auc\": {\"test\": 1e308}}\n"
                   "{\"phase\": \"train\", \"epoch\": 1, \"objective\": {\"train\": 1e308}}\n");
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        write_run_file(scratch, "odd/1", "scores.csv", texts[i]);
        char *page = make_page(scratch, "odd");
        assert_has(page, "</html>");
        assert_has_not(page, "nan");
        assert_has_not(page, "inf\"");
        free(page);
    }
}

/* A name may be markup, and a run's file is not to be trusted. */
static void names_are_text(void **state) {
    struct scratch *scratch = *state;
    write_run(scratch, &(struct written_run){.name = "odd names/<script>alert(1)<b>",
                                             .dataset = "<img src=x onerror=alert(1)>",
                                             .normal = 3,
                                             .seed = 1,
                                             .auc = "0.9",
                                             .more = "\"normal_name\": \"<i>\\\"3\\\"</i>\"",
                                             .config = "\"<b>key\": \"<b>value\""});
    write_run_file(scratch, "odd names/<script>alert(1)<b>", "scores.csv", scores);
    char *page = make_page(scratch, "odd names");
    assert_has_not(page, "<script");
    assert_has_not(page, "<img");
    assert_has_not(page, "<i>");
    assert_has_not(page, "<b>key");
    assert_has_not(page, "<b>value");
    assert_has(page, "&lt;script&gt;");
    assert_has(page, "there is no such data set here");
    free(page);
}

/* ---- scores.csv */

static void scores_are_sorted(void **state) {
    struct scratch *scratch = *state;
    const struct scored_view anomalous = {"", true, false}, in_class = {"", true, true};
    const struct scored *chosen[3];
    struct scored_list list;
    struct error err = {""};
    scratch_write(scratch, "scores.csv", scores, sizeof scores - 1);
    assert_int_equal(scored_read(scratch->path, &list, &err), STATUS_OK);
    assert_int_equal(list.n, 4);
    for (size_t i = 1; i < list.n; i++)
        assert_true(list.images[i - 1].score < list.images[i].score);
    assert_int_equal(scored_choose(&list, &anomalous, chosen, 3), 3);
    assert_int_equal(chosen[0]->index, 1);
    assert_int_equal(chosen[0]->class, 8);
    assert_int_equal(scored_choose(&list, &in_class, chosen, 3), 2);
    assert_int_equal(chosen[0]->index, 2);
    free(list.images);
}

static void scores_of_other_images(void **state) {
    struct scratch *scratch = *state;
    unsigned char labels[] = {3, 8, 3, 2};
    const struct images test = {.n = 4, .labels = labels};
    const struct images fewer = {.n = 3, .labels = labels};
    struct scored_list list;
    struct error err = {""};
    scratch_write(scratch, "scores.csv", scores, sizeof scores - 1);
    assert_int_equal(scored_read(scratch->path, &list, &err), STATUS_OK);
    assert_int_equal(scored_check_images(&list, &test, "data", &err), STATUS_FAILED);
    assert_says(&err, "test image 3 is of class 1 in scores.csv, but not in data");
    labels[3] = 1;
    assert_int_equal(scored_check_images(&list, &test, "data", &err), STATUS_OK);
    assert_int_equal(scored_check_images(&list, &fewer, "data", &err), STATUS_FAILED);
    free(list.images);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_a_class),
        cmocka_unit_test(the_median_run_is_shown),
        cmocka_unit_test(options_common_and_not),
        cmocka_unit_test(the_same_runs_give_the_same_page),
        cmocka_unit_test(what_is_missing_is_named),
        cmocka_unit_test(awkward_files),
        cmocka_unit_test(names_are_text),
        cmocka_unit_test(scores_are_sorted),
        cmocka_unit_test(scores_of_other_images),
    };
    return cmocka_run_group_tests_name("report", tests, scratch_setup, scratch_teardown);
}
