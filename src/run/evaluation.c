/* Evaluation of a run's image sets. */
#include "run/evaluation.h"

#include <math.h>

#include "metrics/metrics.h"
#include "train/autoencoder.h"

void evaluation_clear(struct evaluation *evaluation) {
    for (size_t i = 0; i < N_SETS; i++)
        evaluation->objective[i] = evaluation->auc[i] = evaluation->accuracy[i] = (double)NAN;
    evaluation->diagnostics = NULL;
    evaluation->train_measured = false;
}

static int evaluate_auc(struct evaluation *evaluation, const struct image_set *set, size_t i,
                        struct error *err) {
    int status = metrics_auc(set->scores, set->selection.outlier, set->selection.n,
                             &evaluation->auc[i], err);
    if (!status && i == TEST && evaluation->diagnostics)
        status = diagnostics_scores(evaluation->diagnostics, set, err);
    return status ? error_prefix(err, status, "%s set", set->name) : STATUS_OK;
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

int evaluate_autoencoder(struct evaluation *evaluation, struct network *autoencoder,
                         bool cross_entropy, struct image_set *set, size_t i, struct error *err) {
    if (set->selection.n == 0)
        return STATUS_OK;
    double std;
    autoencoder_losses(autoencoder, cross_entropy, &set->batches, set->scores);
    metrics_mean_std(set->scores, set->selection.n, &evaluation->objective[i], &std);
    if (cross_entropy)
        autoencoder_scores(autoencoder, &set->batches, set->scores);
    int status = check_finite(set, err);
    return status ? status : evaluate_auc(evaluation, set, i, err);
}

/* Accuracy and AUC of scores that are positive for outliers. */
static int evaluate_scores(struct evaluation *evaluation, const struct image_set *set, size_t i,
                           struct error *err) {
    evaluation->accuracy[i] =
        metrics_accuracy(set->scores, set->selection.outlier, set->selection.n);
    return evaluate_auc(evaluation, set, i, err);
}

/* The distances of the set into set->scores. */
static int evaluate_distances(const struct evaluation *evaluation, struct deep_svdd *svdd,
                              struct image_set *set, size_t i, struct error *err) {
    if (i == TEST && evaluation->diagnostics)
        return diagnostics_distances(evaluation->diagnostics, svdd, set, err);
    if (i != TRAIN || !evaluation->train_measured)
        deep_svdd_distances(svdd, &set->batches, set->scores);
    return STATUS_OK;
}

/* The parts of the objective on the training set, from its distances. */
static void note_parts(struct diagnostics *diagnostics, const struct deep_svdd *svdd,
                       const float *distances, size_t n, double penalty) {
    diagnostics->data = deep_svdd_data_term(svdd, distances, n);
    if (svdd->options.penalty > 0)
        diagnostics->reconstruction = penalty;
    diagnostics->center_norm = diagnostics_norm(svdd->center, svdd->n_dims);
}

int evaluate_svdd(struct evaluation *evaluation, struct deep_svdd *svdd, struct image_set *set,
                  size_t i, struct error *err) {
    size_t n = set->selection.n;
    if (n == 0)
        return STATUS_OK;
    double penalty = deep_svdd_penalty(svdd, &set->batches, set->room);
    int status = evaluate_distances(evaluation, svdd, set, i, err);
    if (status)
        return status;
    evaluation->objective[i] = deep_svdd_loss(svdd, set->scores, n) + penalty;
    if (i == TRAIN && evaluation->diagnostics)
        note_parts(evaluation->diagnostics, svdd, set->scores, n, penalty);
    status = check_finite(set, err);
    if (status)
        return status;
    for (size_t k = 0; k < n; k++)
        set->scores[k] -= svdd->radius_squared;
    return evaluate_scores(evaluation, set, i, err);
}

int evaluate_classifier(struct evaluation *evaluation, struct classifier *classifier,
                        struct image_set *set, size_t i, struct error *err) {
    size_t n = set->selection.n;
    if (n == 0)
        return STATUS_OK;
    classifier_scores(classifier, &set->batches, set->scores);
    int status = check_finite(set, err);
    if (status)
        return status;
    evaluation->objective[i] = classifier_loss(set->scores, set->selection.outlier, n);
    if (i == TRAIN && evaluation->diagnostics)
        evaluation->diagnostics->data = evaluation->objective[i];
    return evaluate_scores(evaluation, set, i, err);
}
