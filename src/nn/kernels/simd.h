/* For the files of lanes/ and direct/, which are compiled once for each instruction set: SIMD is
 * its name, and KERNEL(f) the name of a function in that set. */
#ifndef NN_KERNELS_SIMD_H
#define NN_KERNELS_SIMD_H

#include "nn/kernels/kernels.h"

#define KERNEL_PASTE(name, simd) name##_##simd
#define KERNEL_NAME(name, simd) KERNEL_PASTE(name, simd)
#define KERNEL(name) KERNEL_NAME(name, SIMD)

#define KERNEL_TEXT_OF(simd) #simd
#define KERNEL_TEXT(simd) KERNEL_TEXT_OF(simd)

#define INLINE static inline __attribute__((always_inline))

/* Vectors of the set's own width, and how many make up a pixel, which is all lanes at once. They
 * are laid over arrays of floats. */
#ifdef SIMD_avx512
enum { VECTOR = 16 };
#elif defined SIMD_avx2
enum { VECTOR = 8 };
#else
enum { VECTOR = 4 };
#endif
enum { VECTORS = LANES / VECTOR };
typedef float vector __attribute__((vector_size(4 * VECTOR), may_alias));
typedef float pixel __attribute__((vector_size(4 * LANES), may_alias));

/* max(a, b); x where a == b and 0 elsewhere; x where a > 0 and y elsewhere; the sum of a's lanes.
 */
#if defined SIMD_avx512
#include <immintrin.h>
INLINE vector vector_max(vector a, vector b) {
    return (vector)_mm512_max_ps((__m512)a, (__m512)b);
}
INLINE vector where_equal(vector a, vector b, vector x) {
    return (vector)_mm512_maskz_mov_ps(_mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_EQ_OQ),
                                       (__m512)x);
}
INLINE vector where_positive(vector a, vector x, vector y) {
    return (vector)_mm512_mask_mov_ps(
        (__m512)y, _mm512_cmp_ps_mask((__m512)a, _mm512_setzero_ps(), _CMP_GT_OQ), (__m512)x);
}
INLINE float vector_sum(vector a) {
    return _mm512_reduce_add_ps((__m512)a);
}
#else
typedef int vector_mask __attribute__((vector_size(4 * VECTOR)));
INLINE vector vector_select(vector_mask mask, vector x, vector y) {
    return (vector)((mask & (vector_mask)x) | (~mask & (vector_mask)y));
}
INLINE vector vector_max(vector a, vector b) {
    return vector_select(a > b, a, b);
}
INLINE vector where_equal(vector a, vector b, vector x) {
    return (vector)((a == b) & (vector_mask)x);
}
INLINE vector where_positive(vector a, vector x, vector y) {
    return vector_select(a > 0, x, y);
}
INLINE float vector_sum(vector a) {
    float sum[VECTOR / 2];
    for (int i = 0; i < VECTOR / 2; i++)
        sum[i] = a[i] + a[i + VECTOR / 2];
    for (int i = 1; i < VECTOR / 2; i++)
        sum[0] += sum[i];
    return sum[0];
}
#endif

#endif
