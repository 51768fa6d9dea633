/* How well a run does on its image sets, at one moment. */
#ifndef EXPERIMENT_EVALUATION_H
#define EXPERIMENT_EVALUATION_H

#include "base/error.h"
#include "experiment/run_data.h"
#include "svdd/deep_svdd.h"

/* NaN stands for what is undefined or was not evaluated. */
struct evaluation {
    double objective[N_SETS]; /* without weight decay, but for training's own of TRAIN */
    double auc[N_SETS], accuracy[N_SETS];
};

void evaluation_clear(struct evaluation *evaluation);

/* Scores one set with the autoencoder (reconstruction error) or Deep SVDD (d - R2), into
 * set->scores, and notes the mean loss, the AUC and (Deep SVDD) the accuracy. An empty set stays
 * NaN. */
int evaluate_autoencoder(struct evaluation *evaluation, struct network *autoencoder,
                         struct run_data *data, size_t set, struct error *err);
int evaluate_svdd(struct evaluation *evaluation, struct deep_svdd *svdd, struct run_data *data,
                  size_t set, struct error *err);

#endif
