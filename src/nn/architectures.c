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

static const struct step mnist1_encoder[] = {
    CONV(8), BN, ACT, POOL,  /* (8, 14, 14) */
    CONV(4), BN, ACT, POOL,  /* (4, 7, 7) */
    DENSE(Z), END,
};

static const struct step mnist1_decoder[] = {
    RESHAPE(4), ACT, UP,            /* (z/16, 8, 8) */
    CONV(4), BN, ACT, UP,           /* (4, 16, 16) */
    CONV_PAD(8, 1), BN, ACT, UP,    /* (8, 28, 28) */
    CONV(1), SIGMOID, END,
};
/* clang-format on */

static const struct {
    const char *dataset;
    int number;
    struct shape input;
    const struct step *encoder, *decoder;
} architecture_table[] = {
    {"mnist", 1, {1, 28, 28}, mnist1_encoder, mnist1_decoder},
    {"fashion-mnist", 1, {1, 28, 28}, mnist1_encoder, mnist1_decoder},
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
