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
#include "nn/view.h"

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
