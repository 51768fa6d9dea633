#include "model/dcae.h"

#include "metrics/metrics.h"
#include "train/autoencoder.h"

static bool cross_entropy(const struct learner *learner) {
    return learner->config->ae_loss == AE_LOSS_CE;
}

int learn_dcae_epoch(struct learner *learner, struct trainer *trainer,
                     struct fit_distances *distances, double *objective, struct error *err) {
    const struct objective loss = autoencoder_objective(learner->network, cross_entropy(learner));
    (void)distances;
    return trainer_epoch(trainer, &loss, objective, err);
}

void learn_dcae_measure(struct learner *learner, const struct batch_set *set, bool measured,
                        float *scores, float *room, struct learner_terms *terms) {
    double std;
    (void)measured;
    (void)room;
    autoencoder_losses(learner->network, cross_entropy(learner), set, scores);
    metrics_mean_std(scores, set->n_images, &terms->objective, &std);
    if (cross_entropy(learner))
        autoencoder_scores(learner->network, set, scores);
}

void learn_dcae_score(const struct learner *learner, const struct network_view *view,
                      float *scores) {
    autoencoder_group_scores(learner->network, view, scores);
}
