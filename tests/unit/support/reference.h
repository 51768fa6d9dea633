/* A second implementation of the forward pass in training mode, in double precision and plain
 * loops, for finite differences. Arrays are (images, channels, height, width). */
#ifndef SUPPORT_REFERENCE_H
#define SUPPORT_REFERENCE_H

#include <math.h>
#include <stddef.h>

#include "nn/network.h"

/* The value of image (C, H, W) at channel c and pixel (y, x), 0 outside of it. */
static inline double reference_pixel(const double *image, struct shape shape, size_t c, size_t y,
                                     size_t x) {
    bool inside = y < shape.height && x < shape.width; /* what is above or left wraps around */
    return inside ? image[(c * shape.height + y) * shape.width + x] : 0;
}

static inline void reference_conv(const struct layer *layer, const double *weight,
                                  const double *bias, const double *in, double *out) {
    struct shape to = layer->out, from = layer->in;
    size_t scale = layer->upscale ? 2 : 1, pad = layer->spec.pad;
    /* a coordinate left of or above the image wraps around, and stays out of it when halved */
    for (size_t o = 0; o < to.channels; o++)
        for (size_t y = 0; y < to.height; y++)
            for (size_t x = 0; x < to.width; x++) {
                double sum = bias ? bias[o] : 0;
                for (size_t c = 0; c < from.channels; c++)
                    for (size_t k = 0; k < 25; k++)
                        sum += weight[(o * from.channels + c) * 25 + k] *
                               reference_pixel(in, from, c, (y + k / 5 - pad) / scale,
                                               (x + k % 5 - pad) / scale);
                *out++ = sum;
            }
}

static inline void reference_dense(const struct layer *layer, const double *weight,
                                   const double *bias, const double *in, double *out) {
    size_t n = shape_size(layer->in);
    for (size_t o = 0; o < layer->out.channels; o++) {
        out[o] = bias ? bias[o] : 0;
        for (size_t i = 0; i < n; i++)
            out[o] += weight[o * n + i] * in[i];
    }
}

static inline void reference_max_pool(const struct layer *layer, const double *in, double *out) {
    for (size_t c = 0; c < layer->out.channels; c++)
        for (size_t y = 0; y < layer->out.height; y++)
            for (size_t x = 0; x < layer->out.width; x++) {
                double largest = -INFINITY;
                for (size_t k = 0; k < 4; k++)
                    largest = fmax(largest,
                                   reference_pixel(in, layer->in, c, 2 * y + k / 2, 2 * x + k % 2));
                *out++ = largest;
            }
}

static inline void reference_upscale(const struct layer *layer, const double *in, double *out) {
    for (size_t c = 0; c < layer->out.channels; c++)
        for (size_t y = 0; y < layer->out.height; y++)
            for (size_t x = 0; x < layer->out.width; x++)
                *out++ = reference_pixel(in, layer->in, c, y / 2, x / 2);
}

static inline void reference_pointwise(const struct layer *layer, const double *in, double *out) {
    for (size_t i = 0; i < shape_size(layer->in); i++)
        switch (layer->spec.kind) {
        case LAYER_LEAKY_RELU:
            out[i] = in[i] > 0 ? in[i] : (double)layer->spec.slope * in[i];
            break;
        case LAYER_SIGMOID:
            out[i] = 1 / (1 + exp(-in[i]));
            break;
        default:
            out[i] = in[i];
        }
}

static inline void reference_batchnorm(const struct layer *layer, const double *scale,
                                       const double *shift, const double *in, double *out,
                                       size_t n_images) {
    size_t plane = layer->in.height * layer->in.width, image = shape_size(layer->in);
    double n = (double)(n_images * plane);
    for (size_t c = 0; c < layer->in.channels; c++) {
        double mean = 0, var = 0;
        for (size_t i = 0; i < n_images * plane; i++)
            mean += in[i / plane * image + c * plane + i % plane] / n;
        for (size_t i = 0; i < n_images * plane; i++)
            var += pow(in[i / plane * image + c * plane + i % plane] - mean, 2) / n;
        for (size_t i = 0; i < n_images * plane; i++) {
            size_t at = i / plane * image + c * plane + i % plane;
            out[at] = (scale ? scale[c] : 1) * (in[at] - mean) / sqrt(var + 1e-4) +
                      (shift ? shift[c] : 0);
        }
    }
}

/* One layer on all images. */
static inline void reference_layer(const struct layer *layer, const double *parameters,
                                   const double *in, double *out, size_t n_images) {
    const double *first = layer->n_parameters > 0 ? parameters + layer->parameters[0].offset : NULL;
    const double *second =
        layer->n_parameters > 1 ? parameters + layer->parameters[1].offset : NULL;
    if (layer->spec.kind == LAYER_BATCHNORM) {
        reference_batchnorm(layer, first, second, in, out, n_images);
        return;
    }
    for (size_t i = 0; i < n_images; i++) {
        if (layer->spec.kind == LAYER_CONV)
            reference_conv(layer, first, second, in, out);
        else if (layer->spec.kind == LAYER_DENSE)
            reference_dense(layer, first, second, in, out);
        else if (layer->spec.kind == LAYER_MAX_POOL)
            reference_max_pool(layer, in, out);
        else if (layer->spec.kind == LAYER_UPSCALE)
            reference_upscale(layer, in, out);
        else
            reference_pointwise(layer, in, out);
        in += shape_size(layer->in);
        out += shape_size(layer->out);
    }
}

/* What a BatchNorm does after normalising, on all images: activation in place, pooling into `out`.
 */
static inline const double *reference_after_norm(const struct layer *layer, double *in, double *out,
                                                 size_t n_images) {
    for (size_t i = 0; i < n_images * shape_size(layer->in); i++)
        in[i] = in[i] > 0 ? in[i] : (double)layer->slope * in[i];
    for (size_t i = 0; layer->pool && i < n_images; i++)
        reference_max_pool(layer, in + i * shape_size(layer->in), out + i * shape_size(layer->out));
    return layer->pool ? out : in;
}

/* The whole network. `work` is two arrays for n_images images of the network's widest layer; the
 * result stands in one of them. */
static inline const double *reference_forward(const struct network *network,
                                              const double *parameters, const double *images,
                                              size_t n_images, double *work[2]) {
    const double *in = images;
    for (size_t i = 0; i < network->n_layers; i++) {
        const struct layer *layer = &network->layers[i];
        double *out = in == work[0] ? work[1] : work[0];
        reference_layer(layer, parameters, in, out, n_images);
        in = out;
        if (layer->spec.kind == LAYER_BATCHNORM)
            in = reference_after_norm(layer, out, out == work[0] ? work[1] : work[0], n_images);
    }
    return in;
}

#endif
