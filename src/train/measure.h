/* Numbers of every image of a set, measured in evaluation mode. */
#ifndef TRAIN_MEASURE_H
#define TRAIN_MEASURE_H

#include "data/batches.h"
#include "nn/network.h"
#include "nn/view.h"

/* The numbers of one group's images: (view->n_images, n_values). */
typedef void image_values(void *context, const struct network_view *view, float *values);

/* Runs the set's first n_batches batches (0 = all) through the network and writes the numbers of
 * all their images, (images, n_values). */
void measure_images(struct network *network, const struct batch_set *set, size_t n_batches,
                    image_values *values_of, void *context, size_t n_values, float *values);

#endif
