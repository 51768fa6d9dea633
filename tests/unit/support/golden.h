/* What tests of the learning core share: golden files, kernel sets, arrays that should be equal. */
#ifndef SUPPORT_GOLDEN_H
#define SUPPORT_GOLDEN_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "io/safetensors.h"
#include "nn/kernels/kernels.h"

/* Ends the test with the message of a failed call. */
static inline void assert_ok(int status, const struct error *err) {
    if (status != STATUS_OK)
        fail_msg("%s", err->message);
}

static inline void golden_read(struct tensor_list *list, const char *path) {
    struct error err = {.message = ""};
    assert_ok(safetensors_read(path, list, &err), &err);
}

/* Setup and teardown of a group of tests whose state is a golden file. */
static inline int golden_open(void **state, const char *path) {
    static struct tensor_list list;
    golden_read(&list, path);
    *state = &list;
    return 0;
}

static inline int golden_close(void **state) {
    tensor_list_free(*state);
    return 0;
}

/* The tensor "<owner>.<name>"; NULL when there is none. */
static inline const struct tensor *golden_find(const struct tensor_list *list, const char *owner,
                                               const char *name) {
    char key[2 * TENSOR_NAME_SIZE];
    snprintf(key, sizeof key, "%s.%s", owner, name);
    return tensor_list_find(list, key);
}

/* The same, which must be there. */
static inline const struct tensor *golden_get(const struct tensor_list *list, const char *owner,
                                              const char *name) {
    const struct tensor *tensor = golden_find(list, owner, name);
    if (tensor == NULL)
        fail_msg("no golden tensor %s.%s", owner, name);
    return tensor;
}

static inline float *new_floats(size_t n) {
    struct error err = {.message = ""};
    float *values = memory_alloc(n, sizeof *values, &err);
    assert_non_null(values);
    return values;
}

/* Fails unless every |actual - expected| is within tolerance times the largest |expected|. */
static inline void assert_close(const char *owner, const char *name, const float *actual,
                                const float *expected, size_t n, double tolerance) {
    double largest = 0;
    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, fabs((double)expected[i]));
    for (size_t i = 0; i < n; i++)
        if (!(fabs((double)actual[i] - (double)expected[i]) <= tolerance * largest))
            fail_msg("%s.%s: value %zu of %zu is %.9g, not %.9g (largest %.3g)", owner, name, i, n,
                     (double)actual[i], (double)expected[i], largest);
}

/* Fails unless |value - expected| <= tolerance; cmocka has this for floats only. */
static inline void assert_near(double value, double expected, double tolerance) {
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.17g is not %.17g", value, expected);
}

/* Fails unless |actual - expected| <= tolerance |expected|. */
static inline void assert_relative(const char *owner, const char *name, double actual,
                                   double expected, double tolerance) {
    if (!(fabs(actual - expected) <= tolerance * fabs(expected)))
        fail_msg("%s.%s is %.9g, not %.9g", owner, name, actual, expected);
}

/* Calls the test with every set of kernels that this processor runs. */
static inline void for_each_kernel_set(void (*test)(const struct kernels *kernels)) {
    static const char *const names[] = {"blas", "avx2", "avx512"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct kernels *kernels;
        struct error err = {.message = ""};
        if (kernels_find(&kernels, names[i], &err) == STATUS_OK)
            test(kernels);
    }
}

#endif
