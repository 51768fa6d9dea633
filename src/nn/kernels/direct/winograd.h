/* 5x5 convolution by Winograd's minimal filtering (Lavin and Gray, 2016).
 *
 * The output is cut into tiles of 4x4 pixels, each the convolution of an 8x8 tile of the
 * zero-padded input:
 *
 *     out = A^T [ (G w G^T) . (B^T in B) ] A
 *
 * where . multiplies element by element, and sums over input channels: 64 multiplications a tile
 * and channel where the direct sum needs 400. For each of the 64 elements the sum over channels is
 * a matrix product. Of an upscaled image, the four parities of output pixels (parity.h) are 3x3
 * convolutions of the small image with tiles of 6x6: 36 multiplications for 4x4 pixels of each.
 *
 * In single precision, on the layers of CIFAR-10's networks, the largest error relative to the
 * largest value is 4e-6 to 7e-6 forward and up to 1.3e-5 in both gradients (2e-5 with 256
 * channels), where direct sums are off by less than 1e-6. It pays where there are many channels. */
#ifndef NN_KERNELS_DIRECT_WINOGRAD_H
#define NN_KERNELS_DIRECT_WINOGRAD_H

#include <stdbool.h>

#include "nn/kernels/simd.h"

#define winograd_can KERNEL(winograd_can)
#define winograd_pays KERNEL(winograd_pays)
#define winograd_scratch KERNEL(winograd_scratch)
#define winograd_prepared KERNEL(winograd_prepared)
#define winograd_prepare KERNEL(winograd_prepare)
#define winograd_forward KERNEL(winograd_forward)
#define winograd_backward_input KERNEL(winograd_backward_input)
#define winograd_backward_weight KERNEL(winograd_backward_weight)
#define winograd_finish_gradient KERNEL(winograd_finish_gradient)

/* True for the shapes that the functions below do: channels in 32s, as the blocks of the products
 * are, padding 2, and whole tiles, four at a time; or, upscaled, one at a time. */
bool winograd_can(const struct conv_shape *shape);

/* True where they do a shape that they can do faster than direct sums: 32 channels are enough, but
 * tiles one at a time only where there is one. */
bool winograd_pays(const struct conv_shape *shape);

/* The convolution functions of struct kernels. */
size_t winograd_scratch(const struct conv_shape *shape);
size_t winograd_prepared(const struct conv_shape *shape);
void winograd_prepare(float *prepared, const float *weight, const struct conv_shape *shape);
void winograd_forward(float *out, const float *in, const struct conv_weights *weights,
                      const struct conv_shape *shape, float *scratch);
void winograd_backward_input(float *d_in, const float *d_out, const struct conv_weights *weights,
                             const struct conv_shape *shape, float *scratch);
void winograd_backward_weight(float *d_weight, const float *d_out, const float *in,
                              const struct conv_shape *shape, float *scratch);
void winograd_finish_gradient(float *d_weight, const struct conv_shape *shape, float *scratch);

#endif
