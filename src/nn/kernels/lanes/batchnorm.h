/* Sums over channels, and batch normalisation with what follows it: functions of struct kernels. */
#ifndef NN_KERNELS_LANES_BATCHNORM_H
#define NN_KERNELS_LANES_BATCHNORM_H

#include "nn/kernels/simd.h"

void KERNEL(sum_channels)(float *d_bias, const float *d, size_t channels, size_t size);

void KERNEL(batchnorm_moments)(float *mean, float *deviations, const float *in, size_t channels,
                               size_t size, size_t n_images);
void KERNEL(batchnorm_forward)(float *out, const float *in, const float *scale, const float *shift,
                               const struct norm_shape *shape);
void KERNEL(batchnorm_backward_sums)(float *sum, float *sum_product, const float *d_out,
                                     const float *in, const struct norm_values *values,
                                     const struct norm_shape *shape);
void KERNEL(batchnorm_backward)(float *d_in, const float *d_out, const float *in,
                                const struct norm_values *values, const struct norm_shape *shape,
                                size_t n_images);

#endif
