/* A phase of a run, pretraining or training: its epochs with all that follows each. Not for others
 * than the phases and run.c. */
#ifndef RUN_PHASE_H
#define RUN_PHASE_H

#include "nn/architectures.h"
#include "run/state.h"
#include "train/trainer.h"

/* Epochs of training take about as long as this part of an epoch of pretraining, for an estimate of
 * the time that is left. */
extern const double phase_train_share;

/* A phase under way. */
struct phase {
    struct run *run;
    const char *name;
    size_t n_epochs;
    bool diagnostics; /* wanted in every line of the history */
    struct trainer trainer;
    struct objective objective;
    struct deep_svdd *svdd; /* NULL where another objective is trained */
    double *seconds;        /* of the phase, with what it took before it was interrupted */
    double entered, first_epoch_start, last_checkpoint; /* by the clock */
    size_t first_epoch;
    /* What follows an epoch; may fill in the evaluation. */
    int (*after_epoch)(struct phase *phase, struct evaluation *evaluation, struct error *err);
    /* NULL, or fills in an evaluation after every batch of the first epoch. */
    int (*after_batch)(struct phase *phase, struct evaluation *evaluation, struct error *err);
};

/* Which network the run is about: the one that --in-name gives weights to. */
enum architecture_use phase_use(const struct config *config);

/* The network of that use with the run's options; weights are still to come. */
int phase_network(struct run *run, enum architecture_use use, struct network **network,
                  struct error *err);

/* Random weights, from the seed. */
void phase_random_weights(const struct run *run, struct network *network);

/* The same, with the first filters from a dictionary where that is wanted; or those of --in-name.
 */
int phase_weights(struct run *run, struct network *network, struct error *err);

/* The options of a solver of that type. */
struct solver_options phase_solver(const struct config *config, int type);

/* Sets up phase->trainer on the training set. */
int phase_trainer(struct phase *phase, struct network *network, int solver,
                  const struct schedule *schedule, enum rng_stream stream, struct error *err);

/* All epochs that are left, from the checkpoint when there is one of this phase. An epoch that is
 * interrupted is undone, and the run saved as it was before. */
int phase_run(struct phase *phase, struct error *err);

/* Saves the run as it stands between two epochs. */
int phase_checkpoint(struct phase *phase, struct error *err);

/* Writes the network's weights into that file of the run. */
int phase_model(struct run *run, enum run_file file, const struct network *network,
                struct error *err);

/* The same after the epoch that --save-at names, under a name of its own. */
int phase_save_at(const struct phase *phase, enum run_file file, const struct network *network,
                  struct error *err);

#endif
