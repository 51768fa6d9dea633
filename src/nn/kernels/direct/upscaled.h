/* A 5x5 convolution of an image upscaled by 2 (each pixel repeated 2x2), without upscaling it: one
 * parity of output pixels at a time (parity.h), directly. */
#ifndef NN_KERNELS_DIRECT_UPSCALED_H
#define NN_KERNELS_DIRECT_UPSCALED_H

#include "nn/kernels/simd.h"

/* The convolution functions of struct kernels, for a shape with `upscale`. */
#define upscaled_scratch KERNEL(upscaled_scratch)
#define upscaled_prepared KERNEL(upscaled_prepared)
#define upscaled_prepare KERNEL(upscaled_prepare)
#define upscaled_forward KERNEL(upscaled_forward)
#define upscaled_backward_input KERNEL(upscaled_backward_input)
#define upscaled_backward_weight KERNEL(upscaled_backward_weight)
#define upscaled_finish_gradient KERNEL(upscaled_finish_gradient)

size_t upscaled_scratch(const struct conv_shape *shape);
size_t upscaled_prepared(const struct conv_shape *shape);
void upscaled_prepare(float *prepared, const float *weight, const struct conv_shape *shape);
void upscaled_forward(float *out, const float *in, const struct conv_weights *weights,
                      const struct conv_shape *shape, float *scratch);
void upscaled_backward_input(float *d_in, const float *d_out, const struct conv_weights *weights,
                             const struct conv_shape *shape, float *scratch);
void upscaled_backward_weight(float *d_weight, const float *d_out, const float *in,
                              const struct conv_shape *shape, float *scratch);
void upscaled_finish_gradient(float *d_weight, const struct conv_shape *shape, float *scratch);

#endif
