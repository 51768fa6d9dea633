#include "model/deep_svdd.h"

static struct svdd_options options_of(const struct config *config) {
    return (struct svdd_options){
        .hard_margin = config->hard_margin,
        .nu = config->nu,
        .c_mean_init = config->c_mean_init,
        .c_mean_batches =
            config->c_mean_init_n_batches > 0 ? (size_t)config->c_mean_init_n_batches : 0,
        .center_free = !config->center_fixed,
        .block_coordinate = config->block_coordinate,
        .k_update_epochs = (size_t)config->k_update_epochs,
        .warm_up_n_epochs = (size_t)config->warm_up_n_epochs,
        .penalty = config->reconstruction_penalty ? 1 / config->C_rec : 0,
    };
}

int learn_svdd_create(struct learner *learner, struct error *err) {
    const struct config *config = learner->config;
    const struct svdd_options options = options_of(config);
    const struct solver_options solver = {(enum solver_type)config->solver, config->momentum,
                                          config->rho};
    return deep_svdd_create(&learner->svdd, learner->network, &options, &solver, err);
}

int learn_svdd_begin(struct learner *learner, const struct batch_set *train, struct error *err) {
    return deep_svdd_init_center(&learner->svdd, train, err);
}

int learn_svdd_epoch(struct learner *learner, struct trainer *trainer,
                     struct fit_distances *distances, double *objective, struct error *err) {
    return fit_epoch(&learner->svdd, trainer, distances, objective, err);
}

void learn_svdd_measure(struct learner *learner, const struct batch_set *set, bool measured,
                        float *scores, float *room, struct learner_terms *terms) {
    struct deep_svdd *svdd = &learner->svdd;
    const size_t n = set->n_images;
    const double penalty = deep_svdd_penalty(svdd, set, room);
    if (!measured)
        deep_svdd_distances(svdd, set, scores);
    terms->objective = deep_svdd_loss(svdd, scores, n) + penalty;
    terms->data = deep_svdd_data_term(svdd, scores, n);
    if (svdd->options.penalty > 0)
        terms->reconstruction = penalty;
    for (size_t i = 0; i < n; i++)
        scores[i] -= svdd->radius_squared;
}

void learn_svdd_score(const struct learner *learner, const struct network_view *view,
                      float *scores) {
    float distances[LANES];
    deep_svdd_group_distances(&learner->svdd, view->representation, distances);
    for (size_t i = 0; i < view->n_images; i++)
        scores[i] = distances[i] - learner->svdd.radius_squared;
}

void learn_svdd_free(struct learner *learner) {
    deep_svdd_free(&learner->svdd);
}
