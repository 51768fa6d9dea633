/* The convolutions of a network by themselves: arithmetic a second, beside the peak of a core. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "io/json.h"
#include "nn/network.h"

/* The groups of one batch, so that data come from where they come from in training. */
enum { GROUPS = (BENCH_BATCH + LANES - 1) / LANES };

/* Arrays for one convolution: (GROUPS, features, LANES) of each activation. */
struct arrays {
    const struct kernels *kernels;
    struct conv_shape shape;
    size_t n_in, n_out; /* values of a group */
    float *in, *out, *d_in, *d_out, *weight, *prepared, *d_weight, *scratch;
};

static void forward(const struct arrays *a, size_t group) {
    const struct conv_weights weights = {a->weight, NULL, a->prepared};
    a->kernels->conv_forward(a->out + group * a->n_out, a->in + group * a->n_in, &weights,
                             &a->shape, a->scratch);
}

static void backward_input(const struct arrays *a, size_t group) {
    const struct conv_weights weights = {a->weight, NULL, a->prepared};
    a->kernels->conv_backward_input(a->d_in + group * a->n_in, a->d_out + group * a->n_out,
                                    &weights, &a->shape, a->scratch);
}

static void backward_weight(const struct arrays *a, size_t group) {
    a->kernels->conv_backward_weight(a->d_weight, a->d_out + group * a->n_out,
                                     a->in + group * a->n_in, &a->shape, a->scratch);
}

static const struct {
    const char *name;
    void (*run)(const struct arrays *arrays, size_t group);
} kernel_table[] = {
    {"forward", forward},
    {"backward_input", backward_input},
    {"backward_weight", backward_weight},
};

static void free_arrays(struct arrays *a) {
    float *const all[] = {a->in,     a->out,      a->d_in,     a->d_out,
                          a->weight, a->prepared, a->d_weight, a->scratch};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
}

static int create_arrays(struct arrays *a, const struct layer *layer, const struct bench *bench,
                         struct error *err) {
    size_t n_weights = layer->in.channels * layer->out.channels * CONV_TAPS;
    *a = (struct arrays){
        .kernels = bench->kernels,
        .shape = {layer->in.channels, layer->in.height, layer->in.width, layer->out.channels,
                  layer->spec.pad, layer->upscale},
        .n_in = shape_size(layer->in) * LANES,
        .n_out = shape_size(layer->out) * LANES,
    };
    a->in = memory_alloc(GROUPS * a->n_in, sizeof(float), err);
    a->out = memory_alloc(GROUPS * a->n_out, sizeof(float), err);
    a->d_in = memory_alloc(GROUPS * a->n_in, sizeof(float), err);
    a->d_out = memory_alloc(GROUPS * a->n_out, sizeof(float), err);
    a->weight = memory_alloc(n_weights, sizeof(float), err);
    a->prepared = memory_alloc(a->kernels->conv_prepared(&a->shape), sizeof(float), err);
    a->d_weight = memory_alloc(n_weights, sizeof(float), err);
    a->scratch = memory_alloc(a->kernels->conv_scratch(&a->shape), sizeof(float), err);
    if (!a->in || !a->out || !a->d_in || !a->d_out || !a->weight || !a->prepared || !a->d_weight ||
        !a->scratch) {
        free_arrays(a);
        return STATUS_FAILED;
    }
    struct rng rng;
    rng_seed(&rng, 0, RNG_DATA);
    bench_random(a->in, GROUPS * a->n_in, &rng);
    bench_random(a->d_out, GROUPS * a->n_out, &rng);
    bench_random(a->weight, n_weights, &rng);
    a->kernels->conv_prepare(a->prepared, a->weight, &a->shape);
    return STATUS_OK;
}

/* GFLOP/s of one kernel: a multiplication and an addition for every weight and output pixel, those
 * on the zero padding included. Of an upscaled image, an output pixel sees 9 different pixels. */
static double measure(const struct arrays *a, size_t kernel, double seconds) {
    double taps = a->shape.upscale ? 9 : CONV_TAPS;
    double operations = 2 * taps * GROUPS * (double)a->shape.in_channels * (double)a->n_out;
    size_t passes = 0;
    for (size_t g = 0; g < GROUPS; g++)
        kernel_table[kernel].run(a, g);
    double start = bench_clock(), elapsed = 0;
    while (elapsed < seconds) {
        for (size_t g = 0; g < GROUPS; g++)
            kernel_table[kernel].run(a, g);
        passes++;
        elapsed = bench_clock() - start;
    }
    return operations * (double)passes / elapsed / 1e9;
}

/* The first layer's input gradient is in no training step, and has no figure. */
static int bench_layer(const struct bench *bench, const struct layer *layer, bool first,
                       double peak, struct error *err) {
    struct arrays arrays;
    char shape[128];
    int status = create_arrays(&arrays, layer, bench, err);
    if (status)
        return status;
    snprintf(shape, sizeof shape, "(%zu,%zu,%zu) -> (%zu,%zu,%zu)", layer->in.channels,
             layer->in.height, layer->in.width, layer->out.channels, layer->out.height,
             layer->out.width);
    cJSON *row = cJSON_CreateObject();
    cJSON_AddStringToObject(row, "network", bench->network);
    cJSON_AddStringToObject(row, "layer", layer->name);
    cJSON_AddStringToObject(row, "shape", shape);
    cJSON_AddStringToObject(row, "kernel", bench->kernels->name);
    json_add_number(row, "peak", peak);
    for (size_t k = 0; k < sizeof kernel_table / sizeof *kernel_table; k++)
        if (!first || kernel_table[k].run != backward_input)
            json_add_number(row, kernel_table[k].name, measure(&arrays, k, bench->seconds));
    bench_print(row);
    free_arrays(&arrays);
    return STATUS_OK;
}

int bench_convolutions(const struct bench *bench, struct error *err) {
    const struct architecture *architecture = &bench->autoencoder;
    struct network *network; /* knows names and shapes */
    int status = network_create(&network, architecture->layers, architecture->n_layers,
                                architecture->input, LANES, bench->kernels, bench->pool, err);
    if (status)
        return status;
    double peak = bench_peak(bench->seconds);
    for (size_t i = 0; !status && i < network->n_layers; i++)
        if (network->layers[i].spec.kind == LAYER_CONV)
            status = bench_layer(bench, &network->layers[i], i == 0, peak, err);
    network_free(network);
    return status;
}
