/* The hot loops, once for each instruction set.
 *
 * Every function works on one group: LANES images side by side, one to a vector lane. An array
 * written (C, H, W) below is really (C, H, W, LANES), and is aligned to 64 bytes; so one "pixel" is
 * a vector and no loop has edge cases. What the last group of a batch has beyond its images are
 * *padding lanes*: their values are finite and mean nothing, their gradients are 0.
 *
 * All sets give the same numbers up to rounding; "blas" is the portable reference. Nothing here
 * allocates. */
#ifndef NN_KERNELS_KERNELS_H
#define NN_KERNELS_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/lanes.h"

enum { CONV_SIZE = 5, CONV_TAPS = CONV_SIZE * CONV_SIZE };

/* A 5x5 convolution (cross-correlation) of stride 1 with zero padding `pad` <= 4; with `upscale`,
 * of the input upscaled by 2 first (pad <= 2 then). */
struct conv_shape {
    size_t in_channels, height, width; /* of the input, before upscaling */
    size_t out_channels, pad;
    bool upscale;
};

/* One side of the output of a convolution of an input of that size. */
static inline size_t conv_output_size(size_t input, size_t pad) {
    return input + 2 * pad - (CONV_SIZE - 1);
}

static inline size_t conv_output_height(const struct conv_shape *shape) {
    return conv_output_size(shape->height << shape->upscale, shape->pad);
}

static inline size_t conv_output_width(const struct conv_shape *shape) {
    return conv_output_size(shape->width << shape->upscale, shape->pad);
}

/* The weights of a convolution in all their forms. */
struct conv_weights {
    const float *weight;   /* (O, C, 5, 5) */
    const float *bias;     /* (O) or NULL */
    const float *prepared; /* by conv_prepare */
};

/* BatchNorm with what follows it: out = act(in * scale + shift), act(y) = max(y, slope * y) (slope
 * 1: none), and with `pool` the maximum of each 2x2 window of that, as max_pool_forward. */
struct norm_shape {
    size_t channels, height, width; /* of the input */
    float slope;
    bool pool;
};

/* Of each channel: the forward pass's scale and shift, the batch's mean, and the backward pass's
 * d_in = a * d + b * (in - mean) + c, d being the gradient of in * scale + shift. */
struct norm_values {
    const float *scale, *shift, *mean, *a, *b, *c;
};

struct kernels {
    const char *name;

    /* Floats of scratch memory that the convolution functions need. */
    size_t (*conv_scratch)(const struct conv_shape *shape);
    /* What is worked out of the weights once for a whole pass: how many floats, and its working
     * out. */
    size_t (*conv_prepared)(const struct conv_shape *shape);
    void (*conv_prepare)(float *prepared, const float *weight, const struct conv_shape *shape);
    /* out (O, H', W') = weight (O, C, 5, 5) * in (C, H, W) + bias (O). */
    void (*conv_forward)(float *out, const float *in, const struct conv_weights *weights,
                         const struct conv_shape *shape, float *scratch);
    /* d_in (C, H, W) from d_out (O, H', W'). */
    void (*conv_backward_input)(float *d_in, const float *d_out, const struct conv_weights *weights,
                                const struct conv_shape *shape, float *scratch);
    /* d_weight += the sum over images and pixels of d_out times in, in any order of values, which
     * conv_finish_gradient, after all groups, turns to (O, C, 5, 5). Scratch: O * C * 25 floats. */
    void (*conv_backward_weight)(float *d_weight, const float *d_out, const float *in,
                                 const struct conv_shape *shape, float *scratch);
    void (*conv_finish_gradient)(float *d_weight, const struct conv_shape *shape, float *scratch);

    /* out (M) = weight (M, N) in (N) + bias (M) or NULL. */
    void (*dense_forward)(float *out, const float *in, const float *weight, const float *bias,
                          size_t n_in, size_t n_out);
    void (*dense_backward_input)(float *d_in, const float *d_out, const float *weight, size_t n_in,
                                 size_t n_out);
    /* d_weight (M, N) += ...; scratch: LANES * N floats. */
    void (*dense_backward_weight)(float *d_weight, const float *d_out, const float *in, size_t n_in,
                                  size_t n_out, float *scratch);

    /* d_bias (C) += the sums over images and pixels of d (C, size). */
    void (*sum_channels)(float *d_bias, const float *d, size_t channels, size_t size);

    /* Mean and sum of squared deviations from it, over the first n_images lanes and all pixels of
     * each channel of in (C, size). */
    void (*batchnorm_moments)(float *mean, float *deviations, const float *in, size_t channels,
                              size_t size, size_t n_images);
    void (*batchnorm_forward)(float *out, const float *in, const float *scale, const float *shift,
                              const struct norm_shape *shape);
    /* sum (C) of d and sum_product (C) of d * (in - mean), for d as in struct norm_values. */
    void (*batchnorm_backward_sums)(float *sum, float *sum_product, const float *d_out,
                                    const float *in, const struct norm_values *values,
                                    const struct norm_shape *shape);
    /* d_in, 0 in the padding lanes. Not in place. */
    void (*batchnorm_backward)(float *d_in, const float *d_out, const float *in,
                               const struct norm_values *values, const struct norm_shape *shape,
                               size_t n_images);

    /* In place on n values (n a multiple of LANES): max(x, slope * x), for slope <= 1. */
    void (*leaky_relu_forward)(float *x, size_t n, float slope);
    /* In place: d *= slope where out (of the forward pass) is not positive. */
    void (*leaky_relu_backward)(float *d, const float *out, size_t n, float slope);
    /* In place: 1 / (1 + exp(-x)). */
    void (*sigmoid_forward)(float *x, size_t n);
    /* In place: d *= out * (1 - out). */
    void (*sigmoid_backward)(float *d, const float *out, size_t n);

    /* 2x2, stride 2, a last odd row or column left out: out (C, H/2, W/2) of in (C, H, W). */
    void (*max_pool_forward)(float *out, const float *in, size_t channels, size_t height,
                             size_t width);
    /* d_in gets d_out at the first maximum of each 2x2 window (rows first), 0 elsewhere. */
    void (*max_pool_backward)(float *d_in, const float *d_out, const float *out, const float *in,
                              size_t channels, size_t height, size_t width);

    /* Each pixel repeated 2x2: out (C, 2H, 2W) of in (C, H, W). */
    void (*upscale_forward)(float *out, const float *in, size_t channels, size_t height,
                            size_t width);
    void (*upscale_backward)(float *d_in, const float *d_out, size_t channels, size_t height,
                             size_t width);
};

/* The kernels of that name ("avx512", "avx2", "blas"), or the best this processor runs ("auto").
 * STATUS_USAGE when there are none of the name or the processor lacks the instructions. */
int kernels_find(const struct kernels **kernels, const char *name, struct error *err);

#endif
