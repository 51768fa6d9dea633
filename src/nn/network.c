/* Building a network: shapes, names, and all of its memory. */
#include "nn/network.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "nn/layers/layers.h"

static size_t larger(size_t a, size_t b) {
    return a > b ? a : b;
}

/* Rounded up to whole cache lines. */
static size_t aligned(size_t n) {
    return (n + LANES - 1) / LANES * LANES;
}

/* Names count from 1 for each type in each part. */
static void name_layers(struct network *network) {
    static const char *const prefixes[] = {[PART_ENCODER] = "",
                                           [PART_AUTOENCODER] = "autoencoder.",
                                           [PART_DECODER] = "decoder.",
                                           [PART_HEAD] = "head."};
    for (size_t i = 0; i < network->n_layers; i++) {
        struct layer *layer = &network->layers[i];
        size_t count = 1;
        for (size_t j = 0; j < i; j++)
            count += network->layers[j].type == layer->type &&
                     network->layers[j].spec.part == layer->spec.part;
        if (layer->type->name)
            snprintf(layer->name, sizeof layer->name, "%s%s%zu", prefixes[layer->spec.part],
                     layer->type->name, count);
    }
}

/* Makes one layer of the first of n descriptions, and of those after it that are done in the same
 * pass: an activation and a pooling right after a BatchNorm, a convolution right after an
 * upscaling. Returns how many it took. */
static size_t make_layer(struct layer *layer, const struct layer_spec *specs, size_t n) {
    const size_t pad_upscaled = 2; /* the most that a convolution of an upscaled image may have */
    size_t used = 1;
    *layer = (struct layer){.spec = specs[0], .slope = 1};
    if (specs[0].kind == LAYER_UPSCALE && n > 1 && specs[1].kind == LAYER_CONV &&
        specs[1].pad <= pad_upscaled) {
        layer->spec = specs[used++];
        layer->upscale = true;
    } else if (specs[0].kind == LAYER_BATCHNORM) {
        if (used < n && specs[used].kind == LAYER_LEAKY_RELU)
            layer->slope = specs[used++].slope;
        if (used < n && specs[used].kind == LAYER_MAX_POOL) {
            layer->pool = true;
            used++;
        }
    }
    layer->type = layer_type(layer->spec.kind);
    return used;
}

static void make_layers(struct network *network, const struct layer_spec *specs, size_t n_specs) {
    for (size_t i = 0; i < n_specs;)
        i += make_layer(&network->layers[network->n_layers++], specs + i, n_specs - i);
    network->first_trained = network->tap = network->n_layers;
}

/* Notes what a pass asks of a layer that has been sized. */
static void note_layer(struct network *network, size_t i) {
    const struct layer *layer = &network->layers[i];
    if (layer->n_parameters > 0 && network->first_trained > i)
        network->first_trained = i;
    if (layer->spec.kind == LAYER_TAP)
        network->tap = i;
    network->has_dropout |= layer->spec.kind == LAYER_DROPOUT;
}

/* True for a layer whose backward pass reads what it gave. */
static bool needs_output(const struct layer *layer) {
    return layer->spec.kind == LAYER_MAX_POOL || layer->spec.kind == LAYER_LEAKY_RELU ||
           layer->spec.kind == LAYER_SIGMOID;
}

/* Shapes of all layers, offsets of all parameters, the sizes of what they need. */
static int size_layers(struct network *network, struct shape input, struct error *err) {
    for (size_t i = 0; i < network->n_layers; i++) {
        struct layer *layer = &network->layers[i];
        layer->in = i == 0 ? input : network->layers[i - 1].out;
        int status = layer->type->size(layer, err);
        if (status)
            return status;
        if (layer->type->in_place && (i == 0 || needs_output(&network->layers[i - 1])))
            return error_set(err, STATUS_USAGE,
                             "an in-place layer can be neither first nor after a layer whose "
                             "backward pass needs its output");
        note_layer(network, i);
        for (size_t p = 0; p < layer->n_parameters; p++) {
            layer->parameters[p].offset = network->n_parameters;
            network->n_parameters += layer->parameters[p].size;
        }
        network->n_statistics += 2 * layer->n_statistics;
        if (layer->type->prepared)
            network->n_prepared += aligned(layer->type->prepared(layer, network->kernels));
        network->max_features = larger(network->max_features, shape_size(layer->out));
        if (layer->type->scratch)
            network->scratch_size =
                larger(network->scratch_size, layer->type->scratch(layer, network->kernels));
    }
    /* workers' scratch memory starts at a cache line each */
    network->scratch_size = aligned(network->scratch_size);
    return STATUS_OK;
}

static float *floats(size_t a, size_t b, struct error *err) {
    size_t n;
    if (!memory_multiply(a, b, &n))
        n = SIZE_MAX;
    return memory_alloc(n, sizeof(float), err);
}

/* Every BatchNorm's share of statistics and batch memory. */
static int alloc_statistics(struct network *network, size_t slots, struct error *err) {
    size_t per_channel = 2 * slots + 7;
    network->statistics = floats(network->n_statistics, 1, err);
    network->batch_memory = floats(network->n_statistics / 2, per_channel, err);
    if (!network->statistics || !network->batch_memory)
        return STATUS_NO_MEMORY;
    float *running = network->statistics, *next = network->batch_memory;
    for (size_t i = 0; i < network->n_layers; i++) {
        struct layer *layer = &network->layers[i];
        size_t n = layer->n_statistics;
        layer->running_mean = running;
        layer->running_var = running + n;
        running += 2 * n;
        layer->batch = (struct batch_statistics){
            .group_a = next,
            .group_b = next + slots * n,
            .mean = next + 2 * slots * n,
            .inv_std = next + (2 * slots + 1) * n,
            .scale = next + (2 * slots + 2) * n,
            .shift = next + (2 * slots + 3) * n,
            .slope = next + (2 * slots + 4) * n,
            .product = next + (2 * slots + 5) * n,
            .constant = next + (2 * slots + 6) * n,
        };
        next += per_channel * n;
        for (size_t c = 0; c < n; c++)
            layer->running_var[c] = 1;
        for (size_t p = 0; p < layer->n_parameters; p++)
            for (size_t j = 0; j < layer->parameters[p].size; j++)
                if (layer->parameters[p].kind == PARAMETER_SCALE)
                    network->parameters[layer->parameters[p].offset + j] = 1;
    }
    return STATUS_OK;
}

static int alloc_network(struct network *network, struct error *err) {
    /* evaluation uses one slot for each worker, training one for each group */
    const bool passes = network->max_batch > 0; /* else nn/forward.h brings the working memory */
    size_t workers = passes ? thread_pool_size(network->pool) : 0;
    size_t slots = larger(network->max_groups, workers);
    size_t n_gradient = passes ? network->n_parameters : 0;
    network->parameters = floats(network->n_parameters, 1, err);
    network->gradient = floats(n_gradient, 1, err);
    network->shards = floats(n_gradient, NETWORK_SHARDS, err);
    network->prepared = floats(network->n_prepared, 1, err);
    network->scratch = floats(network->scratch_size, workers, err);
    network->group_losses = memory_alloc(slots, sizeof *network->group_losses, err);
    network->outputs = memory_alloc(network->n_layers, sizeof *network->outputs, err);
    network->tap_slopes =
        floats(network->tap < network->n_layers ? shape_size(network_representation(network)) : 0,
               network->max_groups * LANES, err);
    size_t slot = network->max_features * LANES;
    for (int i = 0; i < 2; i++) {
        network->slopes[i] = floats(slot, network->max_groups, err);
        if (!network->slopes[i])
            return STATUS_NO_MEMORY;
    }
    if (!network->parameters || !network->gradient || !network->shards || !network->prepared ||
        !network->scratch || !network->group_losses || !network->outputs || !network->tap_slopes)
        return STATUS_NO_MEMORY;
    float *prepared = network->prepared;
    for (size_t i = 0; i < network->n_layers; i++) {
        struct layer *layer = &network->layers[i];
        layer->prepared = prepared;
        if (layer->type->prepared)
            prepared += aligned(layer->type->prepared(layer, network->kernels));
        network->outputs[i] = layer->type->in_place
                                  ? network->outputs[i - 1]
                                  : floats(shape_size(layer->out) * LANES, slots, err);
        if (!network->outputs[i])
            return STATUS_NO_MEMORY;
    }
    return alloc_statistics(network, slots, err);
}

int network_create(struct network **network, const struct layer_spec *specs, size_t n_specs,
                   struct shape input, size_t max_batch, const struct kernels *kernels,
                   struct thread_pool *pool, struct error *err) {
    struct network *new = memory_alloc(1, sizeof *new, err);
    if (!new)
        return STATUS_NO_MEMORY;
    new->kernels = kernels;
    new->pool = pool;
    new->max_batch = max_batch;
    new->max_groups = (max_batch + LANES - 1) / LANES;
    new->layers = memory_alloc(n_specs, sizeof *new->layers, err);
    int status = STATUS_NO_MEMORY;
    if (new->layers) {
        make_layers(new, specs, n_specs);
        status = size_layers(new, input, err);
    }
    if (!status)
        status = alloc_network(new, err);
    if (status) {
        network_free(new);
        return status;
    }
    name_layers(new);
    *network = new;
    return STATUS_OK;
}

void network_retire(struct network *network) {
    for (size_t i = 0; network->outputs && network->layers && i < network->n_layers; i++)
        if (!network->layers[i].type || !network->layers[i].type->in_place)
            free(network->outputs[i]);
    float **arrays[] = {&network->gradient, &network->shards,     &network->prepared,
                        &network->scratch,  &network->tap_slopes, &network->slopes[0],
                        &network->slopes[1]};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        free(*arrays[i]);
        *arrays[i] = NULL;
    }
    free(network->outputs);
    network->outputs = NULL;
    free(network->group_losses);
    network->group_losses = NULL;
}

void network_free(struct network *network) {
    if (!network)
        return;
    network_retire(network);
    free(network->layers);
    free(network->parameters);
    free(network->statistics);
    free(network->batch_memory);
    free(network);
}

struct shape network_output(const struct network *network) {
    return network->layers[network->n_layers - 1].out;
}

struct shape network_representation(const struct network *network) {
    return network->tap < network->n_layers ? network->layers[network->tap].in
                                            : network_output(network);
}

bool network_decays(const struct parameter *parameter, bool scales) {
    return parameter->kind == PARAMETER_WEIGHT || (scales && parameter->kind == PARAMETER_SCALE);
}

double network_weight_decay(struct network *network, double factor, bool scales) {
    double sum = 0;
    float decay = (float)factor;
    for (size_t i = 0; i < network->n_layers; i++)
        for (size_t p = 0; p < network->layers[i].n_parameters; p++) {
            const struct parameter *parameter = &network->layers[i].parameters[p];
            if (!network_decays(parameter, scales))
                continue;
            const float *w = network->parameters + parameter->offset;
            float *gradient = network->gradient + parameter->offset;
            for (size_t j = 0; j < parameter->size; j++) {
                gradient[j] += decay * w[j];
                sum += (double)w[j] * (double)w[j];
            }
        }
    return factor / 2 * sum;
}

static const struct layer *find_layer(const struct network *network, const char *name) {
    for (size_t i = 0; i < network->n_layers; i++)
        if (strcmp(network->layers[i].name, name) == 0)
            return &network->layers[i];
    return NULL;
}

int network_copy(struct network *network, const struct network *source, struct error *err) {
    for (size_t i = 0; i < network->n_layers; i++) {
        const struct layer *to = &network->layers[i];
        if (!to->name[0])
            continue;
        const struct layer *from = find_layer(source, to->name);
        if (!from && to->spec.part == PART_HEAD)
            continue;
        if (!from || from->n_parameters != to->n_parameters ||
            from->n_statistics != to->n_statistics)
            return error_set(err, STATUS_FAILED, "layer %s is not the same in both networks",
                             to->name);
        for (size_t p = 0; p < to->n_parameters; p++) {
            if (from->parameters[p].size != to->parameters[p].size)
                return error_set(err, STATUS_FAILED, "layer %s has another size", to->name);
            memcpy(network->parameters + to->parameters[p].offset,
                   source->parameters + from->parameters[p].offset,
                   to->parameters[p].size * sizeof *network->parameters);
        }
        memcpy(to->running_mean, from->running_mean, to->n_statistics * sizeof(float));
        memcpy(to->running_var, from->running_var, to->n_statistics * sizeof(float));
    }
    return STATUS_OK;
}
