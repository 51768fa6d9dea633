/* Deep SVDD: distances, objectives, centre. */
#include "svdd/deep_svdd.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "metrics/metrics.h"
#include "svdd/evaluate.h"

int deep_svdd_create(struct deep_svdd *svdd, struct network *network,
                     const struct svdd_options *options, const struct solver_options *solver,
                     struct error *err) {
    *svdd = (struct deep_svdd){.network = network, .options = *options, .radius_squared = 1};
    svdd->n_dims = shape_size(network_output(network));
    svdd->center = memory_alloc(svdd->n_dims, sizeof *svdd->center, err);
    svdd->distances = memory_alloc(network->max_batch, sizeof *svdd->distances, err);
    int status = svdd->center && svdd->distances ? STATUS_OK : STATUS_FAILED;
    if (!status)
        status = solver_create(&svdd->radius_solver, solver, 1, err);
    if (status)
        deep_svdd_free(svdd);
    return status;
}

void deep_svdd_free(struct deep_svdd *svdd) {
    free(svdd->center);
    free(svdd->distances);
    svdd->center = svdd->distances = NULL;
    solver_free(&svdd->radius_solver);
}

/* d_i of each lane. */
static void lane_distances(const struct deep_svdd *svdd, const float *output,
                           float distances[LANES]) {
    memset(distances, 0, LANES * sizeof *distances);
    for (size_t j = 0; j < svdd->n_dims; j++)
        for (size_t l = 0; l < LANES; l++) {
            float difference = output[j * LANES + l] - svdd->center[j];
            distances[l] += difference * difference;
        }
}

static bool radius_trained(const struct deep_svdd *svdd) {
    return !svdd->options.hard_margin && !svdd->options.block_coordinate;
}

/* One-class: d_i, with gradient 2 (phi - c) / n. Soft-boundary: R2 + max(0, d_i - R2) / nu, with
 * gradient 2 (phi - c) / (nu n) outside the sphere and 0 inside. */
static double loss(void *context, const struct network_view *view) {
    struct deep_svdd *svdd = context;
    const struct svdd_options *options = &svdd->options;
    float distances[LANES], factor[LANES] = {0};
    double sum = 0, n = (double)view->n_batch;
    lane_distances(svdd, view->output, distances);
    for (size_t l = 0; l < view->n_images; l++) {
        svdd->distances[view->first_image + l] = distances[l];
        if (options->hard_margin) {
            sum += (double)distances[l];
            factor[l] = (float)(2 / n);
        } else {
            double beyond = (double)distances[l] - (double)svdd->radius_squared;
            /* fmax would hide a NaN */
            sum += (double)svdd->radius_squared + (beyond < 0 ? 0 : beyond / options->nu);
            factor[l] = beyond > 0 ? (float)(2 / (options->nu * n)) : 0;
        }
    }
    for (size_t j = 0; j < svdd->n_dims; j++)
        for (size_t l = 0; l < LANES; l++)
            view->gradient[j * LANES + l] =
                factor[l] * (view->output[j * LANES + l] - svdd->center[j]);
    return sum;
}

/* dJ / dR2 = 1 - (1 / (nu n)) #{d_i > R2}. */
static void step_radius(void *context, size_t n_images, double lr) {
    struct deep_svdd *svdd = context;
    size_t outside = 0;
    for (size_t i = 0; i < n_images; i++)
        outside += svdd->distances[i] > svdd->radius_squared;
    float gradient = (float)(1 - (double)outside / (svdd->options.nu * (double)n_images));
    solver_step(&svdd->radius_solver, &svdd->radius_squared, &gradient, lr);
}

struct objective deep_svdd_objective(struct deep_svdd *svdd) {
    return (struct objective){
        .loss = loss, .after_step = radius_trained(svdd) ? step_radius : NULL, .context = svdd};
}

static void distances_of(void *context, const struct network_view *view, float *distances) {
    float lanes[LANES];
    lane_distances(context, view->output, lanes);
    memcpy(distances, lanes, view->n_images * sizeof *distances);
}

void deep_svdd_distances(struct deep_svdd *svdd, const struct batch_set *set, float *distances) {
    evaluate_images(svdd->network, set, 0, distances_of, svdd, 1, distances);
}

double deep_svdd_loss(const struct deep_svdd *svdd, const float *distances, size_t n) {
    double sum = 0, radius_squared = (double)svdd->radius_squared;
    for (size_t i = 0; i < n; i++) {
        double beyond = (double)distances[i] - radius_squared;
        sum += svdd->options.hard_margin
                   ? (double)distances[i]
                   : radius_squared + (beyond < 0 ? 0 : beyond / svdd->options.nu);
    }
    return sum / (double)n;
}

static void representation_of(void *context, const struct network_view *view, float *values) {
    const struct deep_svdd *svdd = context;
    for (size_t l = 0; l < view->n_images; l++)
        for (size_t j = 0; j < svdd->n_dims; j++)
            values[l * svdd->n_dims + j] = view->output[j * LANES + l];
}

/* c = the mean of n representations, kept away from 0. */
static void set_center(struct deep_svdd *svdd, const float *representations, size_t n) {
    const double least = 0.1;
    for (size_t j = 0; j < svdd->n_dims; j++) {
        double mean = 0;
        for (size_t i = 0; i < n; i++)
            mean += (double)representations[i * svdd->n_dims + j];
        mean /= (double)n;
        if (fabs(mean) < least)
            mean = mean < 0 ? -least : least;
        svdd->center[j] = (float)mean;
    }
}

int deep_svdd_init_center(struct deep_svdd *svdd, const struct batch_set *train,
                          struct error *err) {
    if (!svdd->options.c_mean_init) {
        for (size_t j = 0; j < svdd->n_dims; j++)
            svdd->center[j] = 0.5F;
        svdd->radius_squared = 1;
        return STATUS_OK;
    }
    size_t n_batches = svdd->options.c_mean_batches, n;
    if (n_batches == 0 || n_batches > train->n_batches)
        n_batches = train->n_batches;
    n = (n_batches - 1) * train->batch_size + batch_set_count(train, n_batches - 1);
    float *representations = NULL, *distances = NULL;
    size_t n_values = 0;
    if (memory_multiply(n, svdd->n_dims, &n_values)) {
        representations = memory_alloc(n_values, sizeof *representations, err);
        distances = memory_alloc(train->n_images, sizeof *distances, err);
    }
    if (representations && distances) {
        evaluate_images(svdd->network, train, n_batches, representation_of, svdd, svdd->n_dims,
                        representations);
        set_center(svdd, representations, n);
        deep_svdd_distances(svdd, train, distances);
        svdd->radius_squared = deep_svdd_quantile(distances, train->n_images, svdd->options.nu);
    }
    int status = representations && distances ? STATUS_OK : STATUS_FAILED;
    free(representations);
    free(distances);
    return status;
}

bool deep_svdd_collapsed(const struct deep_svdd *svdd, const float *scores, size_t n) {
    const double all_but_equal = 1e-6;
    double mean, std, norm = 0;
    metrics_mean_std(scores, n, &mean, &std);
    for (size_t j = 0; j < svdd->n_dims; j++)
        norm += (double)svdd->center[j] * (double)svdd->center[j];
    return std <= all_but_equal * norm;
}
