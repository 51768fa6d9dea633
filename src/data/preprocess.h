/* Preprocessing (the paper, section 4.1): bytes -> float32 network inputs. Statistics always
 * come from the training images. */
#ifndef DATA_PREPROCESS_H
#define DATA_PREPROCESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/choices.h"
#include "base/error.h"
#include "data/split.h"

#define NORMS(X) X(NORM_L1, "l1") X(NORM_L2, "l2") X(NORM_STD, "std")
enum norm { NORMS(CHOICE_CONSTANT) };

struct preprocess {
    bool gcn;
    enum norm norm;
    bool zca_whitening;
    /* What preprocess_fit finds. */
    size_t n_values;            /* of an image: channels * height * width */
    float *zca_mean;            /* (n_values); NULL without whitening */
    float *zca_matrix;          /* (n_values, n_values), symmetric; NULL without whitening */
    float input_min, input_max; /* of the training set after all but the rescaling */
};

/* Images that are preprocessed together: who goes through a set in blocks of this many, from its
 * first image on, finds each image with the same bits every time, and needs no other copy of it. */
enum { PREPROCESS_BLOCK = 256 };

/* The number of images in the block that begins with image `first` of n. */
static inline size_t preprocess_block(size_t first, size_t n) {
    return n - first < PREPROCESS_BLOCK ? n - first : PREPROCESS_BLOCK;
}

/* Global contrast normalisation of one image, in place: subtract the mean of all its values, divide
 * by the norm (L1: sum of absolute values; L2: root of the sum of squares; std: root of the mean
 * square). An image whose norm is 0 becomes all zeros. Sums run in double. */
void preprocess_gcn(float *image, size_t n_values, enum norm norm);

/* Finds n_values, the whitening (data/zca.h) if that is asked for, and the range, from the selected
 * training images, in blocks. An error when there are none, when all their values are equal in the
 * end (they cannot be rescaled then), and those of zca_fit. preprocess_free is due, error or not.
 */
int preprocess_fit(struct preprocess *preprocess, const struct images *images,
                   const struct selection *train, struct error *err);
void preprocess_free(struct preprocess *preprocess);

/* Widens input_min .. input_max to n more values; an error when one is not finite. An empty range
 * is INFINITY .. -INFINITY. */
int preprocess_widen_range(struct preprocess *preprocess, const float *values, size_t n,
                           struct error *err);

/* Writes images first .. first + n - 1 of a selection to values (n, n_values), after all steps but
 * the rescaling: divided by 255, contrast-normalised and whitened as preprocess_fit found it. The
 * images must have the size of those. */
int preprocess_images(const struct preprocess *preprocess, const struct images *images,
                      const struct selection *selection, size_t first, size_t n, float *values,
                      struct error *err);

/* Rescales n values in place: (x - input_min) / (input_max - input_min). Test values may leave
 * [0, 1]. */
void preprocess_rescale(const struct preprocess *preprocess, float *values, size_t n);

#endif
