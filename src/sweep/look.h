/* What the directory of a run says from outside: for those who watch it. Reads little and changes
 * nothing, so that it may be done a few times a second while the run goes. */
#ifndef SWEEP_LOOK_H
#define SWEEP_LOOK_H

#include <time.h>

#include "sweep/schedule.h"

/* True when the directory holds the complete run, with the same options: the AUC of the task and
 * what it took are then set. */
bool sweep_look_complete(struct sweep_task *task);

/* STATUS_OK when a run may begin or go on in its directory; else the error that it would end with:
 * the directory holds another one, or files that cannot be read. */
int sweep_look_refusal(const struct sweep_task *task, struct error *err);

/* True when what the directory holds would be refused by a run with other options, or gone on with
 * by one with the same: to replace it takes --force. */
bool sweep_look_in_way(const struct sweep_task *task);

/* Reads the AUC that a run has left and what it took; an error when there are no results. */
int sweep_look_results(struct sweep_task *task, struct error *err);

/* Phase, epoch and pace, from the last lines of history.jsonl. */
void sweep_look_progress(struct sweep_task *task);

/* True when the directory holds an autoencoder; *written is when it was written. A run writes it
 * after the entry of the cache. */
bool sweep_look_autoencoder(const struct sweep_task *task, struct timespec *written);

/* Sets phase and epoch of the task from `size` bytes of the end of a history: the last whole line
 * of an epoch counts; and its pace of each phase that there are lines of. Leaves them when there
 * are none. */
void sweep_look_history(struct sweep_task *task, const char *text, size_t size);

#endif
