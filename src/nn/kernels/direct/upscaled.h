/* A 5x5 convolution of an image upscaled by 2 (each pixel repeated 2x2), without upscaling it.
 *
 * Of the 5 taps that an output row sees, some fall on the same row of the small image: on three
 * rows in all, which ones depending on whether the output row is even or odd. So each of the four
 * parities of output pixels is a 3x3 convolution of the small image, with sums of the 5x5 weights:
 * 9 multiplications instead of 25, and the same result. With padding 2, output row 2 y + p (p = 0,
 * 1) sees tap k on row y + (k + p) / 2 - 1; less padding crops the output. */
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
