/* The classifier as a method: the score of an image is its logit. See method.h for each function.
 */
#ifndef MODEL_CLASSIFIER_H
#define MODEL_CLASSIFIER_H

#include "model/learner.h"
#include "svdd/fit.h"

int learn_classifier_create(struct learner *learner, struct error *err);
int learn_classifier_epoch(struct learner *learner, struct trainer *trainer,
                           struct fit_distances *distances, double *objective, struct error *err);
void learn_classifier_measure(struct learner *learner, const struct batch_set *set, bool measured,
                              float *scores, float *room, struct learner_terms *terms);
void learn_classifier_score(const struct learner *learner, const struct network_view *view,
                            float *scores);

#endif
