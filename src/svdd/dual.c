/* Sequential minimal optimisation (Platt, 1998) with the second-order choice of pairs of Fan, Chen
 * and Lin (2005).
 *
 * Because sum a = 1, the dual is the same as
 *
 *     max over a of  1/2 a^T D a,  D_ij = ||phi_i - phi_j||^2,
 *
 * where the origin plays no part: nothing cancels when all representations are far away from it and
 * close together. The partial derivatives are d_i, the squared distances to c = sum a_i phi_i, and
 * a number that is the same for all i; the objective is sum a_i d_i. So a step takes `moved` from
 * a_j to a_i of a sample that is farther out, which adds
 *
 *     gain = moved (d_i - d_j) - moved^2 D_ij
 *
 * to the objective and moved (D_ik - D_jk) - gain to every d_k. */
#include "svdd/dual.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "svdd/radius.h"

static const double DEFAULT_TOLERANCE = 1e-6;
static const size_t DEFAULT_CACHE_BYTES = (size_t)64 << 20;
static const size_t DEFAULT_ITERATIONS = 1000000, DEFAULT_ITERATIONS_PER_SAMPLE = 100;

/* R2 can be 0 beside far outliers, and rounding is relative to what is largest. */
static const double LEAST_SCALE = 1e-3;

/* How close to a bound, relative to the upper one, rounding may leave an a_i that is at it. */
static const double AT_BOUND = 1e-12;

/* Rows of D, the least recently used of which make room. */
struct row_cache {
    size_t n_rows, n_filled;
    size_t clock;
    double *rows;     /* (n_rows, n) */
    size_t *sample;   /* (n_rows): whose row it is */
    size_t *last_use; /* (n_rows) */
    size_t *place;    /* (n): of the sample's row, or NOWHERE */
};

static const size_t NOWHERE = SIZE_MAX;

struct smo {
    const float *phi; /* (n, n_dims) */
    size_t n, n_dims;
    double upper;     /* bound of a_i */
    double *alpha;    /* (n) */
    double *distance; /* (n): d_i */
    double objective; /* sum a_i d_i */
    double *mean;     /* (n_dims): of phi */
    double *center;   /* (n_dims): c - mean, when last measured */
    double *point;    /* (n_dims): scratch */
    size_t iterations;
    struct row_cache cache;
};

static void smo_free(struct smo *smo) {
    free(smo->alpha);
    free(smo->distance);
    free(smo->mean);
    free(smo->center);
    free(smo->point);
    free(smo->cache.rows);
    free(smo->cache.sample);
    free(smo->cache.last_use);
    free(smo->cache.place);
}

static int cache_create(struct row_cache *cache, size_t n, size_t bytes, struct error *err) {
    size_t n_rows = bytes / sizeof(double) / n;
    if (n_rows < 2)
        n_rows = 2;
    cache->n_rows = n_rows < n ? n_rows : n;
    cache->rows = memory_alloc(cache->n_rows, n * sizeof(double), err);
    cache->sample = memory_alloc(cache->n_rows, sizeof(size_t), err);
    cache->last_use = memory_alloc(cache->n_rows, sizeof(size_t), err);
    cache->place = memory_alloc(n, sizeof(size_t), err);
    if (!cache->rows || !cache->sample || !cache->last_use || !cache->place)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        cache->place[i] = NOWHERE;
    return STATUS_OK;
}

static int smo_create(struct smo *smo, size_t cache_bytes, struct error *err) {
    smo->alpha = memory_alloc(smo->n, sizeof(double), err);
    smo->distance = memory_alloc(smo->n, sizeof(double), err);
    smo->mean = memory_alloc(smo->n_dims, sizeof(double), err);
    smo->center = memory_alloc(smo->n_dims, sizeof(double), err);
    smo->point = memory_alloc(smo->n_dims, sizeof(double), err);
    if (!smo->alpha || !smo->distance || !smo->mean || !smo->center || !smo->point)
        return STATUS_NO_MEMORY;
    return cache_create(&smo->cache, smo->n, cache_bytes, err);
}

/* ||x - y||^2. */
static double squared_distance(const double *x, const float *y, size_t n) {
    double sum[4] = {0, 0, 0, 0};
    size_t k = 0;
    for (; k + 4 <= n; k += 4)
        for (size_t lane = 0; lane < 4; lane++) {
            double difference = x[k + lane] - (double)y[k + lane];
            sum[lane] += difference * difference;
        }
    for (; k < n; k++)
        sum[0] += (x[k] - (double)y[k]) * (x[k] - (double)y[k]);
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/* A place for a new row. The row used last before this one stays where it is. */
static size_t make_room(struct row_cache *cache) {
    if (cache->n_filled < cache->n_rows)
        return cache->n_filled++;
    size_t oldest = 0;
    for (size_t place = 1; place < cache->n_rows; place++)
        if (cache->last_use[place] < cache->last_use[oldest])
            oldest = place;
    cache->place[cache->sample[oldest]] = NOWHERE;
    return oldest;
}

/* Row i of D, (n); valid until the next but one is asked for. */
static const double *distance_row(struct smo *smo, size_t i) {
    struct row_cache *cache = &smo->cache;
    bool cached = cache->place[i] != NOWHERE;
    size_t place = cached ? cache->place[i] : make_room(cache);
    double *row = cache->rows + place * smo->n;
    cache->last_use[place] = ++cache->clock;
    if (cached)
        return row;
    cache->place[i] = place;
    cache->sample[place] = i;
    for (size_t k = 0; k < smo->n_dims; k++)
        smo->point[k] = (double)smo->phi[i * smo->n_dims + k];
    for (size_t j = 0; j < smo->n; j++)
        row[j] = squared_distance(smo->point, smo->phi + j * smo->n_dims, smo->n_dims);
    return row;
}

static void compute_mean(struct smo *smo) {
    for (size_t i = 0; i < smo->n; i++)
        for (size_t k = 0; k < smo->n_dims; k++)
            smo->mean[k] += (double)smo->phi[i * smo->n_dims + k] / (double)smo->n;
}

/* Centre, distances and objective from alpha. Taken from the mean, so that a large offset that all
 * representations share costs no digits. */
static void measure(struct smo *smo) {
    double total = 0;
    memset(smo->center, 0, smo->n_dims * sizeof *smo->center);
    for (size_t i = 0; i < smo->n; i++) {
        if (smo->alpha[i] == 0)
            continue;
        total += smo->alpha[i];
        for (size_t k = 0; k < smo->n_dims; k++)
            smo->center[k] +=
                smo->alpha[i] * ((double)smo->phi[i * smo->n_dims + k] - smo->mean[k]);
    }
    for (size_t k = 0; k < smo->n_dims; k++)
        smo->center[k] /= total;
    smo->objective = 0;
    for (size_t i = 0; i < smo->n; i++) {
        double sum = 0;
        for (size_t k = 0; k < smo->n_dims; k++) {
            double offset = (double)smo->phi[i * smo->n_dims + k] - smo->mean[k];
            sum += (offset - smo->center[k]) * (offset - smo->center[k]);
        }
        smo->distance[i] = sum;
        smo->objective += smo->alpha[i] / total * sum;
    }
}

struct ranked {
    double distance;
    size_t sample;
};

static int farther_first(const void *first, const void *second) {
    const struct ranked *a = first, *b = second;
    if (a->distance != b->distance)
        return a->distance > b->distance ? -1 : 1;
    return (a->sample > b->sample) - (a->sample < b->sample);
}

/* The samples farthest from the mean start at the upper bound, as many as sum a = 1 allows: most of
 * them are the outliers of the solution too. n_outside = 1 / upper. */
static int start(struct smo *smo, double n_outside, struct error *err) {
    struct ranked *ranked = memory_alloc(smo->n, sizeof *ranked, err);
    if (!ranked)
        return STATUS_NO_MEMORY;
    compute_mean(smo);
    for (size_t i = 0; i < smo->n; i++)
        smo->alpha[i] = 1;
    measure(smo);
    for (size_t i = 0; i < smo->n; i++)
        ranked[i] = (struct ranked){smo->distance[i], i};
    qsort(ranked, smo->n, sizeof *ranked, farther_first);
    for (size_t i = 0; i < smo->n; i++) {
        double share = fmax(0, fmin(1, n_outside - (double)i));
        smo->alpha[ranked[i].sample] = share * smo->upper;
    }
    free(ranked);
    measure(smo);
    return STATUS_OK;
}

/* What is farthest from optimal: the largest d_i whose a_i can grow, the least whose can shrink. */
struct violation {
    size_t sample; /* of the largest */
    double largest, least;
};

static struct violation find_violation(const struct smo *smo) {
    struct violation violation = {0, (double)-INFINITY, (double)INFINITY};
    for (size_t i = 0; i < smo->n; i++) {
        double distance = smo->distance[i];
        if (smo->alpha[i] < smo->upper && distance > violation.largest) {
            violation.largest = distance;
            violation.sample = i;
        }
        if (smo->alpha[i] > 0 && distance < violation.least)
            violation.least = distance;
    }
    return violation;
}

/* The sample with which i gains most when no bound is in the way: (d_i - d_j)^2 / (4 D_ij). */
static size_t find_partner(const struct smo *smo, size_t i, const double *row) {
    double largest = 0;
    size_t partner = NOWHERE;
    for (size_t j = 0; j < smo->n; j++) {
        double difference = smo->distance[i] - smo->distance[j];
        if (!(smo->alpha[j] > 0 && difference > 0 && row[j] > 0))
            continue;
        double gain = difference * difference / row[j];
        if (gain > largest) {
            largest = gain;
            partner = j;
        }
    }
    return partner;
}

/* The best step that starts with sample i; false when there is none. */
static bool take_step(struct smo *smo, size_t i) {
    const double *row_i = distance_row(smo, i);
    size_t j = find_partner(smo, i, row_i);
    if (j == NOWHERE)
        return false;
    const double *row_j = distance_row(smo, j);
    double *alpha = smo->alpha, *distance = smo->distance, upper = smo->upper;
    double difference = distance[i] - distance[j];
    double moved = fmin(difference / (2 * row_i[j]), fmin(alpha[j], upper - alpha[i]));
    double gain = moved * difference - moved * moved * row_i[j];
    alpha[i] = alpha[i] + moved > upper * (1 - AT_BOUND) ? upper : alpha[i] + moved;
    alpha[j] = alpha[j] - moved < upper * AT_BOUND ? 0 : alpha[j] - moved;
    smo->objective += gain;
    for (size_t k = 0; k < smo->n; k++)
        distance[k] += moved * (row_i[k] - row_j[k]) - gain;
    smo->iterations++;
    return true;
}

/* Steps until the distances, measured anew, are optimal to the tolerance. */
static int iterate(struct smo *smo, double tolerance, size_t max_iterations, double *gap,
                   struct error *err) {
    bool measured = true;
    for (;;) {
        struct violation violation = find_violation(smo);
        double radius_squared = (violation.largest + violation.least) / 2;
        *gap = fmax(0, violation.largest - violation.least);
        if (*gap <= tolerance * fmax(radius_squared, LEAST_SCALE * smo->objective)) {
            if (measured)
                return STATUS_OK;
            measure(smo);
            measured = true;
            continue;
        }
        if (smo->iterations >= max_iterations || !take_step(smo, violation.sample))
            return error_set(err, STATUS_FAILED,
                             "the centre did not converge in %zu iterations of the SVDD dual (the "
                             "squared radius, about %g, is uncertain by %.2g): keep the centre "
                             "fixed, or choose another nu",
                             smo->iterations, radius_squared, *gap);
        measured = false;
    }
}

/* The mean d_i of the samples between the bounds; without any, the least at the upper bound. */
static double final_radius(const struct smo *smo) {
    double sum = 0, least = (double)INFINITY;
    size_t n_between = 0;
    for (size_t i = 0; i < smo->n; i++) {
        if (smo->alpha[i] == smo->upper) {
            least = fmin(least, smo->distance[i]);
        } else if (smo->alpha[i] > 0) {
            sum += smo->distance[i];
            n_between++;
        }
    }
    return n_between > 0 ? sum / (double)n_between : least;
}

static int write_result(const struct smo *smo, float *center, float *radius_squared, double *alpha,
                        struct error *err) {
    double radius = final_radius(smo);
    if (!isfinite((float)radius))
        return error_set(err, STATUS_DIVERGED,
                         "the squared radius of the representations, %g, is too large for a float: "
                         "training diverged",
                         radius);
    *radius_squared = (float)radius;
    for (size_t k = 0; k < smo->n_dims; k++)
        center[k] = (float)(smo->mean[k] + smo->center[k]);
    if (alpha)
        memcpy(alpha, smo->alpha, smo->n * sizeof *alpha);
    return STATUS_OK;
}

static int check_input(const float *phi, size_t n, size_t n_dims, double nu, struct error *err) {
    if (n == 0 || n_dims == 0)
        return error_set(err, STATUS_USAGE,
                         "the SVDD dual needs representations; there are %zu of %zu dimensions", n,
                         n_dims);
    if (!(nu > 0 && nu <= 1))
        return error_set(err, STATUS_USAGE, "nu is %g; it must be in (0, 1]", nu);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n_dims; k++)
            if (!isfinite(phi[i * n_dims + k]))
                return error_set(err, STATUS_DIVERGED,
                                 "dimension %zu of the representation of sample %zu is %s: "
                                 "training diverged",
                                 k, i, isnan(phi[i * n_dims + k]) ? "NaN" : "infinite");
    return STATUS_OK;
}

static struct svdd_dual_options with_defaults(const struct svdd_dual_options *options, size_t n) {
    struct svdd_dual_options all = options ? *options : (struct svdd_dual_options){0};
    if (!(all.tolerance > 0))
        all.tolerance = DEFAULT_TOLERANCE;
    if (all.cache_bytes == 0)
        all.cache_bytes = DEFAULT_CACHE_BYTES;
    if (all.max_iterations == 0)
        all.max_iterations = DEFAULT_ITERATIONS + DEFAULT_ITERATIONS_PER_SAMPLE * n;
    return all;
}

int svdd_dual_solve(const float *phi, size_t n, size_t n_dims, double nu,
                    const struct svdd_dual_options *options, float *center, float *radius_squared,
                    double *alpha, struct svdd_dual_report *report, struct error *err) {
    if (report)
        *report = (struct svdd_dual_report){0};
    int status = check_input(phi, n, n_dims, nu, err);
    if (status)
        return status;
    struct svdd_dual_options all = with_defaults(options, n);
    /* at least 1, because no a_i is larger than 1 anyway */
    double n_outside = fmax(1, radius_n_outside(n, nu)), gap = 0;
    struct smo smo = {.phi = phi, .n = n, .n_dims = n_dims, .upper = 1 / n_outside};
    status = smo_create(&smo, all.cache_bytes, err);
    if (!status)
        status = start(&smo, n_outside, err);
    if (!status)
        status = iterate(&smo, all.tolerance, all.max_iterations, &gap, err);
    if (!status)
        status = write_result(&smo, center, radius_squared, alpha, err);
    if (report)
        *report = (struct svdd_dual_report){smo.iterations, smo.objective, gap};
    smo_free(&smo);
    return status;
}
