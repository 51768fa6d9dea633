/* Gzip data: what comes out, and the bound on its size. */
#include "fuzz.h"
#include "io/gzip.h"

/* Twice the first buffer. */
enum { MAX_SIZE = 1 << 17 };

/* The same bytes under a bound that they just fit, and under one that they do not. */
static void check_bound(const struct bytes *in, const struct bytes *expected) {
    struct error err = {.message = ""};
    struct bytes out;
    FUZZ_CHECK(gzip_inflate("fuzz", in, expected->size, &out, &err) == STATUS_OK);
    FUZZ_CHECK(out.size == expected->size && memcmp(out.data, expected->data, out.size) == 0);
    free(out.data);
    if (expected->size == 0)
        return;
    FUZZ_CHECK(gzip_inflate("fuzz", in, expected->size - 1, &out, &err) == STATUS_DAMAGED);
    FUZZ_CHECK(out.data == NULL && out.size == 0);
    fuzz_check_message(&err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const struct bytes in = {(unsigned char *)(uintptr_t)data, size};
    struct error err = {.message = ""};
    struct bytes out;
    if (gzip_inflate("fuzz", &in, MAX_SIZE, &out, &err) != STATUS_OK) {
        FUZZ_CHECK(out.data == NULL && out.size == 0);
        fuzz_check_message(&err);
        return 0;
    }
    FUZZ_CHECK(gzip_is(&in) && out.size <= MAX_SIZE);
    check_bound(&in, &out);
    free(out.data);
    return 0;
}
