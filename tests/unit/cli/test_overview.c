/* The overview of a sweep, line by line. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/overview.h"

static struct sweep_run runs[] = {
    {.directory = "log/mnist/deepSVDD/0vsall/seed_1", .n_epochs = {150, 50}},
    {.directory = "log/mnist/deepSVDD/1vsall/seed_1", .n_epochs = {150, 50}},
    {.directory = "log/mnist/deepSVDD/2vsall/seed_1", .n_epochs = {150, 50}},
    {.directory = "log/a\033[2Jb/\xff/seed_1", .n_epochs = {150, 50}},
};

static struct sweep_task tasks[] = {
    {.run = &runs[0], .state = SWEEP_DONE, .pace = {0.4, 0.6}, .rest = 10},
    {.run = &runs[1], .state = SWEEP_RUNNING, .pace = {0.4, NAN}, .rest = NAN, .epoch = 7},
    {.run = &runs[2],
     .state = SWEEP_RUNNING,
     .pace = {NAN, 0.6},
     .rest = NAN,
     .phase = HISTORY_TRAIN,
     .epoch = 50},
    {.run = &runs[3], .state = SWEEP_RUNNING, .pace = {NAN, NAN}, .rest = NAN, .pretrained = true},
};

static const struct sweep_schedule schedule = {
    .tasks = tasks, .n = 4, .jobs = 3, .counts = {[SWEEP_DONE] = 1, [SWEEP_RUNNING] = 3}};

static void counts_and_running_runs(void **state) {
    (void)state;
    char lines[OVERVIEW_LINES][OVERVIEW_COLUMNS + 1];
    assert_int_equal(overview_lines(&schedule, 80, 24, lines), 4);
    assert_string_equal(lines[0], "1 done  3 running  0 left  1m37s to go");
    assert_string_equal(lines[1], "  log/mnist/deepSVDD/1vsall/seed_1  pretrain 7/150");
    assert_string_equal(lines[2], "  log/mnist/deepSVDD/2vsall/seed_1  train 50/50");
    assert_string_equal(lines[3], "  log/a?[2Jb/?/seed_1  starting");
}

static void a_small_window(void **state) {
    (void)state;
    char lines[OVERVIEW_LINES][OVERVIEW_COLUMNS + 1];
    assert_int_equal(overview_lines(&schedule, 80, 3, lines), 3);
    assert_string_equal(lines[2], "  and 2 more");
    assert_int_equal(overview_lines(&schedule, 80, 1, lines), 1);
    assert_int_equal(overview_lines(&schedule, 40, 24, lines), 4);
    assert_string_equal(lines[1], "  ...pSVDD/1vsall/seed_1  pretrain 7/150");
    for (size_t columns = 0; columns <= 300; columns++)
        for (size_t rows = 1; rows < 6; rows++) {
            const size_t n = overview_lines(&schedule, columns, rows, lines);
            assert_in_range(n, 1, rows);
            for (size_t i = 0; i < n; i++)
                assert_in_range(strlen(lines[i]), 0, columns);
        }
}

static void outcomes(void **state) {
    (void)state;
    char text[128];
    struct sweep_task task = {.state = SWEEP_DONE, .seconds = 44, .auc = 0.98312};
    overview_outcome(&task, text, sizeof text);
    assert_string_equal(text, "test AUC 98.31 %, 44s");
    task.state = SWEEP_COMPLETE;
    overview_outcome(&task, text, sizeof text);
    assert_string_equal(text, "test AUC 98.31 %, complete already");
    task.auc = NAN;
    overview_outcome(&task, text, sizeof text);
    assert_string_equal(text, "test AUC undefined, complete already");
    task.state = SWEEP_FAILED;
    strcpy(task.reason, "killed by SIGKILL");
    overview_outcome(&task, text, sizeof text);
    assert_string_equal(text, "failed: killed by SIGKILL");
    task.state = SWEEP_ELSEWHERE;
    overview_outcome(&task, text, sizeof text);
    assert_string_equal(text, "left to another process, which is at work on it");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_and_running_runs),
        cmocka_unit_test(a_small_window),
        cmocka_unit_test(outcomes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
