/* Any bytes as a NumPy array; all its values are looked at. */
#include <stdint.h>

#include "io/npy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const struct bytes bytes = {(unsigned char *)data, size};
    struct npy npy;
    struct error err;
    char shape[NPY_SHAPE_SIZE];
    if (npy_parse(&npy, "fuzz.npy", &bytes, &err) == STATUS_OK) {
        volatile double sum = 0;
        npy_shape(&npy, shape);
        for (size_t i = 0; i < npy.n_values; i++)
            sum += npy_get(&npy, i);
        (void)sum;
    }
    return 0;
}
