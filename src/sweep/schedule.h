/* Which run of a sweep comes next, and what has become of the others. Starts nothing itself. */
#ifndef SWEEP_SCHEDULE_H
#define SWEEP_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "records/history.h"
#include "sweep/grid.h"

#define SWEEP_NONE ((size_t)-1)

enum sweep_state {
    SWEEP_WAITING,
    SWEEP_RUNNING,
    SWEEP_ELSEWHERE, /* another process is at work in its directory: to be looked at again */
    SWEEP_COMPLETE,  /* was there before */
    SWEEP_DONE,
    SWEEP_FAILED,
    SWEEP_STOPPED, /* by the signal that stopped the sweep */
    N_SWEEP_STATES
};

struct sweep_task {
    const struct sweep_run *run;
    enum sweep_state state;
    bool pretrained;                 /* has an autoencoder of its own already */
    bool pretrains;                  /* is at the pretraining that others wait for */
    enum history_phase phase;        /* of the last epoch */
    size_t epoch;                    /* 0 before the first */
    double pace[N_HISTORY_PHASES];   /* seconds that an epoch takes; NaN while unknown */
    double rest;                     /* seconds of a finished run beside its epochs; NaN: unknown */
    struct timespec old_autoencoder; /* when that in the directory was written; 0 = none */
    double look_again;               /* when, by clock_seconds; 0 = never left to another process */
    double seconds;                  /* that it took, as its results say; NaN: unknown */
    double auc;                      /* of the test set, 0..1; NaN where there is none */
    char reason[96];                 /* "exit status 1", "killed by SIGKILL": of one that failed */
    char *output;                    /* the last lines that one wrote, or NULL */
    bool in_way;                     /* what is in its directory is in the way of a run anew */
};

struct sweep_schedule {
    struct sweep_task *tasks; /* n, in the order of the grid */
    size_t n;
    size_t jobs; /* so many run at a time */
    size_t counts[N_SWEEP_STATES];
    struct sweep_group *groups;
};

/* All runs of the grid, waiting, `jobs` at a time. The grid must outlive it. Freed with
 * sweep_schedule_free, also after an error. */
int sweep_schedule_make(struct sweep_schedule *schedule, const struct sweep_grid *grid, size_t jobs,
                        struct error *err);
void sweep_schedule_free(struct sweep_schedule *schedule);

/* The first run that waits and may start; SWEEP_NONE when there is none. Of the runs that have
 * their pretraining in common one starts, and the others only when that has pretrained, or failed
 * to; who is pretrained already need not wait. */
size_t sweep_schedule_next(const struct sweep_schedule *schedule);

void sweep_schedule_started(struct sweep_schedule *schedule, size_t task);
/* The autoencoder of a running task is there. */
void sweep_schedule_pretrained(struct sweep_schedule *schedule, size_t task);
/* With SWEEP_WAITING, it is to be tried again. With SWEEP_ELSEWHERE, another process does what it
 * was about to do: who waits for its pretraining still does. */
void sweep_schedule_ended(struct sweep_schedule *schedule, size_t task, enum sweep_state state);

/* Whether a task that has not ended has its pretraining before it: 1 or 0, and between them when
 * one of several that wait will do it for all. */
double sweep_schedule_pretraining(const struct sweep_schedule *schedule, size_t task);

#endif
