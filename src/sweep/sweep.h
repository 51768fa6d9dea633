/* A sweep: the runs of a grid as processes of their own, several at a time.
 *
 * Each is `deepsvdd train` in its own directory, so whatever happens to one, or to the sweep, is
 * for the others as if it had been started by hand; the same sweep again goes on where it was. */
#ifndef SWEEP_SWEEP_H
#define SWEEP_SWEEP_H

#include "sweep/schedule.h"

struct sweep_observer {
    void (*changed)(void *context); /* a run has started or ended; if live also time has passed */
    void (*ended)(void *context, size_t task); /* or was found complete, or is left to another */
    void (*note)(void *context, const char *text); /* one line */
    void *context;
    bool live; /* read the progress of running tasks, and call `changed`, a few times a second */
};

enum { SWEEP_MAX_JOBS = 500 };

/* Marks what is complete already, who has pretrained already, and how far others are. */
void sweep_look_all(struct sweep_schedule *schedule);

/* Runs what waits, at most schedule->jobs (1 .. SWEEP_MAX_JOBS) at a time, with the program at the
 * path `program`; fewer, from then on, when the system lets no more be started. A run that fails
 * does not stop the others. One that another process is at work on is waited for, and taken on when
 * that leaves it incomplete. A first SIGINT, SIGTERM or SIGHUP (unless
 * it is ignored) stops the workers so that they can be resumed, a second one kills them; either way
 * they are waited for.
 *
 * STATUS_OK when all runs are complete or done, STATUS_FAILED when any failed, STATUS_INTERRUPTED
 * after a signal. */
int sweep_execute(struct sweep_schedule *schedule, const char *program,
                  const struct sweep_observer *observer, struct error *err);

#endif
