/* Numbers that sum up scores. */
#ifndef METRICS_METRICS_H
#define METRICS_METRICS_H

#include <stddef.h>

#include "base/error.h"

/* Area under the ROC curve: the probability that a random outlier (label 1) has a higher score than
 * a random normal sample (label 0), ties counted one half, exactly (by ranks, in double). *auc is NaN
 * when one of the classes is empty. A NaN score is an error. */
int metrics_auc(const float *scores, const unsigned char *labels, size_t n, double *auc,
                struct error *err);

/* Fraction of samples for which (score > 0) == (label == 1); NaN for n = 0. */
double metrics_accuracy(const float *scores, const unsigned char *labels, size_t n);

/* The k-th largest of n values, k in 1..n. Uses and reorders `values`; quickselect, O(n). */
float metrics_kth_largest(float *values, size_t n, size_t k);

/* Mean and (population) standard deviation in double. */
void metrics_mean_std(const float *values, size_t n, double *mean, double *std);

#endif
