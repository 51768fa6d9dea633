#include "base/hash.h"

#include <string.h>

static uint64_t step(uint64_t hash, uint64_t word) {
    const uint64_t prime = UINT64_C(0x100000001b3);
    hash = (hash ^ word) * prime;
    return hash ^ hash >> 32; /* a product's low bits do not depend on its factors' high ones */
}

uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t size) {
    const unsigned char *next = bytes;
    for (; size >= sizeof(uint64_t); size -= sizeof(uint64_t), next += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, next, sizeof word);
        hash = step(hash, word);
    }
    for (; size > 0; size--)
        hash = step(hash, *next++);
    return hash;
}
