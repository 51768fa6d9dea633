/* Pooling and upscaling: functions of struct kernels. */
#ifndef NN_KERNELS_LANES_RESIZE_H
#define NN_KERNELS_LANES_RESIZE_H

#include "nn/kernels/simd.h"

void KERNEL(max_pool_forward)(float *out, const float *in, size_t channels, size_t height,
                              size_t width);
void KERNEL(max_pool_backward)(float *d_in, const float *d_out, const float *out, const float *in,
                               size_t channels, size_t height, size_t width);
void KERNEL(upscale_forward)(float *out, const float *in, size_t channels, size_t height,
                             size_t width);
void KERNEL(upscale_backward)(float *d_in, const float *d_out, size_t channels, size_t height,
                              size_t width);

#endif
