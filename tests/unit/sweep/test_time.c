/* The time that a sweep will still take, against sums done by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "run/phase.h"
#include "sweep/time.h"

enum { A, A_SECOND, A_THIRD, ALONE, N_RUNS };

/* A run takes 100 epochs of pretraining and 50 of training; the first three share the former. */
#define EPOCHS .n_epochs = {[HISTORY_PRETRAIN] = 100, [HISTORY_TRAIN] = 50}
static struct sweep_run runs[N_RUNS] = {
    [A] = {.group = 0, EPOCHS},
    [A_SECOND] = {.group = 0, EPOCHS},
    [A_THIRD] = {.group = 0, EPOCHS},
    [ALONE] = {.group = SWEEP_NO_GROUP, EPOCHS},
};
static const struct sweep_grid grid = {.runs = runs, .n = N_RUNS, .n_groups = 1};

static int setup(void **state) {
    static struct sweep_schedule schedule;
    struct error err;
    *state = &schedule;
    return sweep_schedule_make(&schedule, &grid, 2, &err);
}

static int teardown(void **state) {
    sweep_schedule_free(*state);
    return 0;
}

/* What the files of a run tell: an epoch of each phase takes so long. */
static void takes(struct sweep_schedule *schedule, size_t task, double pretrain, double train,
                  double rest) {
    schedule->tasks[task].pace[HISTORY_PRETRAIN] = pretrain;
    schedule->tasks[task].pace[HISTORY_TRAIN] = train;
    schedule->tasks[task].rest = rest;
}

static void is_at(struct sweep_schedule *schedule, size_t task, enum history_phase phase,
                  size_t epoch) {
    schedule->tasks[task].phase = phase;
    schedule->tasks[task].epoch = epoch;
}

static void unknown_at_first(void **state) {
    struct sweep_schedule *schedule = *state;
    assert_true(isnan(sweep_time_left(schedule)));
    sweep_schedule_started(schedule, A);
    assert_true(isnan(sweep_time_left(schedule)));
    /* also when nothing waits */
    for (size_t i = A_SECOND; i < N_RUNS; i++)
        sweep_schedule_started(schedule, i);
    assert_true(isnan(sweep_time_left(schedule)));
}

static void known_from_the_first_epoch(void **state) {
    struct sweep_schedule *schedule = *state;
    const double train = 50 * 2 * phase_train_share;
    sweep_schedule_started(schedule, A);
    sweep_schedule_started(schedule, ALONE);
    is_at(schedule, A, HISTORY_PRETRAIN, 1);
    takes(schedule, A, 2, NAN, NAN);
    /* 99 and 100 epochs of pretraining, and four times the training, on two */
    assert_float_equal(sweep_time_left(schedule), (199 * 2 + 4 * train) / 2, 1e-9);
    is_at(schedule, A, HISTORY_TRAIN, 10);
    takes(schedule, A, 2, 3, NAN);
    sweep_schedule_pretrained(schedule, A);
    assert_float_equal(sweep_time_left(schedule), (40 * 3 + (200 + 150) + 2 * 150) / 2.0, 1e-9);
    /* no faster than the longest run */
    schedule->jobs = 100;
    assert_float_equal(sweep_time_left(schedule), 350, 1e-9);
}

static void a_pretraining_that_is_shared_counts_once(void **state) {
    struct sweep_schedule *schedule = *state;
    takes(schedule, ALONE, 2, 1, 4);
    sweep_schedule_started(schedule, ALONE);
    sweep_schedule_ended(schedule, ALONE, SWEEP_DONE);
    /* 200 s once, 50 s and what a run takes beside epochs three times */
    assert_float_equal(sweep_time_left(schedule), (200 + 3 * 54) / 2.0, 1e-9);
    sweep_schedule_started(schedule, A);
    assert_float_equal(sweep_time_left(schedule), 254, 1e-9); /* on the one that pretrains */
    schedule->jobs = 1;
    assert_float_equal(sweep_time_left(schedule), 200 + 3 * 54, 1e-9);
    sweep_schedule_ended(schedule, A, SWEEP_DONE);
    assert_float_equal(sweep_time_left(schedule), 2 * 54, 1e-9);
}

/* From results.json of runs that took theirs from the cache: only training is known. */
static void runs_from_the_cache_are_shorter(void **state) {
    struct sweep_schedule *schedule = *state;
    takes(schedule, A, NAN, 0.9, 10);
    sweep_schedule_ended(schedule, A, SWEEP_COMPLETE);
    const double pretrain = 100 * 0.9 / phase_train_share;
    schedule->jobs = 1;
    assert_float_equal(sweep_time_left(schedule), (3 * (45 + 10) + pretrain), 1e-9);
    /* what is measured now counts */
    sweep_schedule_started(schedule, ALONE);
    is_at(schedule, ALONE, HISTORY_TRAIN, 25);
    takes(schedule, ALONE, NAN, 2, NAN);
    assert_float_equal(sweep_time_left(schedule), 25 * 2 + 10 + 2 * (100 + 10), 1e-9);
}

/* Begun by a sweep before this one. */
static void runs_that_go_on_have_less_before_them(void **state) {
    struct sweep_schedule *schedule = *state;
    for (size_t i = A; i <= A_THIRD; i++)
        sweep_schedule_ended(schedule, i, SWEEP_FAILED);
    schedule->tasks[ALONE].pretrained = true;
    is_at(schedule, ALONE, HISTORY_TRAIN, 20);
    takes(schedule, ALONE, NAN, 2, NAN);
    assert_float_equal(sweep_time_left(schedule), 60, 1e-9);
}

static void work_elsewhere_is_waited_for(void **state) {
    struct sweep_schedule *schedule = *state;
    for (size_t i = A; i <= A_THIRD; i++)
        sweep_schedule_ended(schedule, i, SWEEP_FAILED);
    sweep_schedule_started(schedule, ALONE);
    sweep_schedule_ended(schedule, ALONE, SWEEP_ELSEWHERE);
    assert_true(isnan(sweep_time_left(schedule)));
    is_at(schedule, ALONE, HISTORY_TRAIN, 20);
    takes(schedule, ALONE, NAN, 2, NAN);
    schedule->jobs = 1;
    assert_float_equal(sweep_time_left(schedule), 60, 1e-9);
    sweep_schedule_ended(schedule, ALONE, SWEEP_COMPLETE);
    assert_float_equal(sweep_time_left(schedule), 0, 1e-9);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(unknown_at_first, setup, teardown),
        cmocka_unit_test_setup_teardown(known_from_the_first_epoch, setup, teardown),
        cmocka_unit_test_setup_teardown(a_pretraining_that_is_shared_counts_once, setup, teardown),
        cmocka_unit_test_setup_teardown(runs_from_the_cache_are_shorter, setup, teardown),
        cmocka_unit_test_setup_teardown(runs_that_go_on_have_less_before_them, setup, teardown),
        cmocka_unit_test_setup_teardown(work_elsewhere_is_waited_for, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
