/* Numbers that sum up scores. */
#ifndef METRICS_METRICS_H
#define METRICS_METRICS_H

#include <stddef.h>

#include "base/error.h"

/* Area under the ROC curve: the probability that a random outlier (label 1) has a higher score than
 * a random normal sample (label 0), ties counted one half; pairs are counted exactly. Infinite
 * scores are allowed, a NaN score is an error. *auc is NaN when one of the classes is empty. */
int metrics_auc(const float *scores, const unsigned char *labels, size_t n, double *auc,
                struct error *err);

struct roc_point {
    double false_positive_rate, true_positive_rate; /* of normal samples, of outliers; 0..1 */
};

/* The ROC curve: of every threshold the rates of the samples above it, from (0, 0) at the top to
 * (1, 1), both included. points has room for max_points >= 2; those are left out that lie less than
 * 2 / (max_points - 1), as the sum of both rates, from the last one that is kept. *n_points is 0
 * when one of the classes is empty; a NaN score is an error. */
int metrics_roc_curve(const float *scores, const unsigned char *labels, size_t n,
                      struct roc_point *points, size_t max_points, size_t *n_points,
                      struct error *err);

/* Fraction of samples for which (score > 0) == (label == 1); NaN for n = 0. */
double metrics_accuracy(const float *scores, const unsigned char *labels, size_t n);

/* The k-th largest of n values, none of them NaN, k in 1..n. Reorders `values`; quickselect, O(n).
 * The (1 - nu)-quantile of the squared radius is k = floor(nu * n). */
float metrics_kth_largest(float *values, size_t n, size_t k);

/* Mean and (population) standard deviation in double; NaN for n = 0. */
void metrics_mean_std(const float *values, size_t n, double *mean, double *std);

/* Mean and standard deviation of a sample (divided by n - 1), as of a few runs with other seeds;
 * the mean is NaN for n = 0, the standard deviation for n < 2. */
void metrics_sample_mean_std(const double *values, size_t n, double *mean, double *std);

#endif
