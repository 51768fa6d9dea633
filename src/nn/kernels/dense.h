/* The dense functions of struct kernels, in direct/dense.c and blas/dense.c; see conv.h. */
#ifndef NN_KERNELS_DENSE_H
#define NN_KERNELS_DENSE_H

#include "nn/kernels/simd.h"

void KERNEL(dense_forward)(float *out, const float *in, const float *weight, const float *bias,
                           size_t n_in, size_t n_out);
void KERNEL(dense_backward_input)(float *d_in, const float *d_out, const float *weight, size_t n_in,
                                  size_t n_out);
void KERNEL(dense_backward_weight)(float *d_weight, const float *d_out, const float *in,
                                   size_t n_in, size_t n_out, float *scratch);

#endif
