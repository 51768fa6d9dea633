/* Weights in safetensors files. */
#include "model/file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/json.h"
#include "io/json.h"
#include "io/safetensors.h"
#include "io/safetensors_write.h"

/* One array of a layer, under the name it has in a file. */
struct entry {
    char name[TENSOR_NAME_SIZE];
    size_t n_dims;
    const size_t *dims;
    float *values;
};

static size_t n_entries(const struct layer *layer) {
    return layer->n_parameters + (layer->n_statistics ? 2 : 0);
}

/* Entry i of a layer: its parameters, then a BatchNorm's running mean and variance. */
static struct entry entry_of(const struct network *network, const struct layer *layer, size_t i) {
    struct entry entry;
    const char *name = i == layer->n_parameters ? "running_mean" : "running_var";
    if (i < layer->n_parameters) {
        const struct parameter *parameter = &layer->parameters[i];
        name = parameter->name;
        entry.n_dims = parameter->n_dims;
        entry.dims = parameter->dims;
        entry.values = network->parameters + parameter->offset;
    } else {
        entry.n_dims = 1;
        entry.dims = &layer->n_statistics;
        entry.values = i == layer->n_parameters ? layer->running_mean : layer->running_var;
    }
    snprintf(entry.name, sizeof entry.name, "%s.%s", layer->name, name);
    return entry;
}

static int add_network(struct tensor_list *list, const struct network *network, struct error *err) {
    int status = STATUS_OK;
    for (size_t l = 0; l < network->n_layers; l++)
        for (size_t i = 0; !status && i < n_entries(&network->layers[l]); i++) {
            struct entry entry = entry_of(network, &network->layers[l], i);
            status = tensor_list_add(list, entry.name, entry.n_dims, entry.dims, entry.values, err);
        }
    return status;
}

/* The constants of the preprocessing that the training set fixed. */
static int add_preprocess(struct tensor_list *list, const struct preprocess *preprocess,
                          struct error *err) {
    const size_t square[] = {preprocess->n_values, preprocess->n_values};
    int status = tensor_list_add(list, "input_min", 0, NULL, &preprocess->input_min, err);
    if (!status)
        status = tensor_list_add(list, "input_max", 0, NULL, &preprocess->input_max, err);
    if (!status && preprocess->zca_matrix)
        status = tensor_list_add(list, "zca_mean", 1, square, preprocess->zca_mean, err);
    if (!status && preprocess->zca_matrix)
        status = tensor_list_add(list, "zca_matrix", 2, square, preprocess->zca_matrix, err);
    return status;
}

static int add_sphere(struct tensor_list *list, const struct deep_svdd *sphere, struct error *err) {
    int status = tensor_list_add(list, "center", 1, &sphere->n_dims, sphere->center, err);
    return status ? status
                  : tensor_list_add(list, "radius_squared", 0, NULL, &sphere->radius_squared, err);
}

/* The configuration and the method. */
static int add_metadata(struct tensor_list *list, const struct learner *learner,
                        struct error *err) {
    cJSON *json = config_to_json(learner->config);
    char *text;
    int status = json_print("the configuration", json, false, &text, err);
    if (!status)
        status = tensor_list_add_metadata(list, "config", text, err);
    cJSON_free(text);
    cJSON_Delete(json);
    if (!status)
        status = tensor_list_add_metadata(list, "method", learner->method->name, err);
    return status;
}

int model_write(const char *path, struct learner *learner, const struct preprocess *preprocess,
                const struct metadata *metadata, size_t n_metadata, struct error *err) {
    struct tensor_list list = {0};
    const struct deep_svdd *sphere = learner_sphere(learner);
    int status = add_metadata(&list, learner, err);
    if (!status)
        status = add_network(&list, learner->network, err);
    if (!status)
        status = add_preprocess(&list, preprocess, err);
    if (!status && sphere)
        status = add_sphere(&list, sphere, err);
    for (size_t i = 0; !status && i < n_metadata; i++)
        status = tensor_list_add_metadata(&list, metadata[i].key, metadata[i].value, err);
    if (!status)
        status = safetensors_write(path, &list, err);
    tensor_list_free(&list);
    return status;
}

static void print_shape(char *text, size_t size, size_t n_dims, const size_t *dims) {
    size_t used = (size_t)snprintf(text, size, "(");
    for (size_t i = 0; i < n_dims && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%zu", i ? ", " : "", dims[i]);
    if (used < size)
        snprintf(text + used, size - used, ")");
}

/* A number that cannot have come out of training, whose scores would say nothing. */
static int check_values(const char *path, const struct tensor *tensor, struct error *err) {
    const char *dot = strrchr(tensor->name, '.');
    const bool variance = dot && strcmp(dot, ".running_var") == 0;
    for (size_t i = 0; i < tensor_size(tensor); i++)
        if (!isfinite(tensor->values[i]) || (variance && tensor->values[i] < 0))
            return error_set(err, STATUS_DAMAGED, "%s: value %zu of %s is %g, which is no %s", path,
                             i, tensor->name, (double)tensor->values[i],
                             variance ? "variance" : "weight");
    return STATUS_OK;
}

static int check_entry(const char *path, const struct entry *entry, const struct tensor *tensor,
                       struct error *err) {
    char here[128], there[128];
    if (!tensor)
        return error_set(err, STATUS_DAMAGED,
                         "%s: has no %s: these are the weights of another network", path,
                         entry->name);
    if (tensor->n_dims == entry->n_dims &&
        memcmp(tensor->dims, entry->dims, entry->n_dims * sizeof *entry->dims) == 0)
        return check_values(path, tensor, err);
    print_shape(there, sizeof there, tensor->n_dims, tensor->dims);
    print_shape(here, sizeof here, entry->n_dims, entry->dims);
    return error_set(err, STATUS_DAMAGED,
                     "%s: %s is %s there and %s in this network: these are the weights of another "
                     "network",
                     path, entry->name, there, here);
}

/* True for a tensor that belongs to a layer the network should have: one of the encoder. Those have
 * one dot in their names, "conv1.weight"; other parts have two. */
static bool of_a_layer(const struct tensor *tensor) {
    const char *dot = strchr(tensor->name, '.');
    return dot && !strchr(dot + 1, '.');
}

/* Every layer of the file must be one of the network. */
static int check_layers(const char *path, const struct tensor_list *list,
                        const struct network *network, struct error *err) {
    for (size_t t = 0; t < list->n_tensors; t++) {
        bool found = !of_a_layer(&list->tensors[t]);
        for (size_t l = 0; !found && l < network->n_layers; l++)
            for (size_t i = 0; !found && i < n_entries(&network->layers[l]); i++)
                found = strcmp(entry_of(network, &network->layers[l], i).name,
                               list->tensors[t].name) == 0;
        if (!found)
            return error_set(err, STATUS_DAMAGED,
                             "%s: has %s, which this network has not: these are the weights of "
                             "another network",
                             path, list->tensors[t].name);
    }
    return STATUS_OK;
}

/* A decoder in the file must end as the configuration's does: before version 0.2 those of colour
 * images had no BatchNorm before the sigmoid, and the encoder learned something else with them. */
static int check_decoder(const char *path, const struct tensor_list *list,
                         const struct config *config, struct error *err) {
    const struct architecture_options options = config_architecture(config);
    struct architecture architecture;
    char last[TENSOR_NAME_SIZE];
    size_t n_norms = 0;
    int status = architecture_find(&architecture, source_family(&config->source),
                                   config->architecture, ARCHITECTURE_AUTOENCODER, &options, err);
    if (status)
        return status;
    for (size_t i = 0; i < architecture.n_layers; i++)
        n_norms += architecture.layers[i].kind == LAYER_BATCHNORM &&
                   architecture.layers[i].part == PART_DECODER;
    snprintf(last, sizeof last, "decoder.bn%zu.running_mean", n_norms);
    if (n_norms == 0 || !tensor_list_find(list, "decoder.bn1.running_mean") ||
        tensor_list_find(list, last))
        return STATUS_OK;
    return error_set(err, STATUS_DAMAGED,
                     "%s: its decoder has no batch normalisation before the sigmoid: these are the "
                     "weights of another network, as versions before 0.2 had it; train them again",
                     path);
}

int model_read_list(const char *path, const struct tensor_list *list, const struct config *config,
                    bool without_head, struct network *network, struct error *err) {
    int status = check_decoder(path, list, config, err);
    if (!status)
        status = check_layers(path, list, network, err);
    for (int copy = 0; copy < 2; copy++) /* all is checked before anything is changed */
        for (size_t l = 0; !status && l < network->n_layers; l++)
            for (size_t i = 0; !status && i < n_entries(&network->layers[l]); i++) {
                struct entry entry = entry_of(network, &network->layers[l], i);
                const struct tensor *tensor = tensor_list_find(list, entry.name);
                if (!tensor && without_head && network->layers[l].spec.part == PART_HEAD)
                    continue;
                status = check_entry(path, &entry, tensor, err);
                if (!status && copy)
                    memcpy(entry.values, tensor->values, tensor_size(tensor) * sizeof(float));
            }
    return status;
}

int model_read(const char *path, const struct config *config, struct network *network,
               struct error *err) {
    struct tensor_list list = {0};
    int status = safetensors_read(path, &list, err);
    if (!status)
        status = model_read_list(path, &list, config, true, network, err);
    tensor_list_free(&list);
    return status;
}
