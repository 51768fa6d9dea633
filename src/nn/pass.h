/* Training and evaluation passes of a network.
 *
 * A training pass goes through the batch group by group, a group through as many layers as it can
 * before one of them (BatchNorm) needs the whole batch; groups are shared among threads. Gradients
 * are summed within a fixed number of shards of the batch and the shards in order, whatever the
 * number of threads, so that results are the same to the last bit. */
#ifndef NN_PASS_H
#define NN_PASS_H

#include <stddef.h>

#include "nn/network.h"

/* A group that has come out of the network. Arrays are (features, LANES); the first n_images lanes
 * are images first_image ... of the batch's n_batch. */
struct network_view {
    size_t first_image, n_images, n_batch;
    const float *input, *output;
    float *gradient; /* training: d loss / d output, to be written, 0 in the padding lanes; else
                        NULL */
    /* The same of what the tap shows, the output's own where there is no tap. The gradient into a
     * tap is 0 unless it is written. */
    const float *representation;
    float *representation_gradient;
};

/* What is done with each group of a pass. Returns the sum of the images' losses (evaluation: any
 * sum that is wanted). Called from several threads at a time. */
typedef double network_visit(void *context, const struct network_view *view);

/* One training pass over a batch (groups of LANES images, as batch_set_batch gives): forward with
 * batch statistics, `loss` on every group, backward. network->gradient is set; returns the sum of
 * losses. */
double network_train(struct network *network, const float *batch, size_t n_images,
                     network_visit *loss, void *context);

/* One pass in evaluation mode: `visit` on every group (what it returns is not used). There may be
 * more images than max_batch. */
void network_evaluate(struct network *network, const float *batch, size_t n_images,
                      network_visit *visit, void *context);

#endif
