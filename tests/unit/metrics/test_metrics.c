/* Metrics against scikit-learn and NumPy (tests/golden/make_metrics.py) and closed forms. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/rng.h"
#include "metrics/metrics.h"
#include "support/golden.h"

static const char *const cases[] = {"no_ties",  "many_ties", "large",
                                    "all_tied", "separated", "reversed"};

enum { N_CASES = sizeof cases / sizeof cases[0], MAX_N = 4096 };

struct sample {
    size_t n;
    float scores[MAX_N];
    unsigned char labels[MAX_N];
};

static const struct tensor *find(const struct tensor_list *list, const char *format,
                                 const char *name) {
    char key[TENSOR_NAME_SIZE];
    snprintf(key, sizeof key, format, name);
    const struct tensor *tensor = tensor_list_find(list, key);
    assert_non_null(tensor);
    return tensor;
}

static double number(const struct tensor_list *list, const char *format, const char *name) {
    char key[TENSOR_NAME_SIZE];
    snprintf(key, sizeof key, format, name);
    const char *text = tensor_list_metadata(list, key);
    assert_non_null(text);
    return strtod(text, NULL);
}

static void read_sample(const struct tensor_list *list, const char *name, struct sample *sample) {
    const struct tensor *scores = find(list, "auc.%s.scores", name);
    const struct tensor *labels = find(list, "auc.%s.labels", name);
    sample->n = tensor_size(scores);
    assert_true(sample->n <= MAX_N && sample->n == tensor_size(labels));
    for (size_t i = 0; i < sample->n; i++) {
        sample->scores[i] = scores->values[i];
        sample->labels[i] = (unsigned char)labels->values[i];
    }
}

static int read_golden(void **state) {
    return golden_open(state, "tests/golden/metrics.safetensors");
}

static void auc_is_scikit_learns(void **state) {
    for (size_t i = 0; i < N_CASES; i++) {
        struct sample sample;
        struct error err = {.message = ""};
        double auc;
        read_sample(*state, cases[i], &sample);
        assert_int_equal(metrics_auc(sample.scores, sample.labels, sample.n, &auc, &err),
                         STATUS_OK);
        assert_near(auc, number(*state, "auc.%s", cases[i]), 1e-14);
    }
}

/* Every point of scikit-learn's curve, in order, and no others. */
static void roc_curve_is_scikit_learns(void **state) {
    static struct roc_point points[2 * MAX_N + 2];
    for (size_t i = 0; i < N_CASES; i++) {
        struct sample sample;
        struct error err = {.message = ""};
        size_t n;
        const struct tensor *expected = find(*state, "roc.%s", cases[i]);
        read_sample(*state, cases[i], &sample);
        assert_int_equal(metrics_roc_curve(sample.scores, sample.labels, sample.n, points,
                                           2 * sample.n + 1, &n, &err),
                         STATUS_OK);
        assert_int_equal(2 * n, tensor_size(expected));
        for (size_t p = 0; p < n; p++) {
            assert_near(points[p].false_positive_rate, (double)expected->values[2 * p], 1e-7);
            assert_near(points[p].true_positive_rate, (double)expected->values[2 * p + 1], 1e-7);
        }
    }
}

/* A thinned curve has no more points than asked for, both ends, points of the whole curve alone,
 * and none of those left out is farther from the one before than the stride. */
static void thinned_roc_curve_stays_near(void **state) {
    enum { MOST = 40 };
    for (size_t i = 0; i < N_CASES; i++) {
        struct sample sample;
        struct roc_point points[MOST];
        struct error err = {.message = ""};
        size_t n, p = 0;
        const struct tensor *all = find(*state, "roc.%s", cases[i]);
        read_sample(*state, cases[i], &sample);
        assert_int_equal(
            metrics_roc_curve(sample.scores, sample.labels, sample.n, points, MOST, &n, &err),
            STATUS_OK);
        assert_true(n >= 2 && n <= MOST);
        for (size_t k = 0; k < tensor_size(all); k += 2) {
            const double x = (double)all->values[k], y = (double)all->values[k + 1];
            if (p < n && fabs(points[p].false_positive_rate - x) < 1e-7 &&
                fabs(points[p].true_positive_rate - y) < 1e-7) {
                p++;
                continue;
            }
            assert_true(p > 0);
            const double gone =
                x - points[p - 1].false_positive_rate + y - points[p - 1].true_positive_rate;
            assert_true(gone > 0 && gone < 2.0 / (MOST - 1) + 1e-6);
        }
        assert_int_equal(p, n);
        assert_near(points[n - 1].false_positive_rate + points[n - 1].true_positive_rate, 2, 0);
    }
}

static void roc_curve_of_one_class_is_none(void **state) {
    const float scores[] = {1, 2, NAN};
    const unsigned char normal[] = {0, 0, 0}, outliers[] = {1, 1, 1};
    struct roc_point points[4];
    struct error err = {.message = ""};
    size_t n = 7;
    (void)state;
    assert_int_equal(metrics_roc_curve(scores, normal, 2, points, 4, &n, &err), STATUS_OK);
    assert_int_equal(n, 0);
    assert_int_equal(metrics_roc_curve(scores, outliers, 2, points, 4, &n, &err), STATUS_OK);
    assert_int_equal(n, 0);
    assert_int_equal(metrics_roc_curve(scores, normal, 0, points, 4, &n, &err), STATUS_OK);
    assert_int_equal(n, 0);
    assert_int_equal(metrics_roc_curve(scores, normal, 3, points, 4, &n, &err), STATUS_DIVERGED);
    assert_string_equal(err.message, "the score of sample 2 of 3 is not a number");
}

static void accuracy_mean_and_std_are_numpys(void **state) {
    for (size_t i = 0; i < N_CASES; i++) {
        struct sample sample;
        double mean, std;
        read_sample(*state, cases[i], &sample);
        assert_near(metrics_accuracy(sample.scores, sample.labels, sample.n),
                    number(*state, "accuracy.%s", cases[i]), 1e-15);
        metrics_mean_std(sample.scores, sample.n, &mean, &std);
        assert_near(mean, number(*state, "mean.%s", cases[i]), 1e-12);
        assert_near(std, number(*state, "std.%s", cases[i]), 1e-12);
    }
}

static void quantiles_are_numpys(void **state) {
    for (size_t i = 0; i < N_CASES; i++) {
        const struct tensor *k = find(*state, "quantile.%s.k", cases[i]);
        const struct tensor *value = find(*state, "quantile.%s.value", cases[i]);
        for (size_t j = 0; j < tensor_size(k); j++) {
            struct sample sample;
            read_sample(*state, cases[i], &sample);
            float quantile = metrics_kth_largest(sample.scores, sample.n, (size_t)k->values[j]);
            assert_true(quantile == value->values[j]);
        }
    }
}

/* The k-th largest of a permutation of 0 .. n-1 is n - k, whatever the order it comes in. */
static void kth_largest_of_awkward_orders(void **state) {
    (void)state;
    enum { N = 100003 };
    float *values = malloc(N * sizeof *values);
    assert_non_null(values);
    const size_t ks[] = {1, 2, N / 10, N / 2, N - 1, N};
    for (int order = 0; order < 4; order++)
        for (size_t j = 0; j < sizeof ks / sizeof ks[0]; j++) {
            for (int i = 0; i < N; i++) {
                int pipe = i <= N / 2 ? 2 * i : 2 * (N - 1 - i) + 1; /* up, then down */
                int orders[] = {i, N - 1 - i, pipe, 7};
                values[i] = (float)orders[order];
            }
            float expected = order == 3 ? 7 : (float)(N - ks[j]);
            assert_true(metrics_kth_largest(values, N, ks[j]) == expected);
        }
    free(values);
}

static void kth_largest_allows_infinities(void **state) {
    (void)state;
    for (size_t k = 1; k <= 4; k++) {
        float values[] = {-INFINITY, 3, INFINITY, -2};
        const float sorted[] = {INFINITY, 3, -2, -INFINITY};
        assert_true(metrics_kth_largest(values, 4, k) == sorted[k - 1]);
    }
}

/* Every pair compared with every other: the definition itself. */
static double auc_by_definition(const float *scores, const unsigned char *labels, size_t n) {
    double won = 0, pairs = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            if (labels[i] == 1 && labels[j] == 0) {
                won += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
                pairs++;
            }
    return won / pairs;
}

static void auc_is_its_definition_with_infinities(void **state) {
    (void)state;
    const float values[] = {-INFINITY, -1e30f, -0.0f, 0.0f, 1e-45f, 2, INFINITY};
    struct rng rng;
    rng_seed(&rng, 3, RNG_DATA);
    for (int repeat = 0; repeat < 50; repeat++) {
        float scores[41];
        unsigned char labels[41];
        struct error err = {.message = ""};
        double auc;
        for (size_t i = 0; i < 41; i++) {
            scores[i] = values[rng_below(&rng, 7)];
            labels[i] = i < 2 ? (unsigned char)i : (unsigned char)rng_below(&rng, 2);
        }
        assert_int_equal(metrics_auc(scores, labels, 41, &auc, &err), STATUS_OK);
        assert_near(auc, auc_by_definition(scores, labels, 41), 1e-15);
    }
}

static void auc_of_one_class_is_nan(void **state) {
    (void)state;
    const float scores[] = {1, 2, 3};
    const unsigned char normal[] = {0, 0, 0}, outlier[] = {1, 1, 1};
    struct error err = {.message = ""};
    double auc = 0;
    assert_int_equal(metrics_auc(scores, normal, 3, &auc, &err), STATUS_OK);
    assert_true(isnan(auc));
    auc = 0;
    assert_int_equal(metrics_auc(scores, outlier, 3, &auc, &err), STATUS_OK);
    assert_true(isnan(auc));
    auc = 0;
    assert_int_equal(metrics_auc(scores, normal, 0, &auc, &err), STATUS_OK);
    assert_true(isnan(auc));
}

static void auc_refuses_nan(void **state) {
    (void)state;
    const float scores[] = {1, 2, NAN};
    const unsigned char labels[] = {0, 1, 0};
    struct error err = {.message = ""};
    double auc;
    assert_int_equal(metrics_auc(scores, labels, 3, &auc, &err), STATUS_DIVERGED);
    assert_string_equal(err.message, "the score of sample 2 of 3 is not a number");
}

static void summaries_of_nothing_are_nan(void **state) {
    (void)state;
    double mean = 0, std = 0;
    metrics_mean_std(NULL, 0, &mean, &std);
    assert_true(isnan(mean) && isnan(std));
    assert_true(isnan(metrics_accuracy(NULL, NULL, 0)));
}

/* The variance of 1 .. n is n (n + 1) / 12 with the divisor n - 1; a constant added changes none.
 */
static void sample_deviation_of_whole_numbers(void **state) {
    (void)state;
    double values[100], mean, std;
    for (size_t n = 2; n <= 100; n++) {
        for (size_t i = 0; i < n; i++)
            values[i] = 1e6 + 1 + (double)i;
        metrics_sample_mean_std(values, n, &mean, &std);
        assert_near(mean, 1e6 + (double)(n + 1) / 2, 1e-9);
        assert_near(std, sqrt((double)(n * (n + 1)) / 12), 1e-9);
    }
    metrics_sample_mean_std(values, 1, &mean, &std);
    assert_true(mean == values[0] && isnan(std));
    metrics_sample_mean_std(values, 0, &mean, &std);
    assert_true(isnan(mean) && isnan(std));
}

/* A score of exactly 0 lies on the sphere: not outside. */
static void accuracy_at_zero(void **state) {
    (void)state;
    const float scores[] = {0, 0, -0.0f, 1e-45f};
    const unsigned char labels[] = {0, 1, 0, 1};
    assert_near(metrics_accuracy(scores, labels, 4), 0.75, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(auc_is_scikit_learns),
        cmocka_unit_test(roc_curve_is_scikit_learns),
        cmocka_unit_test(thinned_roc_curve_stays_near),
        cmocka_unit_test(roc_curve_of_one_class_is_none),
        cmocka_unit_test(accuracy_mean_and_std_are_numpys),
        cmocka_unit_test(quantiles_are_numpys),
        cmocka_unit_test(kth_largest_of_awkward_orders),
        cmocka_unit_test(kth_largest_allows_infinities),
        cmocka_unit_test(auc_is_its_definition_with_infinities),
        cmocka_unit_test(auc_of_one_class_is_nan),
        cmocka_unit_test(auc_refuses_nan),
        cmocka_unit_test(summaries_of_nothing_are_nan),
        cmocka_unit_test(sample_deviation_of_whole_numbers),
        cmocka_unit_test(accuracy_at_zero),
    };
    return cmocka_run_group_tests_name("metrics", tests, read_golden, golden_close);
}
