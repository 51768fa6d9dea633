#include "nn/forward.h"

#include <stdlib.h>

#include "base/memory.h"

int workspace_create(struct workspace *workspace, const struct network *network,
                     struct error *err) {
    *workspace = (struct workspace){0};
    workspace->scratch = memory_alloc(network->scratch_size, sizeof(float), err);
    workspace->outputs = memory_alloc(network->n_layers, sizeof *workspace->outputs, err);
    bool complete = workspace->scratch && workspace->outputs;
    for (size_t i = 0; complete && i < network->n_layers; i++) {
        const struct layer *layer = &network->layers[i];
        workspace->outputs[i] = layer->type->in_place ? workspace->outputs[i - 1]
                                                      : memory_alloc(shape_size(layer->out) * LANES,
                                                                     sizeof(float), err);
        complete = workspace->outputs[i] != NULL;
    }
    if (!complete)
        workspace_free(workspace, network);
    return complete ? STATUS_OK : STATUS_NO_MEMORY;
}

void workspace_free(struct workspace *workspace, const struct network *network) {
    for (size_t i = 0; workspace->outputs && i < network->n_layers; i++)
        if (!network->layers[i].type->in_place)
            free(workspace->outputs[i]);
    free(workspace->outputs);
    free(workspace->scratch);
    *workspace = (struct workspace){0};
}

void forward_prepare(struct network *network) {
    for (size_t i = 0; i < network->n_layers; i++) {
        const struct layer *layer = &network->layers[i];
        if (layer->type->prepare)
            layer->type->prepare(layer, network->kernels, network->parameters);
        if (layer->type->evaluate)
            layer->type->evaluate(layer, network->parameters);
    }
}

static float *output_of(const struct network *network, const struct workspace *workspace,
                        size_t i) {
    return workspace->outputs[i] + workspace->slot * shape_size(network->layers[i].out) * LANES;
}

double forward_group(const struct network *network, const struct workspace *workspace,
                     const float *images, size_t first_image, size_t n_images, size_t n_batch,
                     network_visit *visit, void *context) {
    struct group group = {.kernels = network->kernels,
                          .parameters = network->parameters,
                          .n_images = n_images,
                          .index = first_image / LANES,
                          .scratch = workspace->scratch,
                          .in = images};
    struct network_view view = {
        .first_image = first_image, .n_images = n_images, .n_batch = n_batch, .input = images};
    for (size_t i = 0; i < network->n_layers; i++) {
        if (i == network->tap)
            view.representation = group.in;
        group.out = output_of(network, workspace, i);
        network->layers[i].type->forward(&network->layers[i], &group);
        group.in = group.out;
    }
    view.output = group.in;
    if (network->tap == network->n_layers)
        view.representation = view.output;
    return visit(context, &view);
}
