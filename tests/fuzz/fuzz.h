/* What fuzz targets share. A target is one function, which libFuzzer calls with one input after the
 * other and which always returns 0. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A finding, as a crash is: for what the sanitizers do not see. */
#define FUZZ_CHECK(condition)                                                                      \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* Whatever is wrong with the input, the message says something, on one line, and has no byte that a
 * terminal takes for a command. */
static inline void fuzz_check_message(const struct error *err) {
    const size_t length = strnlen(err->message, sizeof err->message);
    FUZZ_CHECK(length > 0 && length < sizeof err->message);
    for (size_t i = 0; i < length; i++) {
        const unsigned char *c = (const unsigned char *)err->message + i;
        FUZZ_CHECK(c[0] >= 0x20 && c[0] != 0x7f);
        FUZZ_CHECK(c[0] != 0xc2 || c[1] >= 0xa0);
    }
}

#endif
