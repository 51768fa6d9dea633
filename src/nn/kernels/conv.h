/* The convolution functions of struct kernels, where kernels.h says what they do. There are two
 * kinds: direct/conv.c for the instruction sets, blas/conv.c for the portable one. */
#ifndef NN_KERNELS_CONV_H
#define NN_KERNELS_CONV_H

#include "nn/kernels/simd.h"

size_t KERNEL(conv_scratch)(const struct conv_shape *shape);
size_t KERNEL(conv_prepared)(const struct conv_shape *shape);
void KERNEL(conv_prepare)(float *prepared, const float *weight, const struct conv_shape *shape);
void KERNEL(conv_forward)(float *out, const float *in, const struct conv_weights *weights,
                          const struct conv_shape *shape, float *scratch);
void KERNEL(conv_backward_input)(float *d_in, const float *d_out,
                                 const struct conv_weights *weights, const struct conv_shape *shape,
                                 float *scratch);
void KERNEL(conv_backward_weight)(float *d_weight, const float *d_out, const float *in,
                                  const struct conv_shape *shape, float *scratch);
void KERNEL(conv_finish_gradient)(float *d_weight, const struct conv_shape *shape, float *scratch);

#endif
