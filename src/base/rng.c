#include "base/rng.h"

/* The output function of splitmix64 (Vigna, https://prng.di.unimi.it/splitmix64.c). */
uint64_t rng_mix(uint64_t number) {
    uint64_t z = number;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static uint64_t splitmix64(uint64_t *state) {
    *state += 0x9e3779b97f4a7c15u;
    return rng_mix(*state);
}

static uint64_t rotate_left(uint64_t x, int k) {
    return (x << k) | (x >> (64 - k));
}

void rng_seed(struct rng *rng, uint64_t seed, enum rng_stream stream) {
    /* Mixed twice, so that neither neighbouring seeds nor neighbouring streams start neighbouring
     * splitmix64 sequences: those would overlap. */
    uint64_t state = seed;
    state = rng_mix(splitmix64(&state) + (uint64_t)stream + 1);
    /* Four outputs of splitmix64 in a row are distinct, so the state is never all zero. */
    for (int i = 0; i < 4; i++)
        rng->state[i] = splitmix64(&state);
}

/* https://prng.di.unimi.it/xoshiro256starstar.c */
uint64_t rng_bits(struct rng *rng) {
    uint64_t *s = rng->state;
    uint64_t result = rotate_left(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate_left(s[3], 45);
    return result;
}

double rng_uniform(struct rng *rng) {
    return (double)(rng_bits(rng) >> 11) * 0x1p-53;
}

size_t rng_below(struct rng *rng, size_t n) {
    /* 2^64 is seldom a multiple of n; the first 2^64 mod n values are drawn again, so that each
     * remainder has the same number of values. */
    uint64_t bound = n;
    uint64_t first = (0 - bound) % bound;
    uint64_t bits;
    do
        bits = rng_bits(rng);
    while (bits < first);
    return (size_t)(bits % bound);
}

void rng_shuffle(struct rng *rng, size_t *index, size_t n) {
    for (size_t left = n; left > 1; left--) {
        size_t i = rng_below(rng, left);
        size_t last = index[left - 1];
        index[left - 1] = index[i];
        index[i] = last;
    }
}
