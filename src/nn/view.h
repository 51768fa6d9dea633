/* What comes out of a network, group by group, and who looks at it: the loss in training, a score
 * in evaluation. */
#ifndef NN_VIEW_H
#define NN_VIEW_H

#include <stddef.h>

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

#endif
