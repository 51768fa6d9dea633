/* The portable convolution: im2col and a matrix product.
 *
 * A group with its images side by side is one wide image: the columns of the matrix are its
 * W' * LANES floats of each output row, copied from the zero-padded input in one piece. */
#include "nn/kernels/conv.h"

#include <cblas.h>
#include <stdint.h>
#include <string.h>

#include "nn/kernels/lanes/resize.h"
#include "nn/kernels/padding.h"

static size_t columns(const struct conv_shape *shape) {
    return conv_output_height(shape) * conv_output_width(shape) * LANES;
}

/* The same convolution of the image that has been upscaled. */
static struct conv_shape upscaled(const struct conv_shape *shape) {
    return (struct conv_shape){.in_channels = shape->in_channels,
                               .height = 2 * shape->height,
                               .width = 2 * shape->width,
                               .out_channels = shape->out_channels,
                               .pad = shape->pad};
}

static size_t image_size(const struct conv_shape *shape) {
    return shape->in_channels * shape->height * shape->width * LANES;
}

static size_t padded_size(const struct conv_shape *shape) {
    return shape->in_channels * (shape->height + 2 * shape->pad) * (shape->width + 2 * shape->pad) *
           LANES;
}

size_t KERNEL(conv_scratch)(const struct conv_shape *shape) {
    if (shape->upscale) {
        struct conv_shape large = upscaled(shape);
        return image_size(&large) + KERNEL(conv_scratch)(&large);
    }
    return padded_size(shape) + shape->in_channels * CONV_TAPS * columns(shape);
}

/* One (channel, tap) of the matrix (C * 25, H' * W' * LANES): a shifted plane, row by row. It is
 * copied to the matrix, or (add) the matrix is added to it. */
static void shifted_planes(float *matrix, float *padded, const struct conv_shape *shape, int add) {
    size_t height = conv_output_height(shape), row = conv_output_width(shape) * LANES;
    size_t padded_row = (shape->width + 2 * shape->pad) * LANES;
    size_t plane = (shape->height + 2 * shape->pad) * padded_row;
    for (size_t k = 0; k < shape->in_channels * CONV_TAPS; k++) {
        size_t ky = k % CONV_TAPS / CONV_SIZE, kx = k % CONV_SIZE;
        float *from = padded + k / CONV_TAPS * plane + ky * padded_row + kx * LANES;
        for (size_t y = 0; y < height; y++, matrix += row, from += padded_row) {
            if (!add)
                memcpy(matrix, from, row * sizeof *matrix);
            else
                for (size_t i = 0; i < row; i++)
                    from[i] += matrix[i];
        }
    }
}

static float *im2col(const float *in, const struct conv_shape *shape, float *scratch) {
    float *matrix = scratch + padded_size(shape);
    pad_planes(scratch, in, shape->in_channels, shape->height, shape->width, shape->pad);
    shifted_planes(matrix, scratch, shape, 0);
    return matrix;
}

size_t KERNEL(conv_prepared)(const struct conv_shape *shape) {
    (void)shape;
    return 0;
}

void KERNEL(conv_prepare)(float *prepared, const float *weight, const struct conv_shape *shape) {
    (void)prepared;
    (void)weight;
    (void)shape;
}

void KERNEL(conv_finish_gradient)(float *d_weight, const struct conv_shape *shape, float *scratch) {
    (void)d_weight;
    (void)shape;
    (void)scratch;
}

void KERNEL(conv_forward)(float *out, const float *in, const struct conv_weights *weights,
                          const struct conv_shape *shape, float *scratch) {
    const float *bias = weights->bias;
    if (shape->upscale) {
        struct conv_shape large = upscaled(shape);
        KERNEL(upscale_forward)(scratch, in, shape->in_channels, shape->height, shape->width);
        KERNEL(conv_forward)(out, scratch, weights, &large, scratch + image_size(&large));
        return;
    }
    const float *matrix = im2col(in, shape, scratch);
    size_t n = columns(shape), k = shape->in_channels * CONV_TAPS;
    for (size_t o = 0; bias && o < shape->out_channels; o++)
        for (size_t i = 0; i < n; i++)
            out[o * n + i] = bias[o];
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (blasint)shape->out_channels, (blasint)n,
                (blasint)k, 1.0F, weights->weight, (blasint)k, matrix, (blasint)n,
                bias ? 1.0F : 0.0F, out, (blasint)n);
}

void KERNEL(conv_backward_input)(float *d_in, const float *d_out,
                                 const struct conv_weights *weights, const struct conv_shape *shape,
                                 float *scratch) {
    if (shape->upscale) {
        struct conv_shape large = upscaled(shape);
        KERNEL(conv_backward_input)(scratch, d_out, weights, &large, scratch + image_size(&large));
        KERNEL(upscale_backward)(d_in, scratch, shape->in_channels, shape->height, shape->width);
        return;
    }
    float *matrix = scratch + padded_size(shape);
    size_t n = columns(shape), k = shape->in_channels * CONV_TAPS;
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (blasint)k, (blasint)n,
                (blasint)shape->out_channels, 1.0F, weights->weight, (blasint)k, d_out, (blasint)n,
                0.0F, matrix, (blasint)n);
    memset(scratch, 0, padded_size(shape) * sizeof *scratch);
    shifted_planes(matrix, scratch, shape, 1);
    size_t row = shape->width * LANES, padded_row = row + 2 * shape->pad * LANES;
    for (size_t c = 0; c < shape->in_channels; c++, scratch += 2 * shape->pad * padded_row)
        for (size_t y = 0; y < shape->height; y++, d_in += row, scratch += padded_row)
            memcpy(d_in, scratch + shape->pad * (padded_row + LANES), row * sizeof *d_in);
}

void KERNEL(conv_backward_weight)(float *d_weight, const float *d_out, const float *in,
                                  const struct conv_shape *shape, float *scratch) {
    if (shape->upscale) {
        struct conv_shape large = upscaled(shape);
        KERNEL(upscale_forward)(scratch, in, shape->in_channels, shape->height, shape->width);
        KERNEL(conv_backward_weight)
        (d_weight, d_out, scratch, &large, scratch + image_size(&large));
        return;
    }
    const float *matrix = im2col(in, shape, scratch);
    size_t n = columns(shape), k = shape->in_channels * CONV_TAPS;
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (blasint)shape->out_channels, (blasint)k,
                (blasint)n, 1.0F, d_out, (blasint)n, matrix, (blasint)n, 1.0F, d_weight,
                (blasint)k);
}
