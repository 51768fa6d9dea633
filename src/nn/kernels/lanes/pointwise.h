/* Activations, value by value: functions of struct kernels. */
#ifndef NN_KERNELS_LANES_POINTWISE_H
#define NN_KERNELS_LANES_POINTWISE_H

#include "nn/kernels/simd.h"

void KERNEL(leaky_relu_forward)(float *x, size_t n, float slope);
void KERNEL(leaky_relu_backward)(float *d, const float *out, size_t n, float slope);
void KERNEL(sigmoid_forward)(float *x, size_t n);
void KERNEL(sigmoid_backward)(float *d, const float *out, size_t n);

#endif
