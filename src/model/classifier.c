#include "model/classifier.h"

int learn_classifier_create(struct learner *learner, struct error *err) {
    (void)err;
    learner->classifier.network = learner->network;
    return STATUS_OK;
}

int learn_classifier_epoch(struct learner *learner, struct trainer *trainer,
                           struct fit_distances *distances, double *objective, struct error *err) {
    const struct objective loss = classifier_objective(&learner->classifier);
    (void)distances;
    return trainer_epoch(trainer, &loss, objective, err);
}

void learn_classifier_measure(struct learner *learner, const struct batch_set *set, bool measured,
                              float *scores, float *room, struct learner_terms *terms) {
    (void)measured;
    (void)room;
    classifier_scores(&learner->classifier, set, scores);
    terms->objective = terms->data = classifier_loss(scores, set->labels, set->n_images);
}

void learn_classifier_score(const struct learner *learner, const struct network_view *view,
                            float *scores) {
    (void)learner;
    classifier_group_scores(view, scores);
}
