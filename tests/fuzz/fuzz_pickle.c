/* Pickles. Good seeds: tests/golden/cifar10/small-*.pickle. */
#include <stdlib.h>

#include "io/pickle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const struct bytes bytes = {(unsigned char *)data, size};
    struct pickle *pickle;
    struct pickle_array array;
    struct error err;
    int32_t *integers;
    size_t n;
    if (pickle_parse(&pickle, "a.pickle", &bytes, &err) != STATUS_OK)
        return 0;
    volatile unsigned sum = 0; /* touches all that was found */
    if (pickle_find_array(pickle, "data", &array, &err) == STATUS_OK)
        for (size_t i = 0; i < array.n_values; i++)
            sum = sum + array.values[i];
    if (pickle_find_integers(pickle, "labels", &integers, &n, &err) == STATUS_OK) {
        for (size_t i = 0; i < n; i++)
            sum = sum + (unsigned)integers[i];
        free(integers);
    }
    pickle_free(pickle);
    return 0;
}
