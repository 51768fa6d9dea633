/* The loop that starts, watches and ends the runs of a sweep. Signals come in by a descriptor, as
 * what workers write does: so one call waits for everything, and no handler is needed. */
#include "sweep/sweep.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "run/directory.h"
#include "sweep/command.h"
#include "sweep/look.h"
#include "sweep/worker.h"

enum {
    LOOK_MILLISECONDS = 250, /* how often files are looked at while something depends on them */
    MOST_REFUSALS = 20,      /* starts in vain, one a look, before that is a failure */
};

/* How often it is tried whether another process has left a run incomplete: by a process. */
static const double elsewhere_seconds = 2;

/* A place for one running task. */
struct slot {
    bool used;
    size_t task;
    struct sweep_worker worker;
};

struct sweep {
    struct sweep_schedule *schedule;
    const struct sweep_observer *observer;
    const char *program;
    struct slot *slots;         /* n_slots */
    struct pollfd *descriptors; /* n_slots + 1 */
    size_t n_slots;
    int signals;     /* descriptor */
    int stop_signal; /* that asks a worker to save and end */
    sigset_t blocked_before;
    int n_stops;    /* signals that asked to stop */
    int n_refusals; /* starts in vain one after another, while nothing ran */
    bool fewer;     /* fewer jobs than were asked for, as has been said */
    double looked_at;
};

/* ---- signals */

/* A signal that is ignored stays so, here and in the workers: that is how nohup and background jobs
 * ask to be left alone. It must not be in the set, since a signal that is blocked arrives even when
 * it is ignored. A SIGCHLD that is ignored would take the workers' statuses away.
 *
 * Workers are stopped by SIGTERM and not by the signal that came: at a second SIGINT, which Ctrl-C
 * may have sent to them too, a run does not save any more. */
static int open_signals(struct sweep *sweep, struct error *err) {
    static const int stops[] = {SIGINT, SIGHUP, SIGTERM}; /* from the worst for workers */
    sigset_t set;
    signal(SIGCHLD, SIG_DFL);
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
        struct sigaction action;
        if (sigaction(stops[i], NULL, &action) == 0 && action.sa_handler == SIG_IGN)
            continue;
        sigaddset(&set, stops[i]);
        sweep->stop_signal = stops[i];
    }
    sigprocmask(SIG_BLOCK, &set, &sweep->blocked_before);
    sweep->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (sweep->signals < 0)
        return error_set(err, status_of_errno(errno), "cannot wait for signals: %s",
                         strerror(errno));
    return STATUS_OK;
}

static void signal_workers(const struct sweep *sweep, int number) {
    for (size_t i = 0; i < sweep->n_slots; i++)
        if (sweep->slots[i].used)
            kill(sweep->slots[i].worker.pid, number);
}

static void stop(struct sweep *sweep) {
    const size_t n_running = sweep->schedule->counts[SWEEP_RUNNING];
    char text[128];
    sweep->n_stops++;
    signal_workers(sweep, sweep->n_stops == 1 ? sweep->stop_signal : SIGKILL);
    snprintf(text, sizeof text, "%s %zu run%s%s", sweep->n_stops == 1 ? "stopping" : "killing",
             n_running, n_running == 1 ? "" : "s",
             sweep->n_stops == 1 ? ", which save what they have; once more kills them" : "");
    if (n_running > 0)
        sweep->observer->note(sweep->observer->context, text);
}

static void read_signals(struct sweep *sweep) {
    struct signalfd_siginfo info;
    while (read(sweep->signals, &info, sizeof info) == (ssize_t)sizeof info)
        if (info.ssi_signo != SIGCHLD)
            stop(sweep);
}

/* ---- the life of a task */

static void end_task(struct sweep *sweep, size_t task, enum sweep_state state) {
    sweep_schedule_ended(sweep->schedule, task, state);
    sweep->observer->ended(sweep->observer->context, task);
}

static void fail_task(struct sweep *sweep, size_t i, const char *reason, const char *output,
                      size_t n_output) {
    struct sweep_task *task = &sweep->schedule->tasks[i];
    snprintf(task->reason, sizeof task->reason, "%s", reason);
    task->output = strndup(output, n_output);
    end_task(sweep, i, SWEEP_FAILED);
}

/* What cannot be started while others run waits for one of them to end; while nothing runs it is
 * tried a while, since what stands in the way may go. */
static void start_refused(struct sweep *sweep, size_t i, const struct error *err) {
    struct sweep_schedule *schedule = sweep->schedule;
    const size_t n_running = schedule->counts[SWEEP_RUNNING];
    char text[TEXT_LINE_SIZE];
    if (n_running == 0) {
        if (++sweep->n_refusals > MOST_REFUSALS)
            fail_task(sweep, i, "not started", err->message, strlen(err->message));
        return;
    }
    schedule->jobs = n_running;
    if (!sweep->fewer) {
        text_print_line(text, sizeof text, "%s; from now on %zu run%s at a time", err->message,
                        n_running, n_running == 1 ? "" : "s");
        sweep->observer->note(sweep->observer->context, text);
    }
    sweep->fewer = true;
}

/* False when it cannot be started now. */
static bool start_task(struct sweep *sweep, struct slot *slot, size_t i) {
    struct sweep_task *task = &sweep->schedule->tasks[i];
    struct error err;
    /* another sweep may have done it meanwhile */
    if (sweep_look_complete(task)) {
        end_task(sweep, i, SWEEP_COMPLETE);
        return true;
    }
    char **command = sweep_command(task->run, sweep->program);
    task->old_autoencoder = (struct timespec){0};
    sweep_look_autoencoder(task, &task->old_autoencoder);
    const int status =
        command != NULL ? sweep_worker_start(&slot->worker, command, &sweep->blocked_before, &err)
                        : error_set(&err, STATUS_NO_MEMORY, "out of memory");
    free(command);
    if (status != STATUS_OK) {
        start_refused(sweep, i, &err);
        return task->state == SWEEP_FAILED;
    }
    sweep->n_refusals = 0;
    sweep_schedule_started(sweep->schedule, i);
    slot->used = true;
    slot->task = i;
    sweep->observer->changed(sweep->observer->context);
    return true;
}

static struct slot *free_slot(const struct sweep *sweep) {
    size_t s = 0;
    while (sweep->slots[s].used)
        s++;
    return &sweep->slots[s];
}

/* Starts as many as may run. */
static void start_tasks(struct sweep *sweep) {
    const struct sweep_schedule *schedule = sweep->schedule;
    bool may_go_on = true;
    while (may_go_on && schedule->counts[SWEEP_RUNNING] < schedule->jobs) {
        const size_t task = sweep_schedule_next(schedule);
        read_signals(sweep);
        if (task == SWEEP_NONE || sweep->n_stops > 0)
            return;
        may_go_on = start_task(sweep, free_slot(sweep), task);
    }
}

/* A run that a stopped sweep took down with it has not failed. */
static bool was_stopped(const struct sweep *sweep, int status) {
    if (sweep->n_stops == 0)
        return false;
    if (WIFEXITED(status))
        return WEXITSTATUS(status) == STATUS_INTERRUPTED;
    const int number = WTERMSIG(status);
    return number == SIGTERM || number == SIGINT || number == SIGHUP || number == SIGKILL;
}

/* Another process is at work in the run's directory, as `deepsvdd train` says by its exit status.
 */
static bool was_busy(int status) {
    return WIFEXITED(status) && WEXITSTATUS(status) == STATUS_BUSY;
}

/* What comes of it is seen later (look_elsewhere). */
static void leave_to_other(struct sweep *sweep, size_t i) {
    struct sweep_task *task = &sweep->schedule->tasks[i];
    const bool first = task->look_again == 0;
    task->look_again = clock_seconds() + elsewhere_seconds;
    if (task->old_autoencoder.tv_sec != 0 && !task->run->force)
        sweep_schedule_pretrained(sweep->schedule, i);
    sweep_schedule_ended(sweep->schedule, i, SWEEP_ELSEWHERE);
    if (first)
        sweep->observer->ended(sweep->observer->context, i);
}

static void finish(struct sweep *sweep, struct slot *slot, int status) {
    struct sweep_task *task = &sweep->schedule->tasks[slot->task];
    const struct sweep_worker *worker = &slot->worker;
    struct error err;
    char reason[64];
    slot->used = false;
    if (was_stopped(sweep, status)) {
        end_task(sweep, slot->task, SWEEP_STOPPED);
    } else if (was_busy(status)) {
        leave_to_other(sweep, slot->task);
    } else if (!WIFEXITED(status) || WEXITSTATUS(status) != STATUS_OK) {
        sweep_worker_describe(status, reason, sizeof reason);
        task->in_way = WIFEXITED(status) && sweep_look_in_way(task);
        fail_task(sweep, slot->task, reason, worker->tail, worker->n_tail);
    } else if (sweep_look_results(task, &err) != STATUS_OK) {
        fail_task(sweep, slot->task, "no results", err.message, strlen(err.message));
    } else {
        end_task(sweep, slot->task, SWEEP_DONE);
    }
}

static void reap(struct sweep *sweep) {
    for (size_t i = 0; i < sweep->n_slots; i++) {
        struct slot *slot = &sweep->slots[i];
        int status = 0;
        if (slot->used && sweep_worker_reap(&slot->worker, &status))
            finish(sweep, slot, status);
    }
}

/* ---- watching */

static void look_at(struct sweep *sweep, size_t i) {
    struct sweep_task *task = &sweep->schedule->tasks[i];
    struct timespec written;
    if (sweep->observer->live)
        sweep_look_progress(task);
    if (task->pretrains && sweep_look_autoencoder(task, &written) &&
        (written.tv_sec != task->old_autoencoder.tv_sec ||
         written.tv_nsec != task->old_autoencoder.tv_nsec))
        sweep_schedule_pretrained(sweep->schedule, i);
}

/* A run that was left to another process is complete one day; or that process has ended without,
 * as only a process of its own can find out, since a look at the lock would lock. */
static void look_elsewhere(struct sweep *sweep, size_t i, double now) {
    struct sweep_schedule *schedule = sweep->schedule;
    struct sweep_task *task = &schedule->tasks[i];
    if (sweep_look_complete(task))
        end_task(sweep, i, SWEEP_COMPLETE);
    else if (now >= task->look_again && schedule->counts[SWEEP_RUNNING] < schedule->jobs)
        sweep_schedule_ended(schedule, i, SWEEP_WAITING);
}

static void look(struct sweep *sweep) {
    struct sweep_schedule *schedule = sweep->schedule;
    const double now = clock_seconds();
    if (1000 * (now - sweep->looked_at) < LOOK_MILLISECONDS)
        return;
    sweep->looked_at = now;
    for (size_t i = 0; i < schedule->n; i++) {
        const enum sweep_state state = schedule->tasks[i].state;
        if (state == SWEEP_RUNNING || state == SWEEP_ELSEWHERE)
            look_at(sweep, i);
        if (state == SWEEP_ELSEWHERE && sweep->n_stops == 0)
            look_elsewhere(sweep, i, now);
    }
    if (sweep->observer->live)
        sweep->observer->changed(sweep->observer->context);
}

/* Files are looked at for the overview, for a free slot while runs wait for a pretraining, and for
 * what other processes do; and a start that was refused is tried again. */
static int patience(const struct sweep *sweep) {
    const struct sweep_schedule *schedule = sweep->schedule;
    const bool held_up =
        schedule->counts[SWEEP_WAITING] > 0 && schedule->counts[SWEEP_RUNNING] < schedule->jobs;
    const bool looks = held_up || schedule->counts[SWEEP_ELSEWHERE] > 0;
    return sweep->observer->live || (looks && sweep->n_stops == 0) ? LOOK_MILLISECONDS : -1;
}

static void wait_for_something(struct sweep *sweep) {
    nfds_t n = 0;
    const int milliseconds = patience(sweep);
    sweep->descriptors[n++] = (struct pollfd){.fd = sweep->signals, .events = POLLIN};
    for (size_t i = 0; i < sweep->n_slots; i++)
        if (sweep->slots[i].used && sweep->slots[i].worker.output >= 0)
            sweep->descriptors[n++] =
                (struct pollfd){.fd = sweep->slots[i].worker.output, .events = POLLIN};
    poll(sweep->descriptors, n, milliseconds);
    read_signals(sweep);
    for (size_t i = 0; i < sweep->n_slots; i++)
        if (sweep->slots[i].used)
            sweep_worker_read(&sweep->slots[i].worker);
    reap(sweep);
    if (milliseconds > 0)
        look(sweep);
}

void sweep_look_all(struct sweep_schedule *schedule) {
    for (size_t i = 0; i < schedule->n; i++) {
        struct sweep_task *task = &schedule->tasks[i];
        struct timespec written;
        if (task->run->force)
            continue;
        if (sweep_look_complete(task)) {
            sweep_schedule_ended(schedule, i, SWEEP_COMPLETE);
        } else {
            task->pretrained = sweep_look_autoencoder(task, &written);
            sweep_look_progress(task);
        }
    }
}

static int run_all(struct sweep *sweep) {
    const size_t *counts = sweep->schedule->counts;
    for (;;) {
        start_tasks(sweep);
        const size_t n_open = counts[SWEEP_WAITING] + counts[SWEEP_ELSEWHERE];
        if (counts[SWEEP_RUNNING] == 0 && (sweep->n_stops > 0 || n_open == 0))
            break;
        wait_for_something(sweep);
    }
    read_signals(sweep);
    if (sweep->n_stops > 0)
        return STATUS_INTERRUPTED;
    return counts[SWEEP_FAILED] > 0 ? STATUS_FAILED : STATUS_OK;
}

int sweep_execute(struct sweep_schedule *schedule, const char *program,
                  const struct sweep_observer *observer, struct error *err) {
    const size_t jobs = schedule->jobs;
    struct sweep sweep = {.schedule = schedule,
                          .observer = observer,
                          .program = program,
                          .slots = calloc(jobs, sizeof *sweep.slots),
                          .descriptors = calloc(jobs + 1, sizeof *sweep.descriptors),
                          .n_slots = jobs,
                          .signals = -1};
    int status = STATUS_OK;
    err->message[0] = '\0';
    if (sweep.slots == NULL || sweep.descriptors == NULL)
        status = error_set(err, STATUS_NO_MEMORY, "out of memory");
    if (status == STATUS_OK) {
        status = open_signals(&sweep, err);
        if (status == STATUS_OK)
            status = run_all(&sweep);
        if (sweep.signals >= 0)
            close(sweep.signals);
        sigprocmask(SIG_SETMASK, &sweep.blocked_before, NULL);
    }
    free(sweep.slots);
    free(sweep.descriptors);
    return status;
}
