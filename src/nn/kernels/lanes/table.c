/* The table of one instruction set. */
#include "nn/kernels/lanes/table.h"

#include "nn/kernels/conv.h"
#include "nn/kernels/dense.h"
#include "nn/kernels/lanes/batchnorm.h"
#include "nn/kernels/lanes/pointwise.h"
#include "nn/kernels/lanes/resize.h"
#include "nn/kernels/simd.h"

const struct kernels KERNEL(kernels) = {
    .name = KERNEL_TEXT(SIMD),
    .conv_scratch = KERNEL(conv_scratch),
    .conv_prepared = KERNEL(conv_prepared),
    .conv_prepare = KERNEL(conv_prepare),
    .conv_forward = KERNEL(conv_forward),
    .conv_backward_input = KERNEL(conv_backward_input),
    .conv_backward_weight = KERNEL(conv_backward_weight),
    .conv_finish_gradient = KERNEL(conv_finish_gradient),
    .dense_forward = KERNEL(dense_forward),
    .dense_backward_input = KERNEL(dense_backward_input),
    .dense_backward_weight = KERNEL(dense_backward_weight),
    .sum_channels = KERNEL(sum_channels),
    .batchnorm_moments = KERNEL(batchnorm_moments),
    .batchnorm_forward = KERNEL(batchnorm_forward),
    .batchnorm_backward_sums = KERNEL(batchnorm_backward_sums),
    .batchnorm_backward = KERNEL(batchnorm_backward),
    .leaky_relu_forward = KERNEL(leaky_relu_forward),
    .leaky_relu_backward = KERNEL(leaky_relu_backward),
    .sigmoid_forward = KERNEL(sigmoid_forward),
    .sigmoid_backward = KERNEL(sigmoid_backward),
    .max_pool_forward = KERNEL(max_pool_forward),
    .max_pool_backward = KERNEL(max_pool_backward),
    .upscale_forward = KERNEL(upscale_forward),
    .upscale_backward = KERNEL(upscale_backward),
};
