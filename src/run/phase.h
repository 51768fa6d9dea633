/* A phase of a run, pretraining or training: its epochs with the evaluation, history line and
 * checkpoint that follow each. */
#ifndef RUN_PHASE_H
#define RUN_PHASE_H

#include "run/parts.h"
#include "svdd/fit.h"
#include "train/trainer.h"

/* Epochs of training take about as long as this part of an epoch of pretraining, for an estimate of
 * the time that is left. */
extern const double phase_train_share;

/* A phase under way. */
struct phase {
    struct run *run;
    const char *name;
    size_t n_epochs;
    bool diagnostics;        /* wanted in every line of the history */
    struct learner *learner; /* what it trains */
    struct trainer trainer;
    struct fit_distances distances; /* of the training set */
    double *seconds;                /* of the phase, with what it took before it was interrupted */
    double entered, first_epoch_start, last_checkpoint; /* by the clock */
    size_t first_epoch;
    /* What follows an epoch; may fill in the evaluation. */
    int (*after_epoch)(struct phase *phase, struct evaluation *evaluation, struct error *err);
    /* NULL, or fills in an evaluation after every batch of the first epoch. */
    int (*after_batch)(struct phase *phase, struct evaluation *evaluation, struct error *err);
};

/* Sets up phase->trainer for the learner on the training set. */
int phase_trainer(struct phase *phase, int solver, const struct schedule *schedule,
                  enum rng_stream stream, struct error *err);

/* All epochs that are left, from the checkpoint when there is one of this phase. An epoch that is
 * interrupted is undone, and the run saved as it was before. */
int phase_run(struct phase *phase, struct error *err);

/* Saves the run as it stands between two epochs. */
int phase_checkpoint(struct phase *phase, struct error *err);

/* Writes the learner's weights into that file of the run. */
int phase_model(const struct phase *phase, enum run_file file, struct error *err);

/* The same after the epoch that --save-at names, under a name of its own. */
int phase_save_at(const struct phase *phase, enum run_file file, struct error *err);

#endif
