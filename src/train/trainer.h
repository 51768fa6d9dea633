/* The training loop that pretraining and Deep SVDD share: epochs of solver steps over fixed
 * batches. */
#ifndef TRAIN_TRAINER_H
#define TRAIN_TRAINER_H

#include <signal.h>
#include <stdbool.h>

#include "base/error.h"
#include "base/rng.h"
#include "data/batches.h"
#include "nn/network.h"
#include "nn/pass.h"
#include "nn/solver.h"

struct schedule {
    double lr;
    bool lr_drop; /* from epoch lr_drop_in_epoch on (counted from 0) the rate is lr / lr_drop_factor
                   */
    size_t lr_drop_in_epoch;
    double lr_drop_factor;
    size_t lr_decay_after_epoch; /* from this epoch E on the rate is lr E / epoch; 0 = never */
    double weight_decay;         /* lambda of lambda / 2 * sum of squares; 0 = none */
    bool decay_scales;           /* BatchNorm scales too (pretraining) */
    bool shuffle_samples;        /* new batches every epoch, not only a new order of them */
};

/* What is minimised: the loss of a group (of the mean over the batch: gradients are divided by
 * n_batch). Where it has to know the batch, it is told before; where it has parameters of its own,
 * they take their step after the solver's (else NULL). */
struct objective {
    network_visit *loss;
    void (*before_batch)(void *context, const struct batch_set *set, size_t batch);
    void (*after_step)(void *context, size_t n_images, double lr);
    void *context;
};

struct trainer {
    struct network *network;
    struct solver solver;
    struct schedule schedule;
    const struct batch_set *train;
    struct batch_set shuffled; /* for shuffle_samples */
    size_t *order;             /* of batches or of samples */
    struct rng rng;
    size_t epoch;                      /* epochs done */
    const volatile sig_atomic_t *stop; /* NULL, or set to stop after the batch at hand */
    /* NULL, or called after every batch (1..) of an epoch; a failure ends it. */
    int (*after_batch)(void *context, size_t batch, double loss, struct error *err);
    void *after_batch_context;
};

/* `train` must have whole batches only and at most network->max_batch images in each. */
int trainer_create(struct trainer *trainer, struct network *network,
                   const struct solver_options *solver, const struct schedule *schedule,
                   const struct batch_set *train, struct rng rng, const volatile sig_atomic_t *stop,
                   struct error *err);
void trainer_free(struct trainer *trainer);

/* The learning rate of the epoch to come. */
double trainer_rate(const struct trainer *trainer);

/* One solver step on a batch of a set; returns the objective on it before the step: the mean of the
 * images' losses plus the weight decay. */
double trainer_step(struct trainer *trainer, const struct batch_set *set, size_t batch,
                    const struct objective *objective);

/* One epoch. *mean is the mean of the steps' objectives. STATUS_DIVERGED with the epoch in the
 * message as soon as one is NaN or infinite; STATUS_INTERRUPTED when *stop was set. Does not
 * allocate. */
int trainer_epoch(struct trainer *trainer, const struct objective *objective, double *mean,
                  struct error *err);

#endif
