/* The first phase of a run. */
#ifndef RUN_PRETRAIN_H
#define RUN_PRETRAIN_H

#include "run/parts.h"

/* Pretraining, or the whole training of loss autoencoder: leaves run->autoencoder trained, its
 * weights written and run->state.dcae_auc set. Nothing where the run has no such phase. */
int run_pretrain(struct run *run, struct error *err);

#endif
