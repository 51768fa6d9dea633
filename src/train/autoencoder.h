/* The convolutional autoencoder (DCAE): pretraining, and a baseline of its own (the paper,
 * section 4). */
#ifndef TRAIN_AUTOENCODER_H
#define TRAIN_AUTOENCODER_H

#include <stdbool.h>

#include "data/batches.h"
#include "nn/network.h"
#include "nn/pass.h"
#include "train/trainer.h"

/* Mean over the batch of the sum over pixels of (x_hat - x)^2, or of the binary cross-entropy
 * -x log(x_hat) - (1 - x) log(1 - x_hat), with x_hat kept off 0 and 1 by 1e-7. */
struct objective autoencoder_objective(struct network *autoencoder, bool cross_entropy);

/* Reconstruction errors, the DCAE's anomaly scores: sum over pixels of (x_hat - x)^2 for every
 * image of the set, in evaluation mode; the same for any network that ends with a decoder. scores:
 * (set->n_images). */
void autoencoder_scores(struct network *autoencoder, const struct batch_set *set, float *scores);

/* The losses of all images, in evaluation mode: the same but for cross-entropy. */
void autoencoder_losses(struct network *autoencoder, bool cross_entropy,
                        const struct batch_set *set, float *losses);

/* The same of the images of one group that has come out of such a network: scores (view->n_images).
 * Re-entrant. */
void autoencoder_group_scores(const struct network *autoencoder, const struct network_view *view,
                              float *scores);

/* For objectives with a reconstruction term: the sum over the group's images of weight times
 * sum over pixels of (x_hat - x)^2, whose gradient (of the mean over the batch) it writes. */
double autoencoder_penalty(const struct network_view *view, size_t n_pixels, double weight);

#endif
