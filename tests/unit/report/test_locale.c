/* What a program with a decimal comma makes by way of the library is, byte for byte, what one with
 * a point makes: the files of a run, tables, the script of a chart, a page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/file.h"
#include "plot/chart.h"
#include "records/scored_images.h"
#include "report/report.h"
#include "run/small_run.h"
#include "support/comma.h"
#include "support/says.h"
#include "table/format.h"
#include "table/write.h"

static const char *const pretrained[] = {"pretrain-cache", "cache", NULL};

static void run(struct scratch *scratch, const char *name, const char *const *options,
                const struct run_observer *observer, int expected) {
    struct error err = {.message = ""};
    struct config config;
    struct run_result result;
    small_config(scratch, name, options, &config);
    const int status = run_experiment(&config, observer, &result, &err);
    if (status != expected)
        fail_msg("status %d: %s", status, err.message);
}

static void read_text(struct scratch *scratch, const char *name, struct bytes *text) {
    struct error err = {.message = ""};
    if (file_read(scratch_path(scratch, name), 1 << 24, text, &err) != STATUS_OK)
        fail_msg("%s", err.message);
}

static void assert_same_file(struct scratch *scratch, const char *a, const char *b) {
    struct bytes x, y;
    read_text(scratch, a, &x);
    read_text(scratch, b, &y);
    assert_int_equal(x.size, y.size);
    assert_memory_equal(x.data, y.data, x.size);
    free(x.data);
    free(y.data);
}

/* Asks to stop in the first epoch of training. */
static volatile sig_atomic_t stop;
static void stop_in_training(void *context, const struct run_progress *progress) {
    (void)context;
    stop = strcmp(progress->phase, "train") == 0 && progress->epoch == 1;
}

/* Scores, and by way of a checkpoint or of the cache the numbers that were in them. */
static void runs(void **state) {
    static const struct run_observer nobody = {0};
    const struct run_observer stopper = {.progress = stop_in_training, .stop = &stop};
    struct scratch *scratch = *state;
    struct error err = {.message = ""};
    struct scored_list list;
    run(scratch, "point", NULL, &nobody, STATUS_OK);
    if (!comma_enter(scratch))
        skip();
    run(scratch, "comma", pretrained, &nobody, STATUS_OK);
    run(scratch, "cached", pretrained, &nobody, STATUS_OK);
    run(scratch, "resumed", NULL, &stopper, STATUS_INTERRUPTED);
    run(scratch, "resumed", NULL, &nobody, STATUS_OK);
    const int status = scored_read(scratch_path(scratch, "comma/scores.csv"), &list, &err);
    comma_leave();
    if (status != STATUS_OK)
        fail_msg("%s", err.message);
    assert_int_equal(list.n, SMALL_TEST);
    free(list.images);
    assert_same_file(scratch, "point/scores.csv", "comma/scores.csv");
    assert_same_file(scratch, "point/scores.csv", "cached/scores.csv");
    assert_same_file(scratch, "point/scores.csv", "resumed/scores.csv");
    struct bytes log;
    read_text(scratch, "cached/log.txt", &log);
    assert_non_null(memmem(log.data, log.size, "pretrained autoencoder taken from", 33));
    free(log.data);
    read_text(scratch, "resumed/log.txt", &log);
    assert_non_null(memmem(log.data, log.size, "resuming train after epoch 1", 28));
    free(log.data);
}

static char *table_text(const struct table *table, enum table_format format) {
    struct error err = {.message = ""};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    assert_int_equal(table_write(table, format, out, &err), STATUS_OK);
    assert_int_equal(fclose(out), 0);
    return text;
}

static char *chart_text(struct scratch *scratch) {
    const struct series series[] = {{"a", HISTORY_TRAIN, "objective/train", .style = 0}};
    const struct panel panel = {.label = "b", .n_series = 1, .series = series};
    const struct chart chart = {"title", "subtitle", 1, &panel};
    struct error err = {.message = ""};
    struct history history;
    char *text;
    size_t size;
    const char *path = scratch_path(scratch, "point/history.jsonl");
    assert_int_equal(history_read(path, &history, &err), STATUS_OK);
    assert_int_equal(chart_script(&chart, &history, &text, &size, &err), STATUS_OK);
    history_free(&history);
    return text;
}

enum { PAGE = N_TABLE_FORMATS, CHART, N_TEXTS };

/* Everything that is made of the run. */
static void make_texts(struct scratch *scratch, char *texts[N_TEXTS]) {
    const struct report_options options = {.data_dir = NULL};
    struct error err = {.message = ""};
    struct run_list list;
    struct table table;
    char directory[128];
    char *directories[] = {directory};
    size_t size;
    snprintf(directory, sizeof directory, "%s/point", scratch->directory);
    assert_int_equal(run_list_read(&list, directories, 1, &err), STATUS_OK);
    assert_int_equal(table_build(&table, &list, table_metric_find("auc"), &err), STATUS_OK);
    for (int format = 0; format < N_TABLE_FORMATS; format++)
        texts[format] = table_text(&table, (enum table_format)format);
    assert_int_equal(report_make(&list, &table, &options, &texts[PAGE], &size, &err), STATUS_OK);
    texts[CHART] = chart_text(scratch);
    table_free(&table);
    run_list_free(&list);
}

static void what_is_made_of_runs(void **state) {
    static const struct run_observer nobody = {0};
    struct scratch *scratch = *state;
    char *point[N_TEXTS], *comma[N_TEXTS];
    run(scratch, "point", NULL, &nobody, STATUS_OK);
    make_texts(scratch, point);
    if (!comma_enter(scratch))
        skip();
    make_texts(scratch, comma);
    comma_leave();
    for (int i = 0; i < N_TEXTS; i++) {
        assert_string_equal(point[i], comma[i]);
        free(point[i]);
        free(comma[i]);
    }
}

static int setup(void **state) {
    if (scratch_setup(state) != 0)
        return -1;
    small_write_data(*state);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {TEST(runs), TEST(what_is_made_of_runs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
