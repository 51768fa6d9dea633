/* Any bytes as a pickle; all that is found in it is looked at. */
#include "fuzz.h"
#include "io/pickle.h"

static void look_at_array(const struct pickle *pickle) {
    struct pickle_array array;
    struct error err = {.message = ""};
    if (pickle_find_array(pickle, "data", &array, &err) != STATUS_OK) {
        fuzz_check_message(&err);
        return;
    }
    volatile unsigned sum = 0;
    size_t n = 1;
    FUZZ_CHECK(array.n_dims >= 1 && array.n_dims <= PICKLE_MAX_DIMS);
    for (size_t i = 0; i < array.n_dims; i++)
        n *= array.dims[i];
    FUZZ_CHECK(n == array.n_values);
    for (size_t i = 0; i < n; i++)
        sum = sum + array.values[i];
}

static void look_at_integers(const struct pickle *pickle) {
    struct error err = {.message = ""};
    int32_t *integers;
    size_t n;
    if (pickle_find_integers(pickle, "labels", &integers, &n, &err) != STATUS_OK) {
        fuzz_check_message(&err);
        return;
    }
    volatile unsigned sum = 0;
    for (size_t i = 0; i < n; i++)
        sum = sum + (unsigned)integers[i];
    free(integers);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const struct bytes bytes = {(unsigned char *)data, size};
    struct pickle *pickle;
    struct error err = {.message = ""};
    if (pickle_parse(&pickle, "fuzz", &bytes, &err) != STATUS_OK) {
        FUZZ_CHECK(pickle == NULL);
        fuzz_check_message(&err);
        return 0;
    }
    look_at_array(pickle);
    look_at_integers(pickle);
    pickle_free(pickle);
    return 0;
}
