/* IDX arrays: any bytes, read as arrays of 1 to 4 dimensions. */
#include "fuzz.h"
#include "io/idx.h"

static void check_array(const struct idx *idx, const uint8_t *data, size_t size) {
    size_t n_values = 1;
    for (size_t i = 0; i < idx->n_dims; i++)
        n_values *= idx->dims[i];
    FUZZ_CHECK(idx->n_values == n_values);
    FUZZ_CHECK(idx->values >= data && idx->n_values <= size);
    FUZZ_CHECK(idx->values + idx->n_values == data + size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const struct bytes bytes = {(unsigned char *)(uintptr_t)data, size};
    size_t n_readings = 0;
    for (size_t n_dims = 0; n_dims <= IDX_MAX_DIMS + 1; n_dims++) {
        struct idx idx;
        struct error err = {.message = ""};
        if (idx_parse(&idx, "fuzz", &bytes, n_dims, &err) != STATUS_OK) {
            fuzz_check_message(&err);
            continue;
        }
        FUZZ_CHECK(idx.n_dims == n_dims);
        check_array(&idx, data, size);
        n_readings++;
    }
    FUZZ_CHECK(n_readings <= 1);
    return 0;
}
