/* The loop that starts, watches and ends the runs of a sweep. Signals come in by a descriptor, as
 * what workers write does: so one call waits for everything, and no handler is needed. */
#include "experiment/sweep.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "experiment/run_state.h"
#include "experiment/sweep_look.h"
#include "experiment/sweep_worker.h"

/* How often files are looked at while something depends on them. */
enum { LOOK_MILLISECONDS = 250 };

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
    struct slot *slots;         /* jobs */
    struct pollfd *descriptors; /* jobs + 1 */
    size_t jobs;
    int signals; /* descriptor */
    sigset_t blocked_before;
    int n_stops; /* signals that asked to stop */
    double looked_at;
};

/* ---- signals */

/* What is ignored stays so: that is how nohup and background jobs ask to be left alone. But a
 * SIGCHLD that is ignored would take the workers' statuses away. */
static int open_signals(struct sweep *sweep, struct error *err) {
    sigset_t set;
    signal(SIGCHLD, SIG_DFL);
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, &sweep->blocked_before);
    sweep->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (sweep->signals < 0)
        return error_set(err, STATUS_FAILED, "cannot wait for signals: %s", strerror(errno));
    return STATUS_OK;
}

/* SIGTERM and not the signal that came: at a second SIGINT, which Ctrl-C may have sent to the
 * workers too, a run does not save any more. */
static void signal_workers(const struct sweep *sweep, int number) {
    for (size_t i = 0; i < sweep->jobs; i++)
        if (sweep->slots[i].used)
            kill(sweep->slots[i].worker.pid, number);
}

static void stop(struct sweep *sweep) {
    const size_t n_running = sweep->schedule->counts[SWEEP_RUNNING];
    char text[128];
    sweep->n_stops++;
    signal_workers(sweep, sweep->n_stops == 1 ? SIGTERM : SIGKILL);
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

static void start_task(struct sweep *sweep, struct slot *slot, size_t i) {
    struct sweep_task *task = &sweep->schedule->tasks[i];
    struct error err;
    /* another sweep may have done it meanwhile */
    if (sweep_look_complete(task)) {
        end_task(sweep, i, SWEEP_COMPLETE);
        return;
    }
    char **command = sweep_command(task->run, sweep->program);
    task->started = run_clock();
    task->old_autoencoder = (struct timespec){0};
    sweep_look_autoencoder(task, &task->old_autoencoder);
    sweep_schedule_started(sweep->schedule, i);
    int status = command != NULL
                     ? sweep_worker_start(&slot->worker, command, &sweep->blocked_before, &err)
                     : error_set(&err, STATUS_FAILED, "out of memory");
    free(command);
    if (status != STATUS_OK) {
        fail_task(sweep, i, "not started", err.message, strlen(err.message));
        return;
    }
    slot->used = true;
    slot->task = i;
    sweep->observer->changed(sweep->observer->context);
}

/* Starts as many as there are slots for. */
static void start_tasks(struct sweep *sweep) {
    for (size_t s = 0; s < sweep->jobs && sweep->n_stops == 0; s++) {
        size_t task = SWEEP_NONE;
        while (!sweep->slots[s].used &&
               (task = sweep_schedule_next(sweep->schedule)) != SWEEP_NONE) {
            read_signals(sweep);
            if (sweep->n_stops > 0)
                return;
            start_task(sweep, &sweep->slots[s], task);
        }
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

static void finish(struct sweep *sweep, struct slot *slot, int status) {
    struct sweep_task *task = &sweep->schedule->tasks[slot->task];
    const struct sweep_worker *worker = &slot->worker;
    struct error err;
    char reason[64];
    slot->used = false;
    task->seconds = run_clock() - task->started;
    if (was_stopped(sweep, status)) {
        end_task(sweep, slot->task, SWEEP_STOPPED);
    } else if (!WIFEXITED(status) || WEXITSTATUS(status) != STATUS_OK) {
        sweep_worker_describe(status, reason, sizeof reason);
        fail_task(sweep, slot->task, reason, worker->tail, worker->n_tail);
    } else if (sweep_look_results(task, &err) != STATUS_OK) {
        fail_task(sweep, slot->task, "no results", err.message, strlen(err.message));
    } else {
        end_task(sweep, slot->task, SWEEP_DONE);
    }
}

static void reap(struct sweep *sweep) {
    for (size_t i = 0; i < sweep->jobs; i++) {
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

static void look(struct sweep *sweep) {
    const double now = run_clock();
    if (1000 * (now - sweep->looked_at) < LOOK_MILLISECONDS)
        return;
    sweep->looked_at = now;
    for (size_t i = 0; i < sweep->jobs; i++)
        if (sweep->slots[i].used)
            look_at(sweep, sweep->slots[i].task);
    if (sweep->observer->live)
        sweep->observer->changed(sweep->observer->context);
}

/* Files are looked at for the overview, and for a free slot while runs wait for a pretraining. */
static int patience(const struct sweep *sweep) {
    const struct sweep_schedule *schedule = sweep->schedule;
    const bool held_up = sweep->n_stops == 0 && schedule->counts[SWEEP_WAITING] > 0 &&
                         schedule->counts[SWEEP_RUNNING] < sweep->jobs;
    return sweep->observer->live || held_up ? LOOK_MILLISECONDS : -1;
}

static void wait_for_something(struct sweep *sweep) {
    nfds_t n = 0;
    const int milliseconds = patience(sweep);
    sweep->descriptors[n++] = (struct pollfd){.fd = sweep->signals, .events = POLLIN};
    for (size_t i = 0; i < sweep->jobs; i++)
        if (sweep->slots[i].used && sweep->slots[i].worker.output >= 0)
            sweep->descriptors[n++] =
                (struct pollfd){.fd = sweep->slots[i].worker.output, .events = POLLIN};
    poll(sweep->descriptors, n, milliseconds);
    read_signals(sweep);
    for (size_t i = 0; i < sweep->jobs; i++)
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
        if (sweep_look_complete(task))
            sweep_schedule_ended(schedule, i, SWEEP_COMPLETE);
        else
            task->pretrained = !task->run->force && sweep_look_autoencoder(task, &written);
    }
}

static int run_all(struct sweep *sweep) {
    const size_t *counts = sweep->schedule->counts;
    for (;;) {
        start_tasks(sweep);
        if (counts[SWEEP_RUNNING] == 0)
            break;
        wait_for_something(sweep);
    }
    read_signals(sweep);
    if (sweep->n_stops > 0)
        return STATUS_INTERRUPTED;
    return counts[SWEEP_FAILED] > 0 ? STATUS_FAILED : STATUS_OK;
}

int sweep_execute(struct sweep_schedule *schedule, const char *program, size_t jobs,
                  const struct sweep_observer *observer, struct error *err) {
    struct sweep sweep = {.schedule = schedule,
                          .observer = observer,
                          .program = program,
                          .slots = calloc(jobs, sizeof *sweep.slots),
                          .descriptors = calloc(jobs + 1, sizeof *sweep.descriptors),
                          .jobs = jobs,
                          .signals = -1};
    int status = STATUS_OK;
    err->message[0] = '\0';
    if (sweep.slots == NULL || sweep.descriptors == NULL)
        status = error_set(err, STATUS_FAILED, "out of memory");
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
