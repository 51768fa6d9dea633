/* Evaluation of a run's image sets. */
#include "run/evaluation.h"

#include <math.h>

#include "metrics/metrics.h"

void evaluation_clear(struct evaluation *evaluation) {
    for (size_t i = 0; i < N_SETS; i++)
        evaluation->objective[i] = evaluation->auc[i] = evaluation->accuracy[i] = (double)NAN;
    evaluation->diagnostics = NULL;
    evaluation->train_measured = false;
}

/* An infinite score would pass for a high one. */
static int check_finite(const struct image_set *set, struct error *err) {
    for (size_t k = 0; k < set->selection.n; k++)
        if (!isfinite(set->scores[k]))
            return error_set(err, STATUS_DIVERGED,
                             "%s set: the loss of an image is %s: training diverged", set->name,
                             isnan(set->scores[k]) ? "NaN" : "infinite");
    return STATUS_OK;
}

/* The distances of the test set with the norms of its representations, in one pass, where both are
 * wanted. *measured: set->scores hold the distances. */
static int measure_norms(const struct evaluation *evaluation, struct learner *learner,
                         struct image_set *set, size_t i, bool *measured, struct error *err) {
    struct deep_svdd *sphere = learner_sphere(learner);
    *measured = i == TRAIN && evaluation->train_measured;
    if (i != TEST || !evaluation->diagnostics || !sphere)
        return STATUS_OK;
    *measured = true;
    return diagnostics_distances(evaluation->diagnostics, sphere, set, err);
}

/* The parts of the objective on the training set. */
static void note_terms(struct diagnostics *diagnostics, struct learner *learner,
                       const struct learner_terms *terms) {
    const struct deep_svdd *sphere = learner_sphere(learner);
    diagnostics->data = terms->data;
    diagnostics->reconstruction = terms->reconstruction;
    if (sphere)
        diagnostics->center_norm = diagnostics_norm(sphere->center, sphere->n_dims);
}

static int note_auc(struct evaluation *evaluation, const struct image_set *set, size_t i,
                    struct error *err) {
    int status = metrics_auc(set->scores, set->selection.outlier, set->selection.n,
                             &evaluation->auc[i], err);
    if (!status && i == TEST && evaluation->diagnostics)
        status = diagnostics_scores(evaluation->diagnostics, set, err);
    return status ? error_prefix(err, status, "%s set", set->name) : STATUS_OK;
}

int evaluation_add(struct evaluation *evaluation, struct learner *learner, struct image_set *set,
                   size_t i, struct error *err) {
    struct learner_terms terms = {(double)NAN, (double)NAN, (double)NAN};
    bool measured;
    if (set->selection.n == 0)
        return STATUS_OK;
    int status = measure_norms(evaluation, learner, set, i, &measured, err);
    if (status)
        return status;
    learner->method->measure(learner, &set->batches, measured, set->scores, set->room, &terms);
    status = check_finite(set, err);
    if (status)
        return status;
    evaluation->objective[i] = terms.objective;
    if (i == TRAIN && evaluation->diagnostics)
        note_terms(evaluation->diagnostics, learner, &terms);
    if (learner->method->has_threshold)
        evaluation->accuracy[i] =
            metrics_accuracy(set->scores, set->selection.outlier, set->selection.n);
    return note_auc(evaluation, set, i, err);
}

int evaluation_add_all(struct evaluation *evaluation, struct learner *learner,
                       struct image_set sets[N_SETS], struct error *err) {
    int status = STATUS_OK;
    for (size_t i = 0; !status && i < N_SETS; i++)
        status = evaluation_add(evaluation, learner, &sets[i], i, err);
    return status;
}
