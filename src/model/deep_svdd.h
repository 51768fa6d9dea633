/* Deep SVDD as a method, with either objective: the score of an image is d - R2. See method.h for
 * each function. */
#ifndef MODEL_DEEP_SVDD_H
#define MODEL_DEEP_SVDD_H

#include "model/learner.h"
#include "svdd/fit.h"

int learn_svdd_create(struct learner *learner, struct error *err);
int learn_svdd_begin(struct learner *learner, const struct batch_set *train, struct error *err);
int learn_svdd_epoch(struct learner *learner, struct trainer *trainer,
                     struct fit_distances *distances, double *objective, struct error *err);
void learn_svdd_measure(struct learner *learner, const struct batch_set *set, bool measured,
                        float *scores, float *room, struct learner_terms *terms);
void learn_svdd_score(const struct learner *learner, const struct network_view *view,
                      float *scores);
void learn_svdd_free(struct learner *learner);

#endif
