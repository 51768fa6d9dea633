/* The order of a sweep's runs, what their directories say, and the processes they are. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "sweep/look.h"
#include "sweep/schedule.h"
#include "sweep/worker.h"

enum { A, A_SECOND, A_THIRD, B, B_SECOND, ALONE, N_RUNS };

/* Two groups, of three runs and of two, and a run without one. */
static struct sweep_run runs[N_RUNS] = {
    [A] = {.group = 0}, [A_SECOND] = {.group = 0}, [A_THIRD] = {.group = 0},
    [B] = {.group = 1}, [B_SECOND] = {.group = 1}, [ALONE] = {.group = SWEEP_NO_GROUP},
};
static const struct sweep_grid grid = {.runs = runs, .n = N_RUNS, .n_groups = 2};

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

static void start_next(struct sweep_schedule *schedule, size_t expected) {
    assert_int_equal(sweep_schedule_next(schedule), expected);
    if (expected != SWEEP_NONE)
        sweep_schedule_started(schedule, expected);
}

static void one_pretrains_and_the_others_wait(void **state) {
    struct sweep_schedule *schedule = *state;
    start_next(schedule, A);
    start_next(schedule, B);
    start_next(schedule, ALONE);
    start_next(schedule, SWEEP_NONE);
    sweep_schedule_pretrained(schedule, B);
    start_next(schedule, B_SECOND);
    start_next(schedule, SWEEP_NONE);
    sweep_schedule_pretrained(schedule, A);
    start_next(schedule, A_SECOND);
    start_next(schedule, A_THIRD);
    start_next(schedule, SWEEP_NONE);
    assert_int_equal(schedule->counts[SWEEP_RUNNING], N_RUNS);
    for (size_t i = 0; i < N_RUNS; i++)
        sweep_schedule_ended(schedule, i, SWEEP_DONE);
    assert_int_equal(schedule->counts[SWEEP_DONE], N_RUNS);
}

static void who_is_done_has_pretrained(void **state) {
    struct sweep_schedule *schedule = *state;
    start_next(schedule, A);
    sweep_schedule_ended(schedule, A, SWEEP_DONE);
    start_next(schedule, A_SECOND);
    start_next(schedule, A_THIRD);
}

static void when_one_fails_another_pretrains(void **state) {
    struct sweep_schedule *schedule = *state;
    start_next(schedule, A);
    sweep_schedule_ended(schedule, A, SWEEP_FAILED);
    start_next(schedule, A_SECOND);
    start_next(schedule, B);
    start_next(schedule, ALONE);
    start_next(schedule, SWEEP_NONE);
    sweep_schedule_ended(schedule, A_SECOND, SWEEP_DONE);
    start_next(schedule, A_THIRD);
}

static void who_has_an_autoencoder_waits_for_nobody(void **state) {
    struct sweep_schedule *schedule = *state;
    schedule->tasks[A_THIRD].pretrained = true;
    start_next(schedule, A);
    start_next(schedule, A_THIRD);
    /* and says nothing of the cache */
    sweep_schedule_ended(schedule, A_THIRD, SWEEP_FAILED);
    start_next(schedule, B);
    start_next(schedule, ALONE);
    start_next(schedule, SWEEP_NONE);
}

static void complete_runs_are_passed_over(void **state) {
    struct sweep_schedule *schedule = *state;
    sweep_schedule_ended(schedule, A, SWEEP_COMPLETE);
    sweep_schedule_ended(schedule, B, SWEEP_COMPLETE);
    start_next(schedule, A_SECOND);
    /* a complete run does not prove that the cache has its autoencoder */
    start_next(schedule, B_SECOND);
    start_next(schedule, ALONE);
    start_next(schedule, SWEEP_NONE);
    assert_int_equal(schedule->counts[SWEEP_COMPLETE], 2);
}

/* The second sweep of a grid finds the first at work on a run. */
static void who_waits_for_a_pretraining_elsewhere_still_does(void **state) {
    struct sweep_schedule *schedule = *state;
    start_next(schedule, A);
    sweep_schedule_ended(schedule, A, SWEEP_ELSEWHERE);
    assert_int_equal(schedule->counts[SWEEP_ELSEWHERE], 1);
    start_next(schedule, B);
    start_next(schedule, ALONE);
    start_next(schedule, SWEEP_NONE);
    sweep_schedule_pretrained(schedule, A);
    start_next(schedule, A_SECOND);
    /* incomplete after all */
    sweep_schedule_ended(schedule, A, SWEEP_WAITING);
    start_next(schedule, A);
    start_next(schedule, A_THIRD);
}

static void a_pretraining_elsewhere_may_come_to_nothing(void **state) {
    struct sweep_schedule *schedule = *state;
    start_next(schedule, A);
    sweep_schedule_ended(schedule, A, SWEEP_ELSEWHERE);
    sweep_schedule_ended(schedule, A, SWEEP_WAITING);
    start_next(schedule, A);
    sweep_schedule_ended(schedule, A, SWEEP_ELSEWHERE);
    sweep_schedule_ended(schedule, A, SWEEP_COMPLETE);
    start_next(schedule, A_SECOND);
    start_next(schedule, B);
}

/* ---- what files say */

static void expect_progress(const char *text, enum history_phase phase, size_t epoch) {
    struct sweep_task task = {.phase = HISTORY_TRAIN, .epoch = 99};
    sweep_look_history(&task, text, strlen(text));
    assert_int_equal(task.phase, phase);
    assert_int_equal(task.epoch, epoch);
}

static void the_last_whole_line_counts(void **state) {
    (void)state;
    expect_progress("{\"phase\":\"pretrain\",\"epoch\":1}\n{\"phase\":\"pretrain\",\"epoch\":2}\n",
                    HISTORY_PRETRAIN, 2);
    expect_progress("ff\":1}}\n{\"phase\":\"train\",\"epoch\":12}\n{\"phase\":\"tr", HISTORY_TRAIN,
                    12);
    static const char *const none[] = {"",
                                       "\n",
                                       "\n\n",
                                       "{\"phase\":\"pretrain\",\"epoch\":3}",
                                       "nonsense\n",
                                       "[]\n",
                                       "{}\n",
                                       "{\"phase\":3,\"epoch\":3}\n",
                                       "{\"phase\":\"pretrain\",\"epoch\":-3}\n",
                                       "{\"phase\":\"pretrain\",\"epoch\":1e300}\n",
                                       "{\"phase\":\"pretrain\",\"epoch\":1,\"batch\":3}\n",
                                       "{\"phase\":\"pretrain\"}\n"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        expect_progress(none[i], HISTORY_TRAIN, 99);
}

static void the_pace_is_a_mean(void **state) {
    (void)state;
    static const char text[] = "{\"phase\":\"pretrain\",\"epoch\":6,\"seconds\":3}\n"
                               "{\"phase\":\"pretrain\",\"epoch\":7,\"seconds\":4}\n"
                               "{\"phase\":\"train\",\"epoch\":1,\"batch\":9,\"seconds\":50}\n"
                               "{\"phase\":\"train\",\"epoch\":1,\"seconds\":-1}\n";
    struct sweep_task task = {.pace = {NAN, NAN}};
    sweep_look_history(&task, text, sizeof text - 1);
    assert_float_equal(task.pace[HISTORY_PRETRAIN], 3.5, 1e-12);
    assert_true(isnan(task.pace[HISTORY_TRAIN]));
    assert_int_equal(task.epoch, 1);
}

/* ---- processes */

static int wait_for(struct sweep_worker *worker) {
    const struct timespec moment = {.tv_nsec = 5000000};
    int status = 0;
    while (!sweep_worker_reap(worker, &status)) {
        sweep_worker_read(worker);
        nanosleep(&moment, NULL);
    }
    return status;
}

static int shell(struct sweep_worker *worker, const char *script) {
    char *const command[] = {"/bin/sh", "-c", (char *)script, NULL};
    sigset_t none;
    struct error err = {.message = ""};
    sigemptyset(&none);
    if (sweep_worker_start(worker, command, &none, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    return wait_for(worker);
}

static void workers_and_how_they_end(void **state) {
    (void)state;
    static const struct {
        const char *script, *end, *tail;
    } cases[] = {
        {"echo out; echo err >&2", "exit status 0", "out\nerr\n"},
        {"exit 3", "exit status 3", ""},
        {"kill -KILL $$", "killed by SIGKILL", ""},
        {"kill -TERM $$", "killed by SIGTERM", ""},
        {"cat", "exit status 0", ""},
    };
    const int free_before = dup(0);
    close(free_before);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sweep_worker worker;
        char end[64];
        sweep_worker_describe(shell(&worker, cases[i].script), end, sizeof end);
        assert_string_equal(end, cases[i].end);
        assert_int_equal(worker.n_tail, strlen(cases[i].tail));
        assert_memory_equal(worker.tail, cases[i].tail, worker.n_tail);
        assert_int_equal(worker.output, -1);
    }
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no zombie, */
    const int free_after = dup(0);                    /* and no descriptor */
    close(free_after);
    assert_int_equal(free_after, free_before);
}

static void the_end_of_a_long_output_is_kept(void **state) {
    (void)state;
    struct sweep_worker worker;
    shell(&worker, "i=0; while [ $i -lt 5000 ]; do echo line $i; i=$((i+1)); done");
    assert_int_equal(worker.n_tail, sizeof worker.tail);
    assert_memory_equal(worker.tail + worker.n_tail - 10, "line 4999\n", 10);
    shell(&worker, "head -c 100000 /dev/zero; printf end");
    assert_int_equal(worker.n_tail, sizeof worker.tail);
    assert_memory_equal(worker.tail + worker.n_tail - 3, "end", 3);
    assert_int_equal(worker.tail[0], 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_pretrains_and_the_others_wait, setup, teardown),
        cmocka_unit_test_setup_teardown(who_is_done_has_pretrained, setup, teardown),
        cmocka_unit_test_setup_teardown(when_one_fails_another_pretrains, setup, teardown),
        cmocka_unit_test_setup_teardown(who_has_an_autoencoder_waits_for_nobody, setup, teardown),
        cmocka_unit_test_setup_teardown(complete_runs_are_passed_over, setup, teardown),
        cmocka_unit_test_setup_teardown(who_waits_for_a_pretraining_elsewhere_still_does, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_pretraining_elsewhere_may_come_to_nothing, setup,
                                        teardown),
        cmocka_unit_test(the_last_whole_line_counts),
        cmocka_unit_test(the_pace_is_a_mean),
        cmocka_unit_test(workers_and_how_they_end),
        cmocka_unit_test(the_end_of_a_long_output_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
