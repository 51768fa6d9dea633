/* Layers: what a network is made of.
 *
 * A layer type is a row of functions over one group of images; it keeps no state. A network owns
 * all memory (network.h) and tells the layer where its inputs, outputs and parameters are. One file
 * a type in layers/, one line each in the table of layers.c. */
#ifndef NN_LAYER_H
#define NN_LAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "nn/kernels/kernels.h"

struct shape {
    size_t channels, height, width;
};

static inline size_t shape_size(struct shape shape) {
    return shape.channels * shape.height * shape.width;
}

enum layer_kind {
    LAYER_CONV,
    LAYER_DENSE,
    LAYER_BATCHNORM,
    LAYER_LEAKY_RELU,
    LAYER_SIGMOID,
    LAYER_MAX_POOL,
    LAYER_UPSCALE,
    LAYER_RESHAPE,
    LAYER_DROPOUT,
    LAYER_TAP,
};

/* What a layer is part of; its name tells ("decoder.conv1"), but for those of the encoder. */
enum layer_part {
    PART_ENCODER,
    PART_AUTOENCODER, /* of the encoder, but only while it is trained in the autoencoder */
    PART_DECODER,
    PART_HEAD, /* what a classifier has after the encoder */
};

/* A layer as a network is described: its kind and what that kind needs. */
struct layer_spec {
    enum layer_kind kind;
    enum layer_part part;
    size_t units; /* conv: output channels; dense: outputs; reshape: height = width */
    size_t pad;   /* conv */
    bool bias;    /* conv, dense */
    bool affine;  /* batchnorm: trained scale and shift */
    float slope;  /* leaky_relu */
    float rate;   /* dropout: the part of the values that is dropped, [0, 1) */
};

enum { LAYER_MAX_PARAMETERS = 2, LAYER_MAX_DIMS = 4, LAYER_NAME_SIZE = 32 };

enum parameter_kind { PARAMETER_WEIGHT, PARAMETER_BIAS, PARAMETER_SCALE, PARAMETER_SHIFT };

/* An array of trained values: where it stands in the network's one vector of parameters. */
struct parameter {
    enum parameter_kind kind;
    const char *name; /* "weight" or "bias", as in PyTorch */
    size_t offset, size;
    size_t n_dims, dims[LAYER_MAX_DIMS];
    size_t fan_in, fan_out; /* of a weight: for Glorot's initialisation */
};

/* What a BatchNorm keeps of a batch; each array has one value a channel. */
struct batch_statistics {
    float *group_a,
        *group_b;          /* (groups, C): what the groups hand in, before they are put together */
    float *mean, *inv_std; /* of the batch, kept for the backward pass */
    float *scale, *shift;  /* out = in * scale + shift */
    float *slope, *product, *constant; /* d_in = slope d_out + product (in - mean) + constant */
};

struct layer_type;

struct layer {
    const struct layer_type *type;
    struct layer_spec spec;
    char name[LAYER_NAME_SIZE]; /* "conv1", "decoder.bn2" */
    struct shape in, out;
    float slope;  /* batchnorm: of the activation after it, 1 = none */
    bool pool;    /* batchnorm: with 2x2 pooling after that */
    bool upscale; /* conv: of the input upscaled by 2 */
    size_t n_parameters;
    struct parameter parameters[LAYER_MAX_PARAMETERS];
    float *prepared;
    size_t n_statistics; /* channels of a BatchNorm, else 0 */
    float *running_mean, *running_var;
    struct batch_statistics batch;
};

/* One group of a pass. Arrays are (features, LANES). */
struct group {
    const struct kernels *kernels;
    const float *parameters; /* all of the network */
    float *gradient;         /* the same places; added to */
    bool training;
    uint64_t noise;  /* training: the number of this group's random numbers in this layer */
    size_t n_images; /* 1..LANES: how many lanes are images */
    size_t index;    /* of the group in its batch */
    float *scratch;
    const float *in;
    float *out;
    float *d_out;       /* gradient of the loss with respect to out */
    float *d_in;        /* and in, to be written; NULL when nobody needs it */
    const float *d_tap; /* a tap's: the gradient of the loss with respect to what it shows */
};

struct layer_type {
    const char *name; /* of its layers: "conv" makes conv1, conv2, ...; NULL: without parameters */
    bool in_place;    /* out is in, and d_in is d_out */
    /* Sets out and the parameters (without offsets) from in and spec. */
    int (*size)(struct layer *layer, struct error *err);
    /* Floats of scratch memory for a group; NULL: none. */
    size_t (*scratch)(const struct layer *layer, const struct kernels *kernels);
    /* What is worked out of the parameters once a pass, into layer->prepared: how many floats, and
     * the work; and what puts the gradient of all groups in order. NULL: nothing. */
    size_t (*prepared)(const struct layer *layer, const struct kernels *kernels);
    void (*prepare)(const struct layer *layer, const struct kernels *kernels,
                    const float *parameters);
    void (*finish_gradient)(const struct layer *layer, const struct kernels *kernels,
                            float *gradient, float *scratch);
    void (*forward)(const struct layer *layer, const struct group *group);
    /* Writes d_in unless it is NULL, adds to the gradient. */
    void (*backward)(const struct layer *layer, const struct group *group);

    /* For a layer whose training pass needs the whole batch before it can do a group: first
     * `gather` for every group, then `finish` once (for n_groups groups of n_images images), and
     * only then forward; the same backward. `evaluate` prepares forward for evaluation. NULL
     * elsewhere. */
    void (*gather)(const struct layer *layer, const struct group *group);
    void (*finish)(const struct layer *layer, const float *parameters, size_t n_groups,
                   size_t n_images);
    void (*gather_backward)(const struct layer *layer, const struct group *group);
    void (*finish_backward)(const struct layer *layer, const float *parameters, float *gradient,
                            size_t n_groups, size_t n_images);
    void (*evaluate)(const struct layer *layer, const float *parameters);
};

#endif
