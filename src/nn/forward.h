/* Evaluating a network from several threads at a time: the weights are prepared once, and who
 * evaluates brings the working memory. */
#ifndef NN_FORWARD_H
#define NN_FORWARD_H

#include <stddef.h>

#include "base/error.h"
#include "nn/network.h"
#include "nn/view.h"

/* Working memory for one group of images at a time. */
struct workspace {
    float **outputs; /* of each layer: (features, LANES) from place `slot` on */
    size_t slot;
    float *scratch; /* (network->scratch_size) */
};

/* Working memory for the network, of a thread of its own. Freed with workspace_free, not before the
 * network, also after an error. */
int workspace_create(struct workspace *workspace, const struct network *network, struct error *err);
void workspace_free(struct workspace *workspace, const struct network *network);

/* Works out of the parameters and statistics what evaluation needs of them; due again when they
 * change. */
void forward_prepare(struct network *network);

/* A group of images, numbers first_image .. first_image + n_images - 1 of n_batch, through the
 * prepared network in evaluation mode; `visit` sees what comes out, and its return value is
 * returned. images: (features, LANES), with anything finite in the lanes beyond n_images. Changes
 * nothing but the workspace, so that threads with a workspace each may call it at the same time. */
double forward_group(const struct network *network, const struct workspace *workspace,
                     const float *images, size_t first_image, size_t n_images, size_t n_batch,
                     network_visit *visit, void *context);

#endif
