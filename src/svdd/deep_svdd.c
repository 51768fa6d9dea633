/* Deep SVDD: distances, objectives, centre. */
#include "svdd/deep_svdd.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "metrics/metrics.h"
#include "svdd/radius.h"
#include "train/autoencoder.h"
#include "train/measure.h"

static bool radius_trained(const struct deep_svdd *svdd) {
    return !svdd->options.hard_margin && !svdd->options.block_coordinate;
}

/* By the solver, that is. */
static bool center_trained(const struct deep_svdd *svdd) {
    return svdd->options.center_free && !svdd->options.block_coordinate;
}

int deep_svdd_create(struct deep_svdd *svdd, struct network *network,
                     const struct svdd_options *options, const struct solver_options *solver,
                     struct error *err) {
    *svdd = (struct deep_svdd){.network = network, .options = *options, .radius_squared = 1};
    svdd->n_dims = shape_size(network_representation(network));
    svdd->center = memory_alloc(svdd->n_dims, sizeof *svdd->center, err);
    svdd->distances = memory_alloc(network->max_batch, sizeof *svdd->distances, err);
    svdd->center_gradients =
        memory_alloc(network->max_groups * svdd->n_dims, sizeof *svdd->center_gradients, err);
    int status =
        svdd->center && svdd->distances && svdd->center_gradients ? STATUS_OK : STATUS_NO_MEMORY;
    if (!status)
        status = solver_create(&svdd->radius_solver, solver, 1, err);
    if (!status)
        status = solver_create(&svdd->center_solver, solver,
                               center_trained(svdd) ? svdd->n_dims : 0, err);
    if (status)
        deep_svdd_free(svdd);
    return status;
}

void deep_svdd_free(struct deep_svdd *svdd) {
    free(svdd->center);
    free(svdd->distances);
    free(svdd->center_gradients);
    svdd->center = svdd->distances = svdd->center_gradients = NULL;
    solver_free(&svdd->radius_solver);
    solver_free(&svdd->center_solver);
}

void deep_svdd_group_distances(const struct deep_svdd *svdd, const float *output,
                               float distances[LANES]) {
    memset(distances, 0, LANES * sizeof *distances);
    for (size_t j = 0; j < svdd->n_dims; j++)
        for (size_t l = 0; l < LANES; l++) {
            float difference = output[j * LANES + l] - svdd->center[j];
            distances[l] += difference * difference;
        }
}

/* One-class: d_i, with gradient 2 (phi - c) / n. Soft-boundary: R2 + max(0, d_i - R2) / nu, with
 * gradient 2 (phi - c) / (nu n) outside the sphere and 0 inside. */
static double svdd_loss(struct deep_svdd *svdd, const struct network_view *view) {
    const struct svdd_options *options = &svdd->options;
    float distances[LANES], factor[LANES] = {0};
    double sum = 0, n = (double)view->n_batch;
    deep_svdd_group_distances(svdd, view->representation, distances);
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
            view->representation_gradient[j * LANES + l] =
                factor[l] * (view->representation[j * LANES + l] - svdd->center[j]);
    return sum;
}

/* dJ / dc = - sum_i dJ / dphi_i: the group's part. */
static void gather_center_gradient(const struct deep_svdd *svdd, const struct network_view *view) {
    float *sums = svdd->center_gradients + view->first_image / LANES * svdd->n_dims;
    for (size_t j = 0; j < svdd->n_dims; j++) {
        sums[j] = 0;
        for (size_t l = 0; l < LANES; l++)
            sums[j] -= view->representation_gradient[j * LANES + l];
    }
}

static double loss(void *context, const struct network_view *view) {
    struct deep_svdd *svdd = context;
    double sum = svdd_loss(svdd, view);
    if (center_trained(svdd))
        gather_center_gradient(svdd, view);
    if (svdd->options.penalty > 0)
        sum += autoencoder_penalty(view, shape_size(svdd->network->layers[0].in),
                                   svdd->options.penalty / 2);
    return sum;
}

/* dJ / dR2 = 1 - (1 / (nu n)) #{d_i > R2}. */
static void step_radius(struct deep_svdd *svdd, size_t n_images, double lr) {
    size_t outside = 0;
    for (size_t i = 0; i < n_images; i++)
        outside += svdd->distances[i] > svdd->radius_squared;
    float gradient = (float)(1 - (double)outside / (svdd->options.nu * (double)n_images));
    solver_step(&svdd->radius_solver, &svdd->radius_squared, &gradient, lr);
}

static void step_center(struct deep_svdd *svdd, size_t n_images, double lr) {
    float *sum = svdd->center_gradients;
    for (size_t group = 1; group < (n_images + LANES - 1) / LANES; group++)
        for (size_t j = 0; j < svdd->n_dims; j++)
            sum[j] += svdd->center_gradients[group * svdd->n_dims + j];
    solver_step(&svdd->center_solver, svdd->center, sum, lr);
}

static void step_own(void *context, size_t n_images, double lr) {
    struct deep_svdd *svdd = context;
    if (radius_trained(svdd))
        step_radius(svdd, n_images, lr);
    if (center_trained(svdd))
        step_center(svdd, n_images, lr);
}

struct objective deep_svdd_objective(struct deep_svdd *svdd) {
    return (struct objective){.loss = loss, .after_step = step_own, .context = svdd};
}

static void distances_of(void *context, const struct network_view *view, float *distances) {
    float lanes[LANES];
    deep_svdd_group_distances(context, view->representation, lanes);
    memcpy(distances, lanes, view->n_images * sizeof *distances);
}

void deep_svdd_distances(struct deep_svdd *svdd, const struct batch_set *set, float *distances) {
    measure_images(svdd->network, set, 0, distances_of, svdd, 1, distances);
}

double deep_svdd_data_term(const struct deep_svdd *svdd, const float *distances, size_t n) {
    const struct svdd_options *options = &svdd->options;
    const double from = options->hard_margin ? 0 : (double)svdd->radius_squared;
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        const double beyond = (double)distances[i] - from;
        sum += beyond < 0 ? 0 : beyond; /* fmax would hide a NaN */
    }
    return sum / (double)n / (options->hard_margin ? 1 : options->nu);
}

double deep_svdd_loss(const struct deep_svdd *svdd, const float *distances, size_t n) {
    const double volume = svdd->options.hard_margin ? 0 : (double)svdd->radius_squared;
    return volume + deep_svdd_data_term(svdd, distances, n);
}

double deep_svdd_penalty(struct deep_svdd *svdd, const struct batch_set *set, float *errors) {
    double mean, std;
    if (svdd->options.penalty <= 0)
        return 0;
    autoencoder_scores(svdd->network, set, errors);
    metrics_mean_std(errors, set->n_images, &mean, &std);
    return svdd->options.penalty / 2 * mean;
}

static void representation_of(void *context, const struct network_view *view, float *values) {
    const struct deep_svdd *svdd = context;
    for (size_t l = 0; l < view->n_images; l++)
        for (size_t j = 0; j < svdd->n_dims; j++)
            values[l * svdd->n_dims + j] = view->representation[j * LANES + l];
}

/* Adds phi of the images of a batch to the sums (n_dims), one image after the other. values:
 * (batch_size, n_dims). */
static void add_representations(struct deep_svdd *svdd, const struct batch_set *set, size_t batch,
                                float *values, double *sums) {
    struct batch_set one = *set;
    one.n_batches = 1;
    one.n_images = batch_set_count(set, batch);
    one.values = batch_set_batch(set, batch);
    measure_images(svdd->network, &one, 0, representation_of, svdd, svdd->n_dims, values);
    for (size_t i = 0; i < one.n_images; i++)
        for (size_t j = 0; j < svdd->n_dims; j++)
            sums[j] += (double)values[i * svdd->n_dims + j];
}

/* c = the mean of phi over the first n_batches batches, kept away from 0. */
static int set_center(struct deep_svdd *svdd, const struct batch_set *train, size_t n_batches,
                      struct error *err) {
    const double least = 0.1;
    const size_t n = (n_batches - 1) * train->batch_size + batch_set_count(train, n_batches - 1);
    float *values = memory_alloc(train->batch_size, svdd->n_dims * sizeof *values, err);
    double *sums = memory_alloc(svdd->n_dims, sizeof *sums, err);
    int status = values && sums ? STATUS_OK : STATUS_NO_MEMORY;
    for (size_t b = 0; !status && b < n_batches; b++)
        add_representations(svdd, train, b, values, sums);
    for (size_t j = 0; !status && j < svdd->n_dims; j++) {
        double mean = sums[j] / (double)n;
        if (fabs(mean) < least)
            mean = mean < 0 ? -least : least;
        svdd->center[j] = (float)mean;
    }
    free(values);
    free(sums);
    return status;
}

float *deep_svdd_representations(struct deep_svdd *svdd, const struct batch_set *set,
                                 struct error *err) {
    float *representations =
        memory_alloc(set->n_images, svdd->n_dims * sizeof *representations, err);
    if (representations)
        measure_images(svdd->network, set, 0, representation_of, svdd, svdd->n_dims,
                       representations);
    return representations;
}

int deep_svdd_init_center(struct deep_svdd *svdd, const struct batch_set *train,
                          struct error *err) {
    if (!svdd->options.c_mean_init) {
        for (size_t j = 0; j < svdd->n_dims; j++)
            svdd->center[j] = 0.5F;
        svdd->radius_squared = 1;
        return STATUS_OK;
    }
    size_t n_batches = svdd->options.c_mean_batches;
    if (n_batches == 0 || n_batches > train->n_batches)
        n_batches = train->n_batches;
    assert(n_batches > 0);
    int status = set_center(svdd, train, n_batches, err);
    float *distances = memory_alloc(train->n_images, sizeof *distances, err);
    if (!status && !distances)
        status = STATUS_NO_MEMORY;
    if (!status) {
        deep_svdd_distances(svdd, train, distances);
        svdd->radius_squared = radius_quantile(distances, train->n_images, svdd->options.nu);
    }
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
