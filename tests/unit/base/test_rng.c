#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <stdbool.h>

#include "base/rng.h"

/* The outputs that the reference implementation (xoshiro256starstar.c) gives from state 1 2 3 4. */
static void published_outputs(void **state) {
    (void)state;
    static const uint64_t expected[] = {
        11520u,
        0u,
        1509978240u,
        1215971899390074240u,
        1216172134540287360u,
        607988272756665600u,
        16172922978634559625u,
        8476171486693032832u,
        10595114339597558777u,
        2904607092377533576u,
    };
    struct rng rng = {{1, 2, 3, 4}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_true(rng_bits(&rng) == expected[i]);
}

static void seeds_and_streams_differ(void **state) {
    (void)state;
    enum { N_SEEDS = 40, N_STREAMS = 6, N = N_SEEDS * N_STREAMS * 4 };
    static uint64_t words[N];
    size_t n = 0;
    for (uint64_t seed = 0; seed < N_SEEDS; seed++)
        for (int stream = 0; stream < N_STREAMS; stream++) {
            struct rng rng;
            struct rng again;
            rng_seed(&rng, seed, (enum rng_stream)stream);
            rng_seed(&again, seed, (enum rng_stream)stream);
            assert_memory_equal(&rng, &again, sizeof rng);
            for (int i = 0; i < 4; i++)
                words[n++] = rng.state[i];
        }
    /* No word of any state is met again: no two streams overlap where they start. */
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            assert_true(words[i] != words[j]);
}

static void uniform_is_uniform(void **state) {
    (void)state;
    enum { N = 200000, N_BINS = 20 };
    size_t bins[N_BINS] = {0};
    double sum = 0;
    double squares = 0;
    struct rng rng;
    rng_seed(&rng, 1, RNG_DATA);
    for (int i = 0; i < N; i++) {
        double u = rng_uniform(&rng);
        assert_true(u >= 0 && u < 1);
        sum += u;
        squares += u * u;
        bins[(size_t)(u * N_BINS)]++;
    }
    /* Mean 1/2 and second moment 1/3, within 5 standard errors (0.29 and 0.30 over sqrt(N)). */
    assert_true(sum / N > 0.5 - 0.0033 && sum / N < 0.5 + 0.0033);
    assert_true(squares / N > 1.0 / 3 - 0.0034 && squares / N < 1.0 / 3 + 0.0034);
    double chi_squared = 0;
    for (int i = 0; i < N_BINS; i++) {
        double difference = (double)bins[i] - (double)N / N_BINS;
        chi_squared += difference * difference / ((double)N / N_BINS);
    }
    assert_true(chi_squared < 43.8); /* 0.999 quantile of 19 degrees of freedom */
}

static void below_is_unbiased(void **state) {
    (void)state;
    struct rng rng;
    rng_seed(&rng, 2, RNG_DATA);
    for (int i = 0; i < 100; i++)
        assert_int_equal(rng_below(&rng, 1), 0);
    /* Of n = 3/4 of 2^64 values a plain remainder would give the first third twice as often. */
    size_t n = SIZE_MAX / 4 * 3;
    size_t n_low = 0;
    for (int i = 0; i < 30000; i++) {
        size_t value = rng_below(&rng, n);
        assert_true(value < n);
        n_low += value < n / 3;
    }
    assert_true(n_low > 10000 - 410 && n_low < 10000 + 410); /* 5 standard deviations */
}

static void shuffle_is_a_permutation(void **state) {
    (void)state;
    enum { N = 1000 };
    size_t index[N];
    bool seen[N] = {false};
    size_t n_fixed = 0;
    for (size_t i = 0; i < N; i++)
        index[i] = i;
    struct rng rng;
    rng_seed(&rng, 3, RNG_TRAIN);
    rng_shuffle(&rng, index, N);
    for (size_t i = 0; i < N; i++) {
        assert_true(index[i] < N && !seen[index[i]]);
        seen[index[i]] = true;
        n_fixed += index[i] == i;
    }
    assert_true(n_fixed < 10); /* Poisson of mean 1 */
    rng_shuffle(&rng, index, 0);
    rng_shuffle(&rng, index, 1);
}

static void shuffle_reaches_all_orders_alike(void **state) {
    (void)state;
    enum { N = 60000 };
    size_t counts[27] = {0};
    struct rng rng;
    rng_seed(&rng, 4, RNG_TRAIN);
    for (int i = 0; i < N; i++) {
        size_t index[] = {0, 1, 2};
        rng_shuffle(&rng, index, 3);
        counts[9 * index[0] + 3 * index[1] + index[2]]++;
    }
    int n_orders = 0;
    for (int i = 0; i < 27; i++) {
        if (counts[i] == 0)
            continue;
        n_orders++;
        assert_true(counts[i] > N / 6 - 460 && counts[i] < N / 6 + 460);
    }
    assert_int_equal(n_orders, 6);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_outputs),
        cmocka_unit_test(seeds_and_streams_differ),
        cmocka_unit_test(uniform_is_uniform),
        cmocka_unit_test(below_is_unbiased),
        cmocka_unit_test(shuffle_is_a_permutation),
        cmocka_unit_test(shuffle_reaches_all_orders_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
