/* Pretrained autoencoders that runs leave for one another.
 *
 * Runs that differ in what comes after pretraining only (objective, nu, learning rate of
 * training...) share the autoencoder. An entry of the cache is the model file under the run's
 * fingerprint (fingerprint.h). A run that takes one ends with the same numbers, to the bit, as one
 * that trains its own. */
#ifndef RUN_PRETRAIN_CACHE_H
#define RUN_PRETRAIN_CACHE_H

#include "run/parts.h"
#include "run/pretrain_lock.h"

/* Looks for the run's autoencoder; when there is one (*found), reads its weights into
 * run->autoencoder, its epochs into the history and its AUC into run->state. When another process
 * is training it, waits for it; when nobody is, takes the lock, so that others wait for this run.
 * An entry that cannot be read is noted and passed over; it is an error when there is none and the
 * cache cannot be written to. */
int pretrain_cache_take(struct run *run, struct pretrain_lock *lock, bool *found,
                        struct error *err);

/* For a run that goes on with its own pretraining: has others wait for it, if that can be done at
 * once. */
void pretrain_cache_announce(struct run *run, struct pretrain_lock *lock);

/* Leaves run->autoencoder with its history. */
int pretrain_cache_leave(struct run *run, struct error *err);

#endif
