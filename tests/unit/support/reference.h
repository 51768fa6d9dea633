/* A second implementation of the forward pass in training mode, in double precision and plain
 * loops, for finite differences. Arrays are (images, channels, height, width). What dropout drops
 * is not its own: it is read from the network. */
#ifndef SUPPORT_REFERENCE_H
#define SUPPORT_REFERENCE_H

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "data/batches.h"
#include "nn/network.h"
#include "support/golden.h"

struct reference {
    const struct network *network;
    size_t n_images;
    double *parameters; /* the network's, in double */
    double *images;     /* (n_images, input) */
    double **outputs;   /* of each layer: (n_images, out) */
    double **masks;     /* of each dropout what its inputs are multiplied by; NULL elsewhere */
    double *normalized; /* what a BatchNorm that pools too has before that */
};

/* The value of image (C, H, W) at channel c and pixel (y, x), 0 outside of it. */
static inline double reference_pixel(const double *image, struct shape shape, size_t c, size_t y,
                                     size_t x) {
    bool inside = y < shape.height && x < shape.width; /* what is above or left wraps around */
    return inside ? image[(c * shape.height + y) * shape.width + x] : 0;
}

static inline void reference_conv(const struct layer *layer, const double *weight,
                                  const double *bias, const double *in, double *out) {
    struct shape to = layer->out, from = layer->in;
    size_t halve = layer->upscale, pad = layer->spec.pad;
    /* a coordinate left of or above the image wraps around, and stays out of it when halved */
    for (size_t o = 0; o < to.channels; o++)
        for (size_t y = 0; y < to.height; y++)
            for (size_t x = 0; x < to.width; x++) {
                const double *w = weight + o * from.channels * 25;
                double sum = bias ? bias[o] : 0;
                for (size_t c = 0; c < from.channels; c++)
                    for (size_t i = 0; i < 5; i++)
                        for (size_t j = 0; j < 5; j++)
                            sum += *w++ * reference_pixel(in, from, c, (y + i - pad) >> halve,
                                                          (x + j - pad) >> halve);
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
        for (size_t i = c * plane; i < n_images * image; i += image)
            for (size_t j = i; j < i + plane; j++)
                mean += in[j] / n;
        for (size_t i = c * plane; i < n_images * image; i += image)
            for (size_t j = i; j < i + plane; j++)
                var += pow(in[j] - mean, 2) / n;
        double factor = (scale ? scale[c] : 1) / sqrt(var + 1e-4);
        for (size_t i = c * plane; i < n_images * image; i += image)
            for (size_t j = i; j < i + plane; j++)
                out[j] = factor * (in[j] - mean) + (shift ? shift[c] : 0);
    }
}

/* One layer on all images, but for BatchNorm and dropout. */
static inline void reference_layer(const struct layer *layer, const double *first,
                                   const double *second, const double *in, double *out,
                                   size_t n_images) {
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

/* A BatchNorm and the activation and pooling that it does. */
static inline void reference_norm_layer(const struct reference *reference,
                                        const struct layer *layer, const double *scale,
                                        const double *shift, const double *in, double *out) {
    size_t n = shape_size(layer->in);
    double *normalized = layer->pool ? reference->normalized : out;
    reference_batchnorm(layer, scale, shift, in, normalized, reference->n_images);
    for (size_t i = 0; i < reference->n_images * n; i++)
        normalized[i] = normalized[i] > 0 ? normalized[i] : (double)layer->slope * normalized[i];
    for (size_t i = 0; layer->pool && i < reference->n_images; i++)
        reference_max_pool(layer, normalized + i * n, out + i * shape_size(layer->out));
}

/* Sets `outputs` from `parameters`, `images` and `masks`. */
static inline void reference_forward(struct reference *reference) {
    const double *in = reference->images;
    for (size_t i = 0; i < reference->network->n_layers; i++) {
        const struct layer *layer = &reference->network->layers[i];
        const double *parameters[LAYER_MAX_PARAMETERS] = {NULL};
        double *out = reference->outputs[i];
        for (size_t p = 0; p < layer->n_parameters; p++)
            parameters[p] = reference->parameters + layer->parameters[p].offset;
        if (layer->spec.kind == LAYER_BATCHNORM)
            reference_norm_layer(reference, layer, parameters[0], parameters[1], in, out);
        else if (layer->spec.kind == LAYER_DROPOUT)
            for (size_t j = 0; j < reference->n_images * shape_size(layer->in); j++)
                out[j] = reference->masks[i][j] * in[j];
        else
            reference_layer(layer, parameters[0], parameters[1], in, out, reference->n_images);
        in = out;
    }
}

static inline double *new_doubles(size_t n) {
    struct error err = {.message = ""};
    double *values = memory_alloc(n, sizeof *values, &err);
    assert_non_null(values);
    return values;
}

/* For the network's parameters as they are and all images of the set, which are one batch. */
static inline void reference_create(struct reference *reference, const struct network *network,
                                    const struct batch_set *set) {
    struct error err = {.message = ""};
    size_t n = set->n_images;
    *reference = (struct reference){.network = network, .n_images = n};
    reference->parameters = new_doubles(network->n_parameters);
    reference->images = new_doubles(n * set->n_values);
    reference->normalized = new_doubles(n * network->max_features * 4); /* pooled 2x2 after it */
    reference->outputs = memory_alloc(network->n_layers, sizeof *reference->outputs, &err);
    reference->masks = memory_alloc(network->n_layers, sizeof *reference->masks, &err);
    assert_non_null(reference->outputs);
    assert_non_null(reference->masks);
    for (size_t i = 0; i < network->n_layers; i++) {
        reference->outputs[i] = new_doubles(n * shape_size(network->layers[i].out));
        if (network->layers[i].spec.kind == LAYER_DROPOUT)
            reference->masks[i] = new_doubles(n * shape_size(network->layers[i].out));
    }
    for (size_t i = 0; i < network->n_parameters; i++)
        reference->parameters[i] = (double)network->parameters[i];
    float *image = new_floats(set->n_values);
    for (size_t i = 0; i < n; i++) {
        batch_set_get(set, i, image);
        for (size_t j = 0; j < set->n_values; j++)
            reference->images[i * set->n_values + j] = (double)image[j];
    }
    free(image);
}

static inline void reference_free(struct reference *reference) {
    for (size_t i = 0; i < reference->network->n_layers; i++) {
        free(reference->outputs[i]);
        free(reference->masks[i]);
    }
    free(reference->outputs);
    free(reference->masks);
    free(reference->normalized);
    free(reference->images);
    free(reference->parameters);
}

/* What the network's dropouts dropped in its last training pass, and the factor of all else: the
 * probability is rounded to 16 bits. An input of 0 passes for dropped, which makes no difference to
 * what comes out. */
static inline void reference_read_masks(struct reference *reference) {
    for (size_t i = 0; i < reference->network->n_layers; i++) {
        const struct layer *layer = &reference->network->layers[i];
        size_t n = shape_size(layer->out);
        double factor = 1 / (1 - round((double)layer->spec.rate * 65536) / 65536);
        for (size_t j = 0; reference->masks[i] && j < reference->n_images * n; j++) {
            size_t group = j / n / LANES, lane = j / n % LANES;
            float out = reference->network->outputs[i][(group * n + j % n) * LANES + lane];
            reference->masks[i][j] = out == 0 ? 0 : factor;
        }
    }
}

/* What the loss sees: (n_images, ...). */
static inline const double *reference_output(const struct reference *reference) {
    return reference->outputs[reference->network->n_layers - 1];
}

static inline const double *reference_representation(const struct reference *reference) {
    size_t tap = reference->network->tap;
    return tap < reference->network->n_layers ? reference->outputs[tap]
                                              : reference_output(reference);
}

#endif
