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

/* Vectors of the set's own width, and how many make up a group. */
#ifdef SIMD_avx512
enum { VECTOR = 16 };
#else
enum { VECTOR = 8 };
#endif
enum { VECTORS = LANES / VECTOR };
typedef float vector __attribute__((vector_size(4 * VECTOR)));

/* A pixel: all lanes at once, in as many registers as it takes. */
typedef float pixel __attribute__((vector_size(4 * LANES)));

#define INLINE static inline __attribute__((always_inline))

size_t KERNEL(conv_scratch)(const struct conv_shape *shape);
void KERNEL(conv_forward)(float *out, const float *in, const float *weight, const float *bias,
                          const struct conv_shape *shape, float *scratch);
void KERNEL(conv_backward_input)(float *d_in, const float *d_out, const float *weight,
                                 const struct conv_shape *shape, float *scratch);
void KERNEL(conv_backward_weight)(float *d_weight, const float *d_out, const float *in,
                                  const struct conv_shape *shape, float *scratch);

void KERNEL(dense_forward)(float *out, const float *in, const float *weight, const float *bias,
                           size_t n_in, size_t n_out);
void KERNEL(dense_backward_input)(float *d_in, const float *d_out, const float *weight, size_t n_in,
                                  size_t n_out);
void KERNEL(dense_backward_weight)(float *d_weight, const float *d_out, const float *in,
                                   size_t n_in, size_t n_out, float *scratch);

void KERNEL(sum_channels)(float *d_bias, const float *d, size_t channels, size_t size);

void KERNEL(batchnorm_moments)(float *mean, float *deviations, const float *in, size_t channels,
                               size_t size, size_t n_images);
void KERNEL(batchnorm_apply)(float *out, const float *in, const float *scale, const float *shift,
                             size_t channels, size_t size);
void KERNEL(batchnorm_backward_sums)(float *sum, float *sum_product, const float *d_out,
                                     const float *in, const float *mean, size_t channels,
                                     size_t size);
void KERNEL(batchnorm_backward_apply)(float *d_in, const float *d_out, const float *in,
                                      const float *mean, const float *a, const float *b,
                                      const float *c, size_t channels, size_t size,
                                      size_t n_images);

void KERNEL(leaky_relu_forward)(float *x, size_t n, float slope);
void KERNEL(leaky_relu_backward)(float *d, const float *out, size_t n, float slope);
void KERNEL(sigmoid_forward)(float *x, size_t n);
void KERNEL(sigmoid_backward)(float *d, const float *out, size_t n);
void KERNEL(max_pool_forward)(float *out, const float *in, size_t channels, size_t height,
                              size_t width);
void KERNEL(max_pool_backward)(float *d_in, const float *d_out, const float *out, const float *in,
                               size_t channels, size_t height, size_t width);
void KERNEL(upscale_forward)(float *out, const float *in, size_t channels, size_t height,
                             size_t width);
void KERNEL(upscale_backward)(float *d_in, const float *d_out, size_t channels, size_t height,
                              size_t width);

#endif
