/* Diagnostics of an epoch. */
#include "run/diagnostics.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/number.h"
#include "io/json.h"
#include "metrics/metrics.h"
#include "train/measure.h"

static const double quantiles[N_SCORE_QUANTILES] = {0.05, 0.25, 0.5, 0.75, 0.95};

void diagnostics_clear(struct diagnostics *diagnostics) {
    for (size_t kind = 0; kind < 2; kind++) {
        for (size_t q = 0; q < N_SCORE_QUANTILES; q++)
            diagnostics->score_quantiles[kind][q] = (double)NAN;
        diagnostics->representation_norm[kind] = (double)NAN;
    }
    diagnostics->data = diagnostics->reconstruction = diagnostics->decay = (double)NAN;
    diagnostics->center_norm = (double)NAN;
    diagnostics->network = NULL;
}

/* ---- the test set */

int diagnostics_scores(struct diagnostics *diagnostics, const struct image_set *test,
                       struct error *err) {
    float *scores = memory_alloc(test->selection.n, sizeof *scores, err);
    if (scores == NULL)
        return STATUS_NO_MEMORY;
    for (unsigned char kind = 0; kind < 2; kind++) {
        size_t n = 0;
        for (size_t i = 0; i < test->selection.n; i++)
            if (test->selection.outlier[i] == kind)
                scores[n++] = test->scores[i];
        for (size_t q = 0; n > 0 && q < N_SCORE_QUANTILES; q++) {
            const size_t rank = (size_t)ceil(quantiles[q] * (double)n); /* from the smallest, 1.. */
            diagnostics->score_quantiles[kind][q] =
                (double)metrics_kth_largest(scores, n, n - rank + 1);
        }
    }
    free(scores);
    return STATUS_OK;
}

/* (d_i, ||phi||) of each image of a group. */
static void measure(void *context, const struct network_view *view, float *values) {
    const struct deep_svdd *svdd = context;
    float distances[LANES], squares[LANES] = {0};
    deep_svdd_group_distances(svdd, view->representation, distances);
    for (size_t j = 0; j < svdd->n_dims; j++)
        for (size_t l = 0; l < LANES; l++) {
            const float phi = view->representation[j * LANES + l];
            squares[l] += phi * phi;
        }
    for (size_t l = 0; l < view->n_images; l++) {
        values[2 * l] = distances[l];
        values[2 * l + 1] = sqrtf(squares[l]);
    }
}

int diagnostics_distances(struct diagnostics *diagnostics, struct deep_svdd *svdd,
                          struct image_set *test, struct error *err) {
    const size_t n = test->selection.n;
    double sums[2] = {0, 0}, counts[2] = {0, 0};
    float *values = memory_alloc(n, 2 * sizeof *values, err);
    if (values == NULL)
        return STATUS_NO_MEMORY;
    measure_images(svdd->network, &test->batches, 0, measure, svdd, 2, values);
    for (size_t i = 0; i < n; i++) {
        const size_t kind = test->selection.outlier[i] != 0;
        test->scores[i] = values[2 * i];
        sums[kind] += (double)values[2 * i + 1];
        counts[kind]++;
    }
    free(values);
    for (size_t kind = 0; kind < 2; kind++) /* 0 / 0 is NaN */
        diagnostics->representation_norm[kind] = sums[kind] / counts[kind];
    return STATUS_OK;
}

/* ---- parameters */

static double sum_of_squares(const float *values, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)values[i] * (double)values[i];
    return sum;
}

double diagnostics_norm(const float *values, size_t n) {
    return sqrt(sum_of_squares(values, n));
}

void diagnostics_network(struct diagnostics *diagnostics, const struct network *network,
                         double lambda, bool decay_scales) {
    diagnostics->network = network;
    if (lambda <= 0)
        return;
    double sum = 0;
    for (size_t l = 0; l < network->n_layers; l++)
        for (size_t i = 0; i < network->layers[l].n_parameters; i++) {
            const struct parameter *parameter = &network->layers[l].parameters[i];
            if (network_decays(parameter, decay_scales))
                sum += sum_of_squares(network->parameters + parameter->offset, parameter->size);
        }
    diagnostics->decay = lambda / 2 * sum;
}

/* ---- the history */

/* As many digits as a curve shows: a line has some 30 of these numbers. */
static double shortened(double value) {
    char text[32];
    double number = value;
    number_print(text, sizeof text, "%.6g", value);
    number_parse(text, &number);
    return number;
}

static void add(cJSON *object, const char *key, double value) {
    json_add_finite(object, key, shortened(value));
}

static void add_quantiles(cJSON *object, const char *key, const double *values) {
    if (!isfinite(values[0]))
        return;
    cJSON *array = json_add_array(object, key);
    for (size_t q = 0; q < N_SCORE_QUANTILES; q++)
        json_append_number(array, shortened(values[q]));
}

static void add_parameter_norms(cJSON *line, const struct network *network) {
    cJSON *norms = cJSON_CreateObject();
    for (size_t l = 0; network != NULL && l < network->n_layers; l++)
        for (size_t i = 0; i < network->layers[l].n_parameters; i++) {
            const struct parameter *parameter = &network->layers[l].parameters[i];
            char name[LAYER_NAME_SIZE + 16];
            snprintf(name, sizeof name, "%s.%s", network->layers[l].name, parameter->name);
            add(norms, name,
                diagnostics_norm(network->parameters + parameter->offset, parameter->size));
        }
    json_add_filled(line, "parameter_norms", norms);
}

void diagnostics_to_json(const struct diagnostics *diagnostics, cJSON *line) {
    static const char *const kinds[2] = {"normal", "outlier"};
    cJSON *parts = cJSON_CreateObject(), *scores = cJSON_CreateObject(),
          *norms = cJSON_CreateObject();
    add(parts, "data", diagnostics->data);
    add(parts, "reconstruction", diagnostics->reconstruction);
    add(parts, "decay", diagnostics->decay);
    for (size_t kind = 0; kind < 2; kind++) {
        add_quantiles(scores, kinds[kind], diagnostics->score_quantiles[kind]);
        add(norms, kinds[kind], diagnostics->representation_norm[kind]);
    }
    json_add_filled(line, "parts", parts);
    json_add_filled(line, "score_quantiles", scores);
    json_add_filled(line, "representation_norm", norms);
    add(line, "center_norm", diagnostics->center_norm);
    add_parameter_norms(line, diagnostics->network);
}
