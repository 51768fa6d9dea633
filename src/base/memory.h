/* Memory: zeroed, 64-byte aligned arrays with checked sizes. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* An array of `count` elements of `size` bytes, all zero, aligned to 64 bytes; NULL with a message
 * when it does not fit in memory or in a size_t. An empty array is a valid, freeable pointer.
 * Freed with free(). */
void *memory_alloc(size_t count, size_t size, struct error *err);

/* *product = a * b; false when that overflows a size_t. */
bool memory_multiply(size_t a, size_t b, size_t *product);

#endif
