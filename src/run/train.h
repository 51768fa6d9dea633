/* The second phase of a run. */
#ifndef RUN_TRAIN_H
#define RUN_TRAIN_H

#include "run/parts.h"

/* Leaves run->learner trained and its weights written. */
int run_train(struct run *run, struct error *err);

#endif
