/* What the parts of the speed measurement share. Results go to standard output, one JSON object a
 * line; README.md says what they mean. */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <cjson/cJSON.h>

#include "base/error.h"
#include "base/rng.h"
#include "base/threads.h"
#include "nn/architectures.h"
#include "nn/kernels/kernels.h"

enum { BENCH_BATCH = 200 };

struct bench {
    const char *network; /* "mnist" */
    struct architecture encoder, autoencoder;
    const struct kernels *kernels;
    struct thread_pool *pool;
    double seconds; /* how long a measurement takes */
};

/* Seconds since some moment. */
double bench_clock(void);

/* n numbers, uniform in [0, 1). */
void bench_random(float *values, size_t n, struct rng *rng);

/* Prints the object on a line of its own, as soon as it is there, and frees it. */
void bench_print(cJSON *object);

/* Microseconds an image of training and scoring; `what` is one of the names below or NULL for all
 * of them. STATUS_USAGE for another name. */
int bench_steps(const struct bench *bench, const char *what, struct error *err);
#define BENCH_STEPS "ae, svdd, score"

/* GFLOP/s of each convolution of the network's autoencoder, forward and both gradients, beside the
 * peak of a core. One thread, whatever the pool. */
int bench_convolutions(const struct bench *bench, struct error *err);

/* The most GFLOP/s in single precision that one core of this processor gives, measured with the
 * widest instructions it has. */
double bench_peak(double seconds);

#endif
