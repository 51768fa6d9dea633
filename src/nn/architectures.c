/* Networks as tables, to be read beside networks.md. */
#include "nn/architectures.h"

#include <string.h>

/* What a table says of a layer; ACT and BN depend on the options. */
struct step {
    enum layer_kind kind;
    size_t units, pad;
    bool end;
};

/* clang-format off */
#define CONV(channels)          {.kind = LAYER_CONV, .units = (channels), .pad = 2}
#define CONV_PAD(channels, p)   {.kind = LAYER_CONV, .units = (channels), .pad = (p)}
#define DENSE(outputs)          {.kind = LAYER_DENSE, .units = (outputs)}
#define RESHAPE(side)           {.kind = LAYER_RESHAPE, .units = (side)} /* square */
#define BN                      {.kind = LAYER_BATCHNORM}
#define ACT                     {.kind = LAYER_LEAKY_RELU}
#define POOL                    {.kind = LAYER_MAX_POOL}
#define UP                      {.kind = LAYER_UPSCALE}
#define SIGMOID                 {.kind = LAYER_SIGMOID}
#define END                     {.end = true}

enum { Z = 0 }; /* outputs: the representation's */

static const struct step mnist_1_encoder[] = {
    CONV(8), BN, ACT, POOL,  /* (8, 14, 14) */
    CONV(4), BN, ACT, POOL,  /* (4, 7, 7) */
    DENSE(Z), END,
};

static const struct step mnist_1_decoder[] = {
    RESHAPE(4), ACT, UP,            /* (z/16, 8, 8) */
    CONV(4), BN, ACT, UP,           /* (4, 16, 16) */
    CONV_PAD(8, 1), BN, ACT, UP,    /* (8, 28, 28) */
    CONV(1), SIGMOID, END,
};
static const struct step cifar10_3_encoder[] = {
    CONV(32), BN, ACT, POOL,    /* (32, 16, 16) */
    CONV(64), BN, ACT, POOL,    /* (64, 8, 8) */
    CONV(128), BN, ACT, POOL,   /* (128, 4, 4) */
    DENSE(Z), END,
};

static const struct step cifar10_3_decoder[] = {
    RESHAPE(4), ACT,                /* (z/16, 4, 4) */
    CONV(128), BN, ACT, UP,         /* (128, 8, 8) */
    CONV(64), BN, ACT, UP,          /* (64, 16, 16) */
    CONV(32), BN, ACT, UP,          /* (32, 32, 32) */
    CONV(3), SIGMOID, END,
};
/* clang-format on */

static const struct {
    const char *dataset;
    int number;
    struct shape input;
    const struct step *encoder, *decoder;
} architecture_table[] = {
    {"mnist", 1, {1, 28, 28}, mnist_1_encoder, mnist_1_decoder},
    {"fashion-mnist", 1, {1, 28, 28}, mnist_1_encoder, mnist_1_decoder},
    {"cifar10", 3, {3, 32, 32}, cifar10_3_encoder, cifar10_3_decoder},
};

static struct layer_spec layer_of(struct step step, const struct architecture_options *options) {
    return (struct layer_spec){
        .kind = step.kind,
        .units = step.kind == LAYER_DENSE && step.units == Z ? options->rep_dim : step.units,
        .pad = step.pad,
        .bias = options->bias,
        .affine = options->bn_affine,
        .slope = options->leaky_relu ? 0.01F : 0.0F,
    };
}

static void add_steps(struct architecture *architecture, const struct step *step,
                      const struct architecture_options *options) {
    for (; !step->end; step++)
        if (step->kind != LAYER_BATCHNORM || options->use_batch_norm)
            architecture->layers[architecture->n_layers++] = layer_of(*step, options);
}

int architecture_find(struct architecture *architecture, const char *dataset, int number,
                      const struct architecture_options *options, struct error *err) {
    for (size_t i = 0; i < sizeof architecture_table / sizeof *architecture_table; i++) {
        if (strcmp(architecture_table[i].dataset, dataset) != 0 ||
            architecture_table[i].number != number)
            continue;
        *architecture = (struct architecture){.input = architecture_table[i].input};
        add_steps(architecture, architecture_table[i].encoder, options);
        architecture->n_encoder = architecture->n_layers;
        add_steps(architecture, architecture_table[i].decoder, options);
        return STATUS_OK;
    }
    return error_set(err, STATUS_USAGE, "there is no architecture %d for %s", number, dataset);
}
