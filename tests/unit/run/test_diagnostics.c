/* Diagnostics: quantiles by their definition, norms in closed form, distances as elsewhere. */
#include <string.h>

#include "nn/architectures.h"
#include "nn/init.h"
#include "run/diagnostics.h"
#include "support/golden.h"

enum { N_TEST = 37 };

static struct network *new_network(void) {
    const struct architecture_options options = {.rep_dim = 8, .use_batch_norm = true};
    struct error err = {.message = ""};
    struct architecture architecture;
    const struct kernels *kernels;
    struct network *network;
    assert_ok(architecture_find(&architecture, "mnist", 1, ARCHITECTURE_ENCODER, &options, &err),
              &err);
    assert_ok(kernels_find(&kernels, "auto", &err), &err);
    assert_ok(network_create(&network, architecture.layers, architecture.n_layers,
                             architecture.input, 16, kernels, NULL, &err),
              &err);
    return network;
}

/* A set of n images; which of them are outliers is for the caller. */
static struct image_set new_set(size_t n, unsigned char *outlier) {
    struct error err = {.message = ""};
    struct image_set set = {.name = "test", .selection = {.n = n, .outlier = outlier}};
    assert_ok(batch_set_create(&set.batches, n, 28 * 28, n, &err), &err);
    set.scores = new_floats(n);
    return set;
}

static void free_set(struct image_set *set) {
    batch_set_free(&set->batches);
    free(set->scores);
}

/* Normal images have the scores 100, 99 ... 1, the outliers -1, -2, -3. */
static void test_quantiles(void **state) {
    (void)state;
    struct diagnostics diagnostics;
    struct error err = {.message = ""};
    unsigned char outlier[103] = {0};
    struct image_set set = new_set(103, outlier);
    for (size_t i = 0; i < 103; i++) {
        outlier[i] = i >= 100;
        set.scores[i] = i < 100 ? 100 - (float)i : 99 - (float)i;
    }
    diagnostics_clear(&diagnostics);
    assert_ok(diagnostics_scores(&diagnostics, &set, &err), &err);
    /* numpy.quantile(..., method="inverted_cdf") */
    const double normal[] = {5, 25, 50, 75, 95}, outliers[] = {-3, -3, -2, -1, -1};
    assert_memory_equal(diagnostics.score_quantiles[0], normal, sizeof normal);
    assert_memory_equal(diagnostics.score_quantiles[1], outliers, sizeof outliers);
    assert_true(set.scores[0] == 100 && set.scores[102] == -3);
    free_set(&set);
}

static void test_one_class_only(void **state) {
    (void)state;
    struct diagnostics diagnostics;
    struct error err = {.message = ""};
    unsigned char outlier[] = {0};
    struct image_set set = new_set(1, outlier);
    set.scores[0] = 7;
    diagnostics_clear(&diagnostics);
    assert_ok(diagnostics_scores(&diagnostics, &set, &err), &err);
    for (size_t q = 0; q < N_SCORE_QUANTILES; q++) {
        assert_true(diagnostics.score_quantiles[0][q] == 7);
        assert_true(isnan(diagnostics.score_quantiles[1][q]));
    }
    cJSON *line = cJSON_CreateObject();
    diagnostics_to_json(&diagnostics, line);
    char *text = cJSON_PrintUnformatted(line);
    assert_string_equal(text, "{\"score_quantiles\":{\"normal\":[7,7,7,7,7]}}");
    cJSON_free(text);
    cJSON_Delete(line);
    free_set(&set);
}

static void test_distances(void **state) {
    (void)state;
    struct diagnostics diagnostics;
    struct error err = {.message = ""};
    struct deep_svdd svdd;
    struct rng rng;
    unsigned char outlier[N_TEST] = {0};
    float expected[N_TEST], image[28 * 28];
    double mean[2] = {0, 0};
    struct network *network = new_network();
    struct image_set set = new_set(N_TEST, outlier);
    rng_seed(&rng, 1, RNG_WEIGHTS);
    init_glorot(network, &rng);
    for (size_t i = 0; i < N_TEST; i++) {
        outlier[i] = i % 3 == 0;
        for (size_t j = 0; j < 28 * 28; j++)
            image[j] = (float)rng_below(&rng, 256) / 255;
        batch_set_put(&set.batches, i, image);
    }
    assert_ok(deep_svdd_create(&svdd, network,
                               &(struct svdd_options){.hard_margin = true, .nu = 0.1},
                               &(struct solver_options){.type = SOLVER_ADAM}, &err),
              &err);
    /* the distance from the centre 0 is the squared norm */
    deep_svdd_distances(&svdd, &set.batches, expected);
    for (size_t i = 0; i < N_TEST; i++)
        mean[outlier[i]] += sqrt((double)expected[i]) / (outlier[i] ? 13 : N_TEST - 13);
    for (size_t j = 0; j < svdd.n_dims; j++)
        svdd.center[j] = 0.5F + (float)j;
    deep_svdd_distances(&svdd, &set.batches, expected);
    diagnostics_clear(&diagnostics);
    assert_ok(diagnostics_distances(&diagnostics, &svdd, &set, &err), &err);
    assert_memory_equal(set.scores, expected, sizeof expected);
    for (size_t kind = 0; kind < 2; kind++)
        assert_true(fabs(diagnostics.representation_norm[kind] - mean[kind]) < 1e-6 * mean[kind]);
    deep_svdd_free(&svdd);
    free_set(&set);
    network_free(network);
}

static void test_parameters(void **state) {
    (void)state;
    struct diagnostics diagnostics;
    struct network *network = new_network();
    for (size_t i = 0; i < network->n_parameters; i++)
        network->parameters[i] = -0.5F;
    const size_t n_weights = 8 * 25 + 4 * 8 * 25 + 8 * 4 * 49; /* conv1, conv2, dense1 */
    diagnostics_clear(&diagnostics);
    diagnostics_network(&diagnostics, network, 1e-2, false);
    assert_true(fabs(diagnostics.decay - 0.5e-2 * 0.25 * (double)n_weights) < 1e-12);
    cJSON *line = cJSON_CreateObject();
    diagnostics_to_json(&diagnostics, line);
    const cJSON *norms = cJSON_GetObjectItem(line, "parameter_norms");
    assert_true(fabs(cJSON_GetObjectItem(norms, "conv1.weight")->valuedouble -
                     0.5 * sqrt(8.0 * 25)) < 1e-4);
    assert_true(fabs(cJSON_GetObjectItem(norms, "dense1.weight")->valuedouble -
                     0.5 * sqrt(8.0 * 4 * 49)) < 1e-4);
    assert_true(fabs(cJSON_GetObjectItem(cJSON_GetObjectItem(line, "parts"), "decay")->valuedouble -
                     0.5e-2 * 0.25 * (double)n_weights) < 1e-5);
    cJSON_Delete(line);
    diagnostics_clear(&diagnostics);
    diagnostics_network(&diagnostics, network, 0, false);
    assert_true(isnan(diagnostics.decay));
    network_free(network);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quantiles),
        cmocka_unit_test(test_one_class_only),
        cmocka_unit_test(test_distances),
        cmocka_unit_test(test_parameters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
