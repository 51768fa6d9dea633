#include "metrics/metrics.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/rng.h"

struct labelled_score {
    float score;
    bool outlier;
};

static int compare_scores(const void *a, const void *b) {
    float x = ((const struct labelled_score *)a)->score;
    float y = ((const struct labelled_score *)b)->score;
    return (x > y) - (x < y);
}

/* Twice the number of (outlier, normal) pairs in which the outlier has the higher score, a tie
 * counting one half, of a sorted array. Exact as long as n < 2^32. */
static uint64_t count_pairs(const struct labelled_score *sorted, size_t n) {
    uint64_t twice = 0, n_lower = 0; /* normal samples with a lower score */
    for (size_t begin = 0; begin < n;) {
        uint64_t n_tied[2] = {0, 0}; /* normal samples and outliers of this score */
        size_t end = begin;
        while (end < n && sorted[end].score == sorted[begin].score)
            n_tied[sorted[end++].outlier]++;
        twice += n_tied[1] * (2 * n_lower + n_tied[0]);
        n_lower += n_tied[0];
        begin = end;
    }
    return twice;
}

/* *sorted: the samples by score, freed with free. */
static int sort(const float *scores, const unsigned char *labels, size_t n,
                struct labelled_score **sorted, size_t *n_outliers, struct error *err) {
    *n_outliers = 0;
    for (size_t i = 0; i < n; i++)
        if (isnan(scores[i]))
            return error_set(err, STATUS_DIVERGED, "the score of sample %zu of %zu is not a number",
                             i, n);
    *sorted = memory_alloc(n, sizeof **sorted, err);
    if (*sorted == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        (*sorted)[i] = (struct labelled_score){.score = scores[i], .outlier = labels[i] == 1};
        *n_outliers += labels[i] == 1;
    }
    qsort(*sorted, n, sizeof **sorted, compare_scores);
    return STATUS_OK;
}

int metrics_auc(const float *scores, const unsigned char *labels, size_t n, double *auc,
                struct error *err) {
    size_t n_outliers;
    struct labelled_score *sorted;
    const int status = sort(scores, labels, n, &sorted, &n_outliers, err);
    if (status != STATUS_OK)
        return status;
    if (n_outliers == 0 || n_outliers == n) {
        *auc = NAN;
    } else {
        double n_pairs = (double)n_outliers * (double)(n - n_outliers);
        *auc = (double)count_pairs(sorted, n) / (2 * n_pairs);
    }
    free(sorted);
    return STATUS_OK;
}

/* From the highest score down; samples of equal scores are one step of the curve. A step is kept
 * when the curve has gone far enough since the last one, its length being 2, each way along the
 * axes. */
static size_t walk_curve(const struct labelled_score *sorted, size_t n, const double totals[2],
                         struct roc_point *points, size_t max_points) {
    const double stride = 2 / (double)(max_points - 1);
    size_t n_above[2] = {0, 0}; /* normal samples and outliers */
    size_t n_points = 0;
    points[n_points++] = (struct roc_point){0, 0};
    for (size_t end = n; end > 0;) {
        const float score = sorted[end - 1].score;
        while (end > 0 && sorted[end - 1].score == score)
            n_above[sorted[--end].outlier]++;
        const struct roc_point next = {(double)n_above[0] / totals[0],
                                       (double)n_above[1] / totals[1]};
        const struct roc_point *last = &points[n_points - 1];
        const double gone = next.false_positive_rate - last->false_positive_rate +
                            next.true_positive_rate - last->true_positive_rate;
        if (end == 0 || (gone >= stride && n_points + 1 < max_points))
            points[n_points++] = next;
    }
    return n_points;
}

int metrics_roc_curve(const float *scores, const unsigned char *labels, size_t n,
                      struct roc_point *points, size_t max_points, size_t *n_points,
                      struct error *err) {
    size_t n_outliers;
    struct labelled_score *sorted;
    const int status = sort(scores, labels, n, &sorted, &n_outliers, err);
    if (status != STATUS_OK)
        return status;
    const double totals[2] = {(double)(n - n_outliers), (double)n_outliers};
    const bool is_defined = n_outliers > 0 && n_outliers < n;
    *n_points = is_defined ? walk_curve(sorted, n, totals, points, max_points) : 0;
    free(sorted);
    return STATUS_OK;
}

double metrics_accuracy(const float *scores, const unsigned char *labels, size_t n) {
    size_t n_right = 0;
    for (size_t i = 0; i < n; i++)
        n_right += (scores[i] > 0) == (labels[i] == 1);
    return n > 0 ? (double)n_right / (double)n : NAN;
}

static void swap(float *a, float *b) {
    float value = *a;
    *a = *b;
    *b = value;
}

float metrics_kth_largest(float *values, size_t n, size_t k) {
    /* Pivots at random places leave no input on which this is quadratic by its order alone; the
     * seed is fixed, and the result does not depend on it anyway. Three parts, larger than, equal
     * to and smaller than the pivot, so that equal values do no harm either. */
    struct rng rng;
    rng_seed(&rng, 0, RNG_DATA);
    size_t begin = 0, end = n;
    for (;;) {
        float pivot = values[begin + rng_below(&rng, end - begin)];
        size_t larger_end = begin, smaller_begin = end;
        for (size_t i = begin; i < smaller_begin;) {
            if (values[i] > pivot)
                swap(&values[i++], &values[larger_end++]);
            else if (values[i] < pivot)
                swap(&values[i], &values[--smaller_begin]);
            else
                i++;
        }
        if (k <= larger_end)
            end = larger_end;
        else if (k > smaller_begin)
            begin = smaller_begin;
        else
            return pivot;
    }
}

void metrics_mean_std(const float *values, size_t n, double *mean, double *std) {
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++)
        sum += values[i];
    *mean = n > 0 ? sum / (double)n : NAN;
    for (size_t i = 0; i < n; i++)
        squares += (values[i] - *mean) * (values[i] - *mean);
    *std = n > 0 ? sqrt(squares / (double)n) : NAN;
}

void metrics_sample_mean_std(const double *values, size_t n, double *mean, double *std) {
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++)
        sum += values[i];
    *mean = n > 0 ? sum / (double)n : NAN;
    for (size_t i = 0; i < n; i++)
        squares += (values[i] - *mean) * (values[i] - *mean);
    *std = n > 1 ? sqrt(squares / (double)(n - 1)) : NAN;
}
