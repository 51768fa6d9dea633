/* The page about runs: what is on it of runs written by hand, whose numbers can be worked out; and
 * reading scores. How it looks and behaves is tested in tests/cli/report_browser.bats. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "records/listed_runs.h"
#include "records/scored_images.h"
#include "report/report.h"
#include "support/says.h"

/* The page of what is below a directory of the scratch directory; freed with free. */
static char *make_page(struct scratch *scratch, const char *name) {
    static char directory[256];
    char *directories[] = {directory};
    const struct report_options options = {.data_dir = scratch->directory};
    struct run_list list;
    struct table table;
    struct error err = {.message = ""};
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

/* Scores whose AUC is n_above / 100: of 100 outliers so many are above the one normal image, the
 * others below it. */
static void write_scores(struct scratch *scratch, const char *name, int n_above) {
    char text[4096];
    size_t used = (size_t)snprintf(text, sizeof text, "index,class,label,score\n0,3,0,0\n");
    for (int i = 1; i <= 100; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%d,8,1,%d\n", i,
                                 i <= n_above ? 1 : -1);
    write_run_file(scratch, name, "scores.csv", text);
}

/* Four seeds of digit 3, with all files but the images. */
static void write_runs(struct scratch *scratch, const char *directory) {
    static const int percents[] = {97, 93, 91, 95};
    for (int seed = 1; seed <= 4; seed++) {
        char name[64], config[64], auc[16];
        snprintf(auc, sizeof auc, "0.%d", percents[seed - 1]);
        snprintf(name, sizeof name, "%s/%d", directory, seed);
        snprintf(config, sizeof config, "\"nu\": 0.1, \"lr\": 0.0001, \"xp_dir\": \"log/%d\"",
                 seed);
        write_run(scratch, &(struct written_run){.name = name,
                                                 .normal = 3,
                                                 .seed = seed,
                                                 .auc = auc,
                                                 .config = config,
                                                 .more = "\"n\": {\"test\": 101}"});
        write_scores(scratch, name, percents[seed - 1]);
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
    /* 93 outliers are above the normal image: up as far as that, right, and up */
    assert_has(page, "d=\"M50.0 192.0L50.0 22.7L346.0 22.7L346.0 10.0\"");
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
                   "{\"phase\": \"train\", \"epoch\": 1, \"objective\": {\"train\": 4}}\n");
    page = make_page(scratch, "bare");
    assert_has(page, "scores.csv: line 2: 'x' is no score");
    assert_has(page, "AUC over the epochs of one-class: not evaluated while it was trained");
    assert_has(page, "<b>objective</b>");
    free(page);
}

static size_t count_headings(const char *page) {
    size_t n = 0;
    char last = '0';
    for (; (page = strstr(page, "<h")) != NULL; page++) {
        if (page[2] < '1' || page[2] > '6' || (page[3] != '>' && page[3] != ' '))
            continue;
        if (page[2] > last + 1)
            fail_msg("after a heading of level %c: %.60s", last, page);
        last = page[2];
        n++;
    }
    return n;
}

/* With the data sets named, and without. */
static void headings_skip_no_level(void **state) {
    struct scratch *scratch = *state;
    char *page = make_page(scratch, "four");
    assert_has(page, "<summary><h3>Normal 3</h3>");
    assert_int_equal(count_headings(page), 1 + 5 + 1 + (1 + 3) + 2);
    free(page);
    write_runs(scratch, "parts");
    write_run(scratch, &(struct written_run){
                           .name = "parts/5", .normal = -1, .outlier = 4, .seed = 1, .auc = "0.9"});
    page = make_page(scratch, "parts");
    assert_has(page, "<summary><h4>Normal 3</h4>");
    assert_int_equal(count_headings(page), 1 + 5 + 5 * 2 + 2 * (1 + 3) + 2 * 2);
    free(page);
}

/* The run's curve, histogram and images are left out, with their marks in the legend. */
static void assert_scores_left_out(struct scratch *scratch, const char *text, const char *reason) {
    char expected[256];
    write_run_file(scratch, "four/2", "scores.csv", text);
    char *page = make_page(scratch, "four");
    snprintf(expected, sizeof expected, "/four/2/scores.csv: %s</p>", reason);
    assert_has(page, "Left out: ROC curve, scores and images of one-class: ");
    assert_has(page, expected);
    assert_has_not(page, "ROC curves</b>");
    assert_has_not(page, "<b>scores</b>");
    assert_has_not(page, "Left out: images");
    free(page);
}

/* Of another number of images than results.json says, of one class, of another AUC. */
static void scores_of_other_results(void **state) {
    struct scratch *scratch = *state;
    write_runs(scratch, "four");
    assert_scores_left_out(scratch, scores, "4 scores, but 101 test images in results.json");
    write_run(scratch, &(struct written_run){.name = "four/2",
                                             .normal = 3,
                                             .seed = 2,
                                             .auc = "0.93",
                                             .more = "\"n\": {\"test\": 4}"});
    assert_scores_left_out(scratch, scores,
                           "the AUC of the scores is 1.000000, but 0.930000 in results.json");
    assert_scores_left_out(scratch, "index,class,label,score\n0,3,0,0\n1,3,0,1\n2,3,0,2\n3,3,0,2\n",
                           "all images are normal, so there is no ROC curve");
    assert_scores_left_out(scratch, "index,class,label,score\n0,3,1,0\n1,3,1,1\n2,3,1,2\n3,3,1,2\n",
                           "all images are outliers, so there is no ROC curve");
    write_runs(scratch, "four");
}

/* Said where there are curves all the same, and where there are none; an empty one is not one that
 * was not evaluated. */
static void damaged_histories(void **state) {
    struct scratch *scratch = *state;
    char text[1024];
    snprintf(text, sizeof text, "%s{\"phase\n\n{}\n", history);
    write_run_file(scratch, "four/3", "history.jsonl", text);
    char *page = make_page(scratch, "four");
    assert_has(page, "Left out: epochs of 1 of 4 runs, whose histories have damaged lines: ");
    assert_has(page, "/four/3/history.jsonl has 2, line 4 is the first</p>");
    assert_int_equal(count(page, "<path class=\"thin\""), 2 * 3);
    free(page);
    write_run(scratch,
              &(struct written_run){.name = "lines/1", .normal = 3, .seed = 1, .auc = "0.9"});
    write_run_file(scratch, "lines/1", "history.jsonl", "{\"phase\": \"tr\n");
    page = make_page(scratch, "lines");
    assert_has(page, "/lines/1/history.jsonl has 1, line 1 is the first</p>");
    assert_has(page, "Left out: objective of one-class: lines of the history are damaged</p>");
    assert_has(page,
               "Left out: AUC over the epochs of one-class: lines of the history are damaged</p>");
    assert_has_not(page, "not evaluated");
    free(page);
    write_run_file(scratch, "lines/1", "history.jsonl", "");
    page = make_page(scratch, "lines");
    assert_has(page, "Left out: AUC over the epochs of one-class: no history has it</p>");
    assert_has_not(page, "damaged");
    free(page);
    write_runs(scratch, "four");
}

/* Huge numbers, one epoch, one class of images: nothing to draw, and no harm. */
static void awkward_files(void **state) {
    struct scratch *scratch = *state;
    static const char *const texts[] = {
        "index,class,label,score\n0,3,0,1e300\n",
        "index,class,label,score\n0,3,0,1\n1,3,0,1\n",
        "index,class,label,score\n0,3,1,-1e38\n1,3,0,1e38\n", /* their AUC is 0 */
        "index,class,label,score\n",
        "",
    };
    write_run(scratch, &(struct written_run){.name = "odd/1", .normal = 3, .seed = 1, .auc = "0"});
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
        assert_int_equal(count(page, "ROC curves</b>"), i == 2);
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
                                             .auc = "1",
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
    struct error err = {.message = ""};
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
    struct error err = {.message = ""};
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
        cmocka_unit_test(headings_skip_no_level),
        cmocka_unit_test(scores_of_other_results),
        cmocka_unit_test(damaged_histories),
        cmocka_unit_test(awkward_files),
        cmocka_unit_test(names_are_text),
        cmocka_unit_test(scores_are_sorted),
        cmocka_unit_test(scores_of_other_images),
    };
    return cmocka_run_group_tests_name("report", tests, scratch_setup, scratch_teardown);
}
