/* The passes, as stages between layers that need the whole batch; each a task of the threads. */
#include "nn/pass.h"

#include <string.h>

#include "base/rng.h"
#include "nn/forward.h"

/* A pass over one batch; what its tasks share. */
struct pass {
    struct network *network;
    const float *batch;
    size_t n_images, n_groups;
    size_t first, last; /* the layers of the stage: first .. last - 1 */
    bool training;
    bool start; /* the first stage of the backward pass: begins with the loss */
    network_visit *visit;
    void *context;
};

/* The groups of a shard: first .. *end - 1. */
static size_t shard_groups(const struct pass *pass, size_t shard, size_t *end) {
    *end = (shard + 1) * pass->n_groups / NETWORK_SHARDS;
    return shard * pass->n_groups / NETWORK_SHARDS;
}

static float *output_of(const struct network *network, size_t layer, size_t slot) {
    return network->outputs[layer] + slot * shape_size(network->layers[layer].out) * LANES;
}

static const float *input_of(const struct pass *pass, size_t layer, size_t slot, size_t group) {
    const struct network *network = pass->network;
    return layer == 0 ? pass->batch + group * shape_size(network->layers[0].in) * LANES
                      : output_of(network, layer - 1, slot);
}

static struct group group_at(const struct pass *pass, size_t group, size_t worker) {
    struct network *network = pass->network;
    size_t left = pass->n_images - group * LANES;
    return (struct group){
        .kernels = network->kernels,
        .parameters = network->parameters,
        .training = pass->training,
        .n_images = left < LANES ? left : LANES,
        .index = group,
        .scratch = network->scratch + worker * network->scratch_size,
    };
}

/* Random numbers of each layer and group are numbers of their own. */
static uint64_t noise_of(const struct pass *pass, size_t layer, size_t group) {
    return rng_mix(rng_mix(pass->network->noise + layer) + group);
}

/* Forward through the stage's layers; when the layer after them needs the whole batch, the group
 * hands in its part. */
static void forward_stage(void *context, size_t shard, size_t worker) {
    const struct pass *pass = context;
    const struct network *network = pass->network;
    size_t end;
    for (size_t g = shard_groups(pass, shard, &end); g < end; g++) {
        struct group group = group_at(pass, g, worker);
        for (size_t i = pass->first; i < pass->last; i++) {
            group.in = input_of(pass, i, g, g);
            group.out = output_of(network, i, g);
            group.noise = noise_of(pass, i, g);
            network->layers[i].type->forward(&network->layers[i], &group);
        }
        if (pass->last < network->n_layers) {
            group.in = input_of(pass, pass->last, g, g);
            network->layers[pass->last].type->gather(&network->layers[pass->last], &group);
        }
    }
}

static void forward(struct pass *pass) {
    struct network *network = pass->network;
    bool gathered = false; /* whether the first layer of the stage has what it needs */
    for (pass->first = 0; pass->first < network->n_layers; pass->first = pass->last) {
        pass->last = pass->first + gathered;
        while (pass->last < network->n_layers && !network->layers[pass->last].type->gather)
            pass->last++;
        gathered = true;
        thread_pool_run(network->pool, forward_stage, pass, NETWORK_SHARDS);
        if (pass->last < network->n_layers)
            network->layers[pass->last].type->finish(
                &network->layers[pass->last], network->parameters, pass->n_groups, pass->n_images);
    }
}

/* Where a training pass keeps the gradient that the loss sends into the tap. */
static float *tap_slope(const struct network *network, size_t group) {
    return network->tap_slopes + group * shape_size(network_representation(network)) * LANES;
}

/* Shows a group's output to the loss, at the start of the backward pass. A loss that does not
 * depend on the tap leaves 0 there. */
static double show_group(const struct pass *pass, const struct group *group) {
    const struct network *network = pass->network;
    const float *output = output_of(network, network->n_layers - 1, group->index);
    bool tapped = network->tap < network->n_layers;
    if (tapped)
        memset(tap_slope(network, group->index), 0,
               shape_size(network_representation(network)) * LANES * sizeof(float));
    struct network_view view = {
        .first_image = group->index * LANES,
        .n_images = group->n_images,
        .n_batch = pass->n_images,
        .input = input_of(pass, 0, 0, group->index),
        .output = output,
        .gradient = group->d_out,
        .representation =
            tapped ? input_of(pass, network->tap, group->index, group->index) : output,
        .representation_gradient = tapped ? tap_slope(network, group->index) : group->d_out,
    };
    return pass->visit(pass->context, &view);
}

/* The gradients of activations change places between two arrays; a layer in place leaves them. */
static size_t side_of(const struct network *network, size_t layer) {
    size_t changes = 0;
    for (size_t i = layer + 1; i < network->n_layers; i++)
        changes += !network->layers[i].type->in_place;
    return changes % 2;
}

/* Backward through layers last - 1 down to first; layer first - 1, if there is one, gathers. */
static void backward_stage(void *context, size_t shard, size_t worker) {
    const struct pass *pass = context;
    struct network *network = pass->network;
    size_t end, slot = network->max_features * LANES;
    float *gradient = network->shards + shard * network->n_parameters;
    if (pass->start)
        memset(gradient, 0, network->n_parameters * sizeof *gradient);
    for (size_t g = shard_groups(pass, shard, &end); g < end; g++) {
        struct group group = group_at(pass, g, worker);
        size_t side = side_of(network, pass->last - 1);
        group.gradient = gradient;
        group.d_out = network->slopes[side] + g * slot;
        if (pass->start)
            network->group_losses[g] = show_group(pass, &group);
        for (size_t i = pass->last; i-- > pass->first;) {
            const struct layer *layer = &network->layers[i];
            side ^= !layer->type->in_place;
            if (i < network->first_trained)
                break;
            group.d_in = i > network->first_trained ? network->slopes[side] + g * slot : NULL;
            group.d_tap = i == network->tap ? tap_slope(network, g) : NULL;
            group.noise = noise_of(pass, i, g);
            group.in = input_of(pass, i, g, g);
            group.out = output_of(network, i, g);
            layer->type->backward(layer, &group);
            group.d_out = group.d_in;
        }
        if (pass->first > 0) {
            group.in = input_of(pass, pass->first - 1, g, g);
            network->layers[pass->first - 1].type->gather_backward(
                &network->layers[pass->first - 1], &group);
        }
    }
}

static void backward(struct pass *pass) {
    struct network *network = pass->network;
    bool gathered = false;
    pass->start = true;
    for (pass->last = network->n_layers; pass->last > 0; pass->last = pass->first) {
        pass->first = pass->last - gathered;
        while (pass->first > 0 && !network->layers[pass->first - 1].type->gather_backward)
            pass->first--;
        thread_pool_run(network->pool, backward_stage, pass, NETWORK_SHARDS);
        if (pass->first > 0)
            network->layers[pass->first - 1].type->finish_backward(
                &network->layers[pass->first - 1], network->parameters, network->shards,
                pass->n_groups, pass->n_images);
        gathered = true;
        pass->start = false;
    }
}

/* One part of the parameters: gradient = the sum of the shards, in order. */
static void sum_shards(void *context, size_t part, size_t worker) {
    const struct pass *pass = context;
    struct network *network = pass->network;
    size_t n = network->n_parameters;
    size_t first = part * n / NETWORK_SHARDS, end = (part + 1) * n / NETWORK_SHARDS;
    (void)worker;
    memcpy(network->gradient + first, network->shards + first, (end - first) * sizeof(float));
    for (size_t s = 1; s < NETWORK_SHARDS; s++)
        for (size_t i = first; i < end; i++)
            network->gradient[i] += network->shards[s * n + i];
}

/* What one layer does before and after a pass. */
static void prepare(void *context, size_t i, size_t worker) {
    const struct pass *pass = context;
    const struct layer *layer = &pass->network->layers[i];
    (void)worker;
    if (layer->type->prepare)
        layer->type->prepare(layer, pass->network->kernels, pass->network->parameters);
}

static void finish_gradient(void *context, size_t i, size_t worker) {
    const struct pass *pass = context;
    struct network *network = pass->network;
    const struct layer *layer = &network->layers[i];
    if (layer->type->finish_gradient)
        layer->type->finish_gradient(layer, network->kernels, network->gradient,
                                     network->scratch + worker * network->scratch_size);
}

static double sum_losses(const struct pass *pass) {
    double sum = 0;
    for (size_t g = 0; g < pass->n_groups; g++)
        sum += pass->network->group_losses[g];
    return sum;
}

double network_train(struct network *network, const float *batch, size_t n_images,
                     network_visit *loss, void *context) {
    struct pass pass = {.network = network,
                        .batch = batch,
                        .n_images = n_images,
                        .n_groups = (n_images + LANES - 1) / LANES,
                        .training = true,
                        .visit = loss,
                        .context = context};
    thread_pool_run(network->pool, prepare, &pass, network->n_layers);
    forward(&pass);
    backward(&pass);
    thread_pool_run(network->pool, sum_shards, &pass, NETWORK_SHARDS);
    thread_pool_run(network->pool, finish_gradient, &pass, network->n_layers);
    return sum_losses(&pass);
}

/* One group, in memory that the next group of this worker uses again. */
static void evaluate_group(void *context, size_t g, size_t worker) {
    const struct pass *pass = context;
    struct network *network = pass->network;
    const struct workspace workspace = {.outputs = network->outputs,
                                        .slot = worker,
                                        .scratch =
                                            network->scratch + worker * network->scratch_size};
    const size_t first = g * LANES, left = pass->n_images - first;
    forward_group(network, &workspace, input_of(pass, 0, 0, g), first, left < LANES ? left : LANES,
                  pass->n_images, pass->visit, pass->context);
}

void network_evaluate(struct network *network, const float *batch, size_t n_images,
                      network_visit *visit, void *context) {
    struct pass pass = {.network = network,
                        .batch = batch,
                        .n_images = n_images,
                        .n_groups = (n_images + LANES - 1) / LANES,
                        .visit = visit,
                        .context = context};
    thread_pool_run(network->pool, prepare, &pass, network->n_layers);
    for (size_t i = 0; i < network->n_layers; i++)
        if (network->layers[i].type->evaluate)
            network->layers[i].type->evaluate(&network->layers[i], network->parameters);
    thread_pool_run(network->pool, evaluate_group, &pass, pass.n_groups);
}
