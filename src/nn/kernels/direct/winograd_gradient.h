/* The gradient of the weights by Winograd's algorithm: the transpose of the forward pass,
 *
 *     d_weight = G^T [ sum over tiles and images of (A d_out A^T) . (B^T in B) ] G. */
#ifndef NN_KERNELS_DIRECT_WINOGRAD_GRADIENT_H
#define NN_KERNELS_DIRECT_WINOGRAD_GRADIENT_H

#include "nn/kernels/direct/tiles.h"

#define winograd_gradient_scratch KERNEL(winograd_gradient_scratch)
#define winograd_gradient KERNEL(winograd_gradient)

size_t winograd_gradient_scratch(const struct tiling *tiling);

/* Adds to d_weight in the order (O, 25, C), in which channels are side by side. */
void winograd_gradient(float *d_weight, const float *d_out, const float *in,
                       const struct tiling *tiling, float *scratch);

#endif
