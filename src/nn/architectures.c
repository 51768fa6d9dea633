/* The networks of the published experiments as tables. */
#include "nn/architectures.h"

#include <assert.h>
#include <string.h>

#include "nn/layers/layers.h"

/* What a table says of a layer; the options say the rest. */
struct step {
    enum layer_kind kind;
    size_t units, pad;
    bool autoencoder; /* only there */
    bool end;
};

/* clang-format off */
#define CONV(channels)          {.kind = LAYER_CONV, .units = (channels), .pad = 2}
#define CONV_PAD(channels, p)   {.kind = LAYER_CONV, .units = (channels), .pad = (p)}
#define DENSE(outputs)          {.kind = LAYER_DENSE, .units = (outputs)}
#define RESHAPE(side)           {.kind = LAYER_RESHAPE, .units = (side)} /* square */
#define BN                      {.kind = LAYER_BATCHNORM}
#define AE_BN                   {.kind = LAYER_BATCHNORM, .autoencoder = true}
#define ACT                     {.kind = LAYER_LEAKY_RELU}
#define POOL                    {.kind = LAYER_MAX_POOL}
#define UP                      {.kind = LAYER_UPSCALE}
#define SIGMOID                 {.kind = LAYER_SIGMOID}
#define END                     {.end = true}

enum { Z = 0 }; /* outputs: the representation's */

static const struct step mnist_1_encoder[] = {
    CONV(8), BN, ACT, POOL,         /* (8, 14, 14) */
    CONV(4), BN, ACT, POOL,         /* (4, 7, 7) */
    DENSE(Z), END,
};

static const struct step mnist_1_decoder[] = {
    RESHAPE(4), ACT, UP,            /* (z/16, 8, 8) */
    CONV(4), BN, ACT, UP,           /* (4, 16, 16) */
    CONV_PAD(8, 1), BN, ACT, UP,    /* (8, 28, 28) */
    CONV(1), SIGMOID, END,
};

static const struct step mnist_2_encoder[] = {
    CONV(256), BN, ACT, POOL,       /* (256, 14, 14) */
    CONV(256), BN, ACT, POOL,       /* (256, 7, 7) */
    CONV(128), BN, ACT, POOL,       /* (128, 3, 3) */
    DENSE(320), AE_BN,
    DENSE(Z), END,
};

static const struct step mnist_2_decoder[] = {
    DENSE(320), BN,
    RESHAPE(4), ACT,                /* (20, 4, 4) */
    CONV(128), BN, ACT, UP,         /* (128, 8, 8) */
    CONV(256), BN, ACT, UP,         /* (256, 16, 16) */
    CONV_PAD(256, 1), BN, ACT, UP,  /* (256, 28, 28) */
    CONV(1), SIGMOID, END,
};

static const struct step cifar10_1_encoder[] = {
    CONV(16), BN, ACT, CONV(16), BN, ACT, POOL,     /* (16, 16, 16) */
    CONV(32), BN, ACT, CONV(32), BN, ACT, POOL,     /* (32, 8, 8) */
    CONV(64), BN, ACT, CONV(64), BN, ACT, POOL,     /* (64, 4, 4) */
    DENSE(Z), END,
};

static const struct step cifar10_1_decoder[] = {
    RESHAPE(2), ACT, UP,                            /* (z/4, 4, 4) */
    CONV(64), BN, ACT, CONV(64), BN, ACT, UP,       /* (64, 8, 8) */
    CONV(32), BN, ACT, CONV(32), BN, ACT, UP,       /* (32, 16, 16) */
    CONV(16), BN, ACT, CONV(16), BN, ACT, UP,       /* (16, 32, 32) */
    CONV(3), BN, SIGMOID, END,
};

static const struct step cifar10_2_encoder[] = {
    CONV(16), BN, ACT, POOL,        /* (16, 16, 16) */
    CONV(32), BN, ACT, POOL,        /* (32, 8, 8) */
    CONV(64), BN, ACT, POOL,        /* (64, 4, 4) */
    DENSE(Z), END,
};

static const struct step cifar10_2_decoder[] = {
    RESHAPE(4), ACT,                /* (z/16, 4, 4) */
    CONV(64), BN, ACT, UP,          /* (64, 8, 8) */
    CONV(32), BN, ACT, UP,          /* (32, 16, 16) */
    CONV(16), BN, ACT, UP,          /* (16, 32, 32) */
    CONV(3), BN, SIGMOID, END,
};

static const struct step cifar10_3_encoder[] = {
    CONV(32), BN, ACT, POOL,        /* (32, 16, 16) */
    CONV(64), BN, ACT, POOL,        /* (64, 8, 8) */
    CONV(128), BN, ACT, POOL,       /* (128, 4, 4) */
    DENSE(Z), END,
};

static const struct step cifar10_3_decoder[] = {
    RESHAPE(4), ACT,                /* (z/16, 4, 4) */
    CONV(128), BN, ACT, UP,         /* (128, 8, 8) */
    CONV(64), BN, ACT, UP,          /* (64, 16, 16) */
    CONV(32), BN, ACT, UP,          /* (32, 32, 32) */
    CONV(3), BN, SIGMOID, END,
};

static const struct step gtsrb_encoder[] = {
    CONV(16), BN, ACT, POOL,        /* (16, 16, 16) */
    CONV(32), BN, ACT, POOL,        /* (32, 8, 8) */
    DENSE(64), ACT,
    DENSE(Z), END,
};

static const struct step gtsrb_decoder[] = {
    DENSE(64),
    RESHAPE(8), ACT,                /* (1, 8, 8) */
    CONV(32), BN, ACT, UP,          /* (32, 16, 16) */
    CONV(16), BN, ACT, UP,          /* (16, 32, 32) */
    CONV(3), BN, SIGMOID, END,
};
/* clang-format on */

static const struct {
    const char *family;
    int number;
    struct shape input;
    const struct step *encoder, *decoder;
} architecture_table[] = {
    {"mnist", 1, {1, 28, 28}, mnist_1_encoder, mnist_1_decoder},
    {"mnist", 2, {1, 28, 28}, mnist_2_encoder, mnist_2_decoder},
    {"cifar10", 1, {3, 32, 32}, cifar10_1_encoder, cifar10_1_decoder},
    {"cifar10", 2, {3, 32, 32}, cifar10_2_encoder, cifar10_2_decoder},
    {"cifar10", 3, {3, 32, 32}, cifar10_3_encoder, cifar10_3_decoder},
    {"gtsrb", 1, {3, 32, 32}, gtsrb_encoder, gtsrb_decoder},
};

enum { N_ARCHITECTURES = sizeof architecture_table / sizeof *architecture_table };

static void add_layer(struct architecture *architecture, struct layer_spec layer) {
    assert(architecture->n_layers < ARCHITECTURE_MAX_LAYERS);
    architecture->layers[architecture->n_layers++] = layer;
}

/* Dropout stands before every module that begins with a convolution and before every dense layer of
 * the encoder, weaker before the images themselves. */
static void add_dropout(struct architecture *architecture) {
    add_layer(architecture, (struct layer_spec){.kind = LAYER_DROPOUT,
                                                .part = PART_ENCODER,
                                                .rate = architecture->n_layers == 0 ? 0.2F : 0.5F});
}

static size_t units_of(const struct step *step, enum layer_part part,
                       const struct architecture_options *options) {
    bool trained = step->kind == LAYER_CONV || step->kind == LAYER_DENSE;
    if (step->kind == LAYER_DENSE && step->units == Z)
        return options->rep_dim;
    return trained && part == PART_ENCODER && options->dropout_arch ? 2 * step->units : step->units;
}

static void add_steps(struct architecture *architecture, const struct step *step,
                      enum layer_part part, bool autoencoder,
                      const struct architecture_options *options) {
    for (; !step->end; step++) {
        bool trained = step->kind == LAYER_CONV || step->kind == LAYER_DENSE;
        if ((step->kind == LAYER_BATCHNORM && !options->use_batch_norm) ||
            (step->autoencoder && !autoencoder))
            continue;
        if (trained && part == PART_ENCODER && options->dropout)
            add_dropout(architecture);
        add_layer(architecture, (struct layer_spec){
                                    .kind = step->kind,
                                    .part = step->autoencoder ? PART_AUTOENCODER : part,
                                    .units = units_of(step, part, options),
                                    .pad = step->pad,
                                    .bias = options->bias,
                                    .affine = options->bn_affine,
                                    .slope = options->leaky_relu ? 0.01F : 0.0F,
                                });
    }
}

int architecture_find(struct architecture *architecture, const char *family, int number,
                      enum architecture_use use, const struct architecture_options *options,
                      struct error *err) {
    bool decoder = use == ARCHITECTURE_AUTOENCODER || use == ARCHITECTURE_PENALISED;
    for (size_t i = 0; i < N_ARCHITECTURES; i++) {
        if (strcmp(architecture_table[i].family, family) != 0 ||
            architecture_table[i].number != number)
            continue;
        *architecture = (struct architecture){.input = architecture_table[i].input};
        add_steps(architecture, architecture_table[i].encoder, PART_ENCODER,
                  use == ARCHITECTURE_AUTOENCODER, options);
        if (decoder) {
            add_layer(architecture, (struct layer_spec){.kind = LAYER_TAP, .part = PART_DECODER});
            add_steps(architecture, architecture_table[i].decoder, PART_DECODER, false, options);
        }
        if (use == ARCHITECTURE_CLASSIFIER)
            add_layer(architecture, (struct layer_spec){.kind = LAYER_DENSE,
                                                        .part = PART_HEAD,
                                                        .units = 1,
                                                        .bias = options->bias});
        return STATUS_OK;
    }
    return error_set(err, STATUS_USAGE, "there is no architecture %d for %s", number, family);
}

int architecture_parameters(const struct architecture *architecture, size_t *n, struct error *err) {
    struct shape shape = architecture->input;
    *n = 0;
    for (size_t i = 0; i < architecture->n_layers; i++) {
        const struct layer_type *type = layer_type(architecture->layers[i].kind);
        struct layer layer = {
            .type = type, .spec = architecture->layers[i], .slope = 1, .in = shape};
        int status = type->size(&layer, err);
        if (status)
            return status;
        for (size_t p = 0; p < layer.n_parameters; p++)
            if (__builtin_add_overflow(*n, layer.parameters[p].size, n))
                return error_set(err, STATUS_NO_MEMORY, "the network has too many parameters");
        shape = layer.out;
    }
    return STATUS_OK;
}

int architecture_check(const struct architecture *architecture, struct error *err) {
    size_t n;
    return architecture_parameters(architecture, &n, err);
}

int architecture_count(const char *family) {
    int count = 0;
    for (size_t i = 0; i < N_ARCHITECTURES; i++)
        count += strcmp(architecture_table[i].family, family) == 0;
    return count;
}
