/* The convolutional autoencoder as a method of its own (the paper's baseline DCAE): the score of an
 * image is its reconstruction error. See method.h for each function. */
#ifndef MODEL_DCAE_H
#define MODEL_DCAE_H

#include "model/learner.h"
#include "svdd/fit.h"

int learn_dcae_epoch(struct learner *learner, struct trainer *trainer,
                     struct fit_distances *distances, double *objective, struct error *err);
void learn_dcae_measure(struct learner *learner, const struct batch_set *set, bool measured,
                        float *scores, float *room, struct learner_terms *terms);
void learn_dcae_score(const struct learner *learner, const struct network_view *view,
                      float *scores);

#endif
