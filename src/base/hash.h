/* A hash of bytes, to tell contents apart: not for secrets. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_START UINT64_C(0xcbf29ce484222325)

/* The hash of `size` more bytes: a variant of FNV-1a on words of 64 bits. Start with HASH_START. */
uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t size);

#endif
