/* The convolutional autoencoder (DCAE): pretraining, and a baseline of its own (method.md section
 * 3). */
#ifndef SVDD_AUTOENCODER_H
#define SVDD_AUTOENCODER_H

#include "data/batches.h"
#include "nn/network.h"
#include "svdd/trainer.h"

/* Mean over the batch of the sum over pixels of (x_hat - x)^2. */
struct objective autoencoder_objective(struct network *autoencoder);

/* Reconstruction errors, the DCAE's anomaly scores: sum over pixels of (x_hat - x)^2 for every
 * image of the set, in evaluation mode. scores: (set->n_images). */
void autoencoder_scores(struct network *autoencoder, const struct batch_set *set, float *scores);

#endif
