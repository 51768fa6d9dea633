/* How well a run does on its image sets, at one moment. */
#ifndef RUN_EVALUATION_H
#define RUN_EVALUATION_H

#include "base/error.h"
#include "model/learner.h"
#include "run/data.h"
#include "run/diagnostics.h"

/* NaN stands for what is undefined or was not evaluated. */
struct evaluation {
    double objective[N_SETS]; /* without weight decay, but for training's own of TRAIN */
    double auc[N_SETS], accuracy[N_SETS];
    struct diagnostics *diagnostics; /* NULL: not wanted */
    bool train_measured;             /* the training set's scores hold its distances d_i already */
};

void evaluation_clear(struct evaluation *evaluation);

/* Scores a set (number i: TRAIN, VAL or TEST) by what the learner's method makes of it, into
 * set->scores, and notes the mean loss, the AUC and (where a score of 0 is a threshold) the
 * accuracy; into the diagnostics goes what they have of the set and its scores. An empty set stays
 * NaN. */
int evaluation_add(struct evaluation *evaluation, struct learner *learner, struct image_set *set,
                   size_t i, struct error *err);

/* Every set. */
int evaluation_add_all(struct evaluation *evaluation, struct learner *learner,
                       struct image_set sets[N_SETS], struct error *err);

#endif
