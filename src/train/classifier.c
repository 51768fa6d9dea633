/* Binary cross-entropy on logits. */
#include "train/classifier.h"

#include <math.h>

#include "train/measure.h"

/* log(1 + exp(a)) - y a, without overflow or cancellation. */
static double cross_entropy(double logit, int label) {
    return (logit > 0 ? logit : 0) - (label ? logit : 0) + log1p(exp(-fabs(logit)));
}

/* With p = 1 / (1 + exp(-a)): d loss / d a = (p - y) / n. */
static double loss(void *context, const struct network_view *view) {
    const struct classifier *classifier = context;
    const unsigned char *labels = classifier->labels + view->first_image;
    double sum = 0;
    for (size_t l = 0; l < LANES; l++)
        view->gradient[l] = 0;
    for (size_t l = 0; l < view->n_images; l++) {
        double logit = (double)view->output[l];
        double probability = 1 / (1 + exp(-logit));
        sum += cross_entropy(logit, labels[l]);
        view->gradient[l] = (float)((probability - labels[l]) / (double)view->n_batch);
    }
    return sum;
}

static void note_labels(void *context, const struct batch_set *set, size_t batch) {
    struct classifier *classifier = context;
    classifier->labels = batch_set_labels(set, batch);
}

struct objective classifier_objective(struct classifier *classifier) {
    return (struct objective){.loss = loss, .before_batch = note_labels, .context = classifier};
}

void classifier_group_scores(const struct network_view *view, float *scores) {
    for (size_t l = 0; l < view->n_images; l++)
        scores[l] = view->output[l];
}

static void logits_of(void *context, const struct network_view *view, float *scores) {
    (void)context;
    classifier_group_scores(view, scores);
}

void classifier_scores(struct classifier *classifier, const struct batch_set *set, float *scores) {
    measure_images(classifier->network, set, 0, logits_of, classifier, 1, scores);
}

double classifier_loss(const float *scores, const unsigned char *labels, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += cross_entropy((double)scores[i], labels[i]);
    return sum / (double)n;
}
