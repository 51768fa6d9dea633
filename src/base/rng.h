/* Pseudo-random numbers: xoshiro256** (Blackman and Vigna), seeded through splitmix64.
 *
 * A run has one seed and draws from several independent streams of it, one for each purpose, so
 * that a change in how often one is used does not move the others. */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

enum rng_stream {
    RNG_DATA,       /* selection and order of the training set */
    RNG_DICTIONARY, /* patches and dictionary learning */
    RNG_WEIGHTS,    /* initial weights */
    RNG_PRETRAIN,   /* order of batches in pretraining */
    RNG_TRAIN,      /* order of batches in training */
    RNG_BASELINE,   /* shallow baselines */
};

struct rng {
    uint64_t state[4];
};

void rng_seed(struct rng *rng, uint64_t seed, enum rng_stream stream);

/* 64 random bits. */
uint64_t rng_bits(struct rng *rng);

/* A bijection of 64 bits in which every bit of the input moves every bit of the output
 * (splitmix64's): random numbers that are called up by number instead of in a row. */
uint64_t rng_mix(uint64_t number);

/* Uniform in [0, 1), 53 bits. */
double rng_uniform(struct rng *rng);

/* Uniform in {0, ..., n - 1}, without bias; n >= 1. */
size_t rng_below(struct rng *rng, size_t n);

/* Fisher-Yates shuffle of n indices. */
void rng_shuffle(struct rng *rng, size_t *index, size_t n);

#endif
