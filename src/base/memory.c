#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A cache line, and the width of the widest vector registers. */
enum { ALIGNMENT = 64 };

void *memory_alloc(size_t count, size_t size, struct error *err) {
    size_t n_bytes;
    if (!memory_multiply(count, size, &n_bytes) || n_bytes > PTRDIFF_MAX - ALIGNMENT) {
        error_set(err, STATUS_NO_MEMORY,
                  "out of memory: %zu times %zu bytes is more than any machine has", count, size);
        return NULL;
    }
    /* aligned_alloc wants a multiple of the alignment; an empty array still gets a line. */
    size_t rounded = (n_bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (rounded == 0)
        rounded = ALIGNMENT;
    void *memory = aligned_alloc(ALIGNMENT, rounded);
    if (memory == NULL) {
        error_set(err, STATUS_NO_MEMORY, "out of memory: no %zu bytes are free", n_bytes);
        return NULL;
    }
    return memset(memory, 0, rounded);
}

bool memory_multiply(size_t a, size_t b, size_t *product) {
    return !__builtin_mul_overflow(a, b, product);
}
