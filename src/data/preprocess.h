/* Preprocessing (method.md section 2, step 5): bytes -> float32 network inputs. Statistics always
 * come from the training images. */
#ifndef DATA_PREPROCESS_H
#define DATA_PREPROCESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "data/split.h"

enum norm { NORM_L1, NORM_L2, NORM_STD };

struct preprocess {
    bool gcn;
    enum norm norm;
    float input_min, input_max; /* of the training set after contrast normalisation */
};

/* Global contrast normalisation of one image, in place: subtract the mean of all its values, divide
 * by the norm (L1: sum of absolute values; L2: root of the sum of squares; std: root of the mean
 * square). An image whose norm is 0 becomes all zeros. Sums run in double. */
void preprocess_gcn(float *image, size_t n_values, enum norm norm);

/* Writes the selected images of `images`, divided by 255 and contrast-normalised when gcn is set,
 * one after the other to values (selection->n x channels*height*width). */
void preprocess_contrast(const struct preprocess *preprocess, const struct images *images,
                         const struct selection *selection, float *values);

/* Sets input_min and input_max from n training values; an error when they are all equal (or there
 * are none, or one is not finite), for they cannot be rescaled then. */
int preprocess_fit_range(struct preprocess *preprocess, const float *values, size_t n,
                         struct error *err);

/* Rescales n values in place: (x - input_min) / (input_max - input_min). Test values may leave
 * [0, 1]. */
void preprocess_rescale(const struct preprocess *preprocess, float *values, size_t n);

#endif
