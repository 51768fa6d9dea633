/* Which run of a sweep comes next, and what has become of the others. Starts nothing itself. */
#ifndef EXPERIMENT_SWEEP_SCHEDULE_H
#define EXPERIMENT_SWEEP_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "experiment/sweep_grid.h"

#define SWEEP_NONE ((size_t)-1)

enum sweep_state {
    SWEEP_WAITING,
    SWEEP_RUNNING,
    SWEEP_COMPLETE, /* was there before */
    SWEEP_DONE,
    SWEEP_FAILED,
    SWEEP_STOPPED, /* by the signal that stopped the sweep */
    N_SWEEP_STATES
};

struct sweep_task {
    const struct sweep_run *run;
    enum sweep_state state;
    bool pretrained; /* has an autoencoder of its own already */
    bool pretrains;  /* is at the pretraining that others wait for */
    char phase[16];  /* "pretrain", "train"; "" before the first epoch */
    size_t epoch;
    struct timespec old_autoencoder; /* when that in the directory was written; 0 = none */
    double started, seconds; /* by run_clock; from start to end, of a complete one as it says */
    double auc;              /* of the test set, 0..1; NaN where there is none */
    char reason[96];         /* "exit status 1", "killed by SIGKILL": of one that failed */
    char *output;            /* the last lines that one wrote, or NULL */
};

struct sweep_schedule {
    struct sweep_task *tasks; /* n, in the order of the grid */
    size_t n;
    size_t counts[N_SWEEP_STATES];
    struct sweep_group *groups;
};

/* All runs of the grid, waiting. The grid must outlive it. Freed with sweep_schedule_free, also
 * after an error. */
int sweep_schedule_make(struct sweep_schedule *schedule, const struct sweep_grid *grid,
                        struct error *err);
void sweep_schedule_free(struct sweep_schedule *schedule);

/* The first run that waits and may start; SWEEP_NONE when there is none. Of the runs that have
 * their pretraining in common one starts, and the others only when that has pretrained, or failed
 * to; who is pretrained already need not wait. */
size_t sweep_schedule_next(const struct sweep_schedule *schedule);

void sweep_schedule_started(struct sweep_schedule *schedule, size_t task);
/* The autoencoder of a running task is there. */
void sweep_schedule_pretrained(struct sweep_schedule *schedule, size_t task);
/* With SWEEP_WAITING, it is to be tried again. */
void sweep_schedule_ended(struct sweep_schedule *schedule, size_t task, enum sweep_state state);

/* Seconds until the end of the sweep, by the mean duration of the runs that have ended; NaN when
 * none has. `now` is of run_clock. */
double sweep_schedule_seconds_left(const struct sweep_schedule *schedule, size_t jobs, double now);

#endif
