/* The peak of a core: multiply-adds on registers alone, many enough at a time to hide their
 * latency. */
#include "bench.h"

#include "base/cpu.h"

enum { CHUNKS = 20 };

/* Runs `rounds` rounds of `count` independent multiply-adds on vectors of `bytes` bytes, and puts
 * the sum of the results into *result. `count` is about 4 cycles of latency times 2 units, and a
 * little more; with the two constants it must fit the registers. */
/* clang-format off */
#define MULTIPLY_ADD(bytes, count)                                \
    do {                                                          \
        typedef float vector __attribute__((vector_size(bytes))); \
        vector sum[count];                                        \
        for (int i = 0; i < (count); i++)                         \
            sum[i] = (vector){0} + (float)i;                      \
        for (size_t n = 0; n < rounds; n++)                       \
            _Pragma("GCC unroll 16")                              \
            for (int i = 0; i < (count); i++)                     \
                sum[i] = sum[i] * factor + addend;                \
        for (int i = 1; i < (count); i++)                         \
            sum[0] += sum[i];                                     \
        *result = sum[0][0];                                      \
    } while (0)
/* clang-format on */

/* A function of the above, and how many floating-point operations a round of it has. */
struct loop {
    void (*run)(size_t rounds, float factor, float addend, volatile float *result);
    double operations;
};

enum { COUNT_512 = 16, COUNT_256 = 12, COUNT_128 = 12 };

static void run_128(size_t rounds, float factor, float addend, volatile float *result) {
    MULTIPLY_ADD(16, COUNT_128);
}

#ifdef __x86_64__
__attribute__((target("avx2,fma"))) static void run_256(size_t rounds, float factor, float addend,
                                                        volatile float *result) {
    MULTIPLY_ADD(32, COUNT_256);
}

__attribute__((target("avx512f"))) static void run_512(size_t rounds, float factor, float addend,
                                                       volatile float *result) {
    MULTIPLY_ADD(64, COUNT_512);
}
#endif

static struct loop widest(void) {
#ifdef __x86_64__
    if (cpu_has_avx512())
        return (struct loop){run_512, 2.0 * 16 * COUNT_512};
    if (cpu_has_avx2())
        return (struct loop){run_256, 2.0 * 8 * COUNT_256};
#endif
    return (struct loop){run_128, 2.0 * 4 * COUNT_128};
}

/* The best of CHUNKS short runs: what other programs take of the core is not the core's peak. */
double bench_peak(double seconds) {
    const struct loop loop = widest();
    /* Not constants to the compiler. The sums stay finite and normal: they tend to 1. */
    volatile float factor = 0.5F, addend = 0.5F, result;
    size_t rounds = 1000;
    double best = 0, elapsed = 0;
    while (elapsed < seconds / CHUNKS) { /* finds the number of rounds, and warms the core up */
        rounds *= 2;
        double start = bench_clock();
        loop.run(rounds, factor, addend, &result);
        elapsed = bench_clock() - start;
    }
    for (int i = 0; i < CHUNKS; i++) {
        double start = bench_clock();
        loop.run(rounds, factor, addend, &result);
        double rate = (double)rounds * loop.operations / (bench_clock() - start);
        best = rate > best ? rate : best;
    }
    return best / 1e9;
}
