/* The classifier (loss ce): the encoder, one more dense unit whose output is a
 * logit, and binary cross-entropy against the outlier label.
 *
 * The sigmoid that turns the logit into a probability is taken in the loss, where it is exact for
 * large logits; the score is the logit itself, which orders images as the probability does and is
 * positive for what is taken for an outlier. */
#ifndef TRAIN_CLASSIFIER_H
#define TRAIN_CLASSIFIER_H

#include "data/batches.h"
#include "nn/network.h"
#include "train/trainer.h"

struct classifier {
    struct network *network;
    const unsigned char *labels; /* of the batch at hand */
};

/* Mean over the batch of log(1 + exp(a)) - y a, for logit a and label y (set->labels). Its context
 * is the classifier. */
struct objective classifier_objective(struct classifier *classifier);

/* The logits of all images of the set, in evaluation mode. scores: (set->n_images). */
void classifier_scores(struct classifier *classifier, const struct batch_set *set, float *scores);

/* The logits of the images of one group: scores (view->n_images). Re-entrant. */
void classifier_group_scores(const struct network_view *view, float *scores);

/* The mean cross-entropy of n logits against labels 0 and 1. */
double classifier_loss(const float *scores, const unsigned char *labels, size_t n);

#endif
