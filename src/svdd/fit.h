/* Training Deep SVDD, epoch by epoch (the paper, section 3.3). */
#ifndef SVDD_FIT_H
#define SVDD_FIT_H

#include <stdbool.h>
#include <stddef.h>

#include "svdd/deep_svdd.h"
#include "train/trainer.h"

/* The distances d_i of the training set, in evaluation mode. */
struct fit_distances {
    float *values; /* (n_images) */
    float *room;   /* (n_images): scratch */
    bool wanted;   /* also after epochs that do not need them */
    bool measured; /* written: values are those after the epoch */
};

/* One epoch: the weights by the trainer's solver, then R2 where it is due and, with a free centre
 * in block-coordinate descent, c with it. *objective is the mean over the batches, as trainer_epoch
 * has it; errors are those of trainer_epoch and svdd_dual_solve. */
int fit_epoch(struct deep_svdd *svdd, struct trainer *trainer, struct fit_distances *distances,
              double *objective, struct error *err);

/* The part of fit_epoch after the weights of epoch 1..: c and R2, and the distances to them. */
int fit_sphere(struct deep_svdd *svdd, size_t epoch, const struct batch_set *train,
               float *distances, float *room, struct error *err);

/* True when R2 is due after that epoch (1..). */
bool fit_radius_due(const struct deep_svdd *svdd, size_t epoch);

/* Sets R2 from the n training distances after that epoch: the quantile, or past the warm-up of
 * block-coordinate descent the exact minimiser. Reorders `distances`. */
void fit_radius(struct deep_svdd *svdd, size_t epoch, float *distances, size_t n);

#endif
