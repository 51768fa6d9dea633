/* Runs at work at the same time with one cache and the same autoencoder still to be trained: one
 * trains it, the others wait. */
#ifndef RUN_PRETRAIN_LOCK_H
#define RUN_PRETRAIN_LOCK_H

#include "run/parts.h"

struct pretrain_lock {
    int descriptor; /* of the file, locked; -1 = none */
    char path[RUN_PATH_SIZE];
};

#define PRETRAIN_LOCK_NONE                                                                         \
    { .descriptor = -1 }

/* Locks the file `path`, made for that. While another process has it: waits, and says so once, or,
 * without `wait`, leaves it. *waited: it had to. Where there are no locks (some network file
 * systems) there is no waiting either. STATUS_INTERRUPTED when the run is to stop. */
int pretrain_lock_take(struct pretrain_lock *lock, struct run *run, const char *path, bool wait,
                       bool *waited, struct error *err);

/* Removes the file and lets go, when there is a lock. The end of a process, of whatever kind, lets
 * go as well. */
void pretrain_lock_release(struct pretrain_lock *lock);

#endif
