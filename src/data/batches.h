/* Image sets laid out for the network.
 *
 * The network works on groups of 16 (LANES) images side by side, one image to a vector lane: a
 * group of images of F values is an array (F, 16). A batch is a whole number of groups, the last
 * one filled up with zeros; a batch set holds its batches one after the other, so that training and
 * evaluation read them where they are. */
#ifndef DATA_BATCHES_H
#define DATA_BATCHES_H

#include <stddef.h>

#include "base/error.h"
#include "base/lanes.h"

struct batch_set {
    size_t n_images;
    size_t n_values;   /* F: values of an image, channels * height * width */
    size_t batch_size; /* images of a batch; the last batch may have fewer */
    size_t n_batches;
    size_t groups_per_batch; /* ceil(batch_size / 16) */
    float *values;           /* (n_batches, groups_per_batch, F, 16) */
    unsigned char *labels;   /* (n_images): for a classifier; 0 unless set by the owner */
};

/* An all-zero set of n images (none is allowed); an error when n_values or batch_size is 0 or the
 * whole does not fit in memory. */
int batch_set_create(struct batch_set *set, size_t n_images, size_t n_values, size_t batch_size,
                     struct error *err);
void batch_set_free(struct batch_set *set);

/* The first value of a batch, its first label, and how many images it has. */
float *batch_set_batch(const struct batch_set *set, size_t batch);
const unsigned char *batch_set_labels(const struct batch_set *set, size_t batch);
size_t batch_set_count(const struct batch_set *set, size_t batch);

/* Copies image number `image` in from, or out to, an array (F). */
void batch_set_put(struct batch_set *set, size_t image, const float *values);
void batch_set_get(const struct batch_set *set, size_t image, float *values);

/* destination image i = source image order[i] with its label, for all i; same numbers of images and
 * values, and two sets that do not overlap. Batch sizes may differ. */
void batch_set_permute(struct batch_set *destination, const struct batch_set *source,
                       const size_t *order);

#endif
