/* What the directory of a run says from outside: for those who watch it. Reads little and changes
 * nothing, so that it may be done a few times a second while the run goes. */
#ifndef EXPERIMENT_SWEEP_LOOK_H
#define EXPERIMENT_SWEEP_LOOK_H

#include <time.h>

#include "experiment/sweep_schedule.h"

/* True when the directory holds the complete run, with the same options: the AUC and the seconds of
 * the task are then set. */
bool sweep_look_complete(struct sweep_task *task);

/* Reads the AUC that a run has left; an error when there are no results. */
int sweep_look_results(struct sweep_task *task, struct error *err);

/* Phase and epoch, from the last line of history.jsonl. */
void sweep_look_progress(struct sweep_task *task);

/* True when the directory holds an autoencoder; *written is when it was written. A run writes it
 * after the entry of the cache. */
bool sweep_look_autoencoder(const struct sweep_task *task, struct timespec *written);

/* Sets task->phase and task->epoch from `size` bytes of the end of a history: the last whole line
 * counts. Leaves them when there is none. */
void sweep_look_history(struct sweep_task *task, const char *text, size_t size);

#endif
