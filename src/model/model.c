#include "model/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "config/option.h"
#include "config/option_list.h"
#include "data/batches.h"
#include "io/json.h"
#include "io/safetensors.h"
#include "model/file.h"
#include "model/network.h"
#include "nn/blas.h"
#include "nn/forward.h"

/* ---- loading */

static int not_a_model(const char *path, const char *what, struct error *err) {
    return error_set(err, STATUS_DAMAGED, "%s: %s: not the weight file of a run", path, what);
}

/* What is wrong with an option in the file is wrong with the file. */
static int damaged(const char *path, int status, struct error *err) {
    return status == STATUS_USAGE ? error_prefix(err, STATUS_DAMAGED, "%s", path) : status;
}

/* Scores depend on these, so a file must have them. */
static int check_options(const char *path, const struct option_list *options, struct error *err) {
    static const char *const needed[] = {
        "dataset", "gcn",          "unit-norm-used", "zca-whitening", "architecture",
        "rep-dim", "bias",         "use-batch-norm", "bn-affine",     "leaky-relu",
        "dropout", "dropout-arch", "loss",           "hard-margin",   "reconstruction-penalty",
    };
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!option_list_last(options, option_find(needed[i])))
            return error_set(err, STATUS_DAMAGED,
                             "%s: its configuration has no %s: not the weight file of a run", path,
                             needed[i]);
    return STATUS_OK;
}

/* The options of the run, without a look at data sets: its images need not be there any more. */
static int read_config(struct model *model, const char *path, const struct tensor_list *list,
                       struct error *err) {
    const char *text = tensor_list_metadata(list, "config");
    struct config *config = &model->config;
    struct option_list options = {0};
    cJSON *json = NULL;
    if (!text)
        return not_a_model(path, "has no configuration", err);
    int status = json_parse(path, text, strlen(text), &json, err);
    if (!status)
        status = damaged(path, option_list_add_json(&options, json, "its configuration", err), err);
    if (!status)
        status = check_options(path, &options, err);
    for (size_t i = 0; !status && i < options.n; i++)
        status = damaged(
            path, option_parse(config, options.values[i].option, options.values[i].value, err),
            err);
    if (!status && !source_of_record(&config->source, config->dataset, options.recorded))
        status = not_a_model(path, "does not tell what images it is for", err);
    option_list_free(&options);
    cJSON_Delete(json);
    return status;
}

/* An array that must be there in that size, 1 for a single number. */
static int read_array(const char *path, const struct tensor_list *list, const char *name,
                      size_t size, float *values, struct error *err) {
    const struct tensor *tensor = tensor_list_find(list, name);
    if (!tensor || tensor_size(tensor) != size)
        return error_set(err, STATUS_DAMAGED, "%s: %s is missing or has not %zu values", path, name,
                         size);
    for (size_t i = 0; i < size; i++)
        if (!isfinite(tensor->values[i]))
            return error_set(err, STATUS_DAMAGED, "%s: %s has a value that is not finite", path,
                             name);
    memcpy(values, tensor->values, size * sizeof *values);
    return STATUS_OK;
}

static int read_whitening(struct preprocess *preprocess, const char *path,
                          const struct tensor_list *list, struct error *err) {
    const size_t n = preprocess->n_values;
    preprocess->zca_mean = memory_alloc(n, sizeof *preprocess->zca_mean, err);
    preprocess->zca_matrix = memory_alloc(n * n, sizeof *preprocess->zca_matrix, err);
    int status = preprocess->zca_mean && preprocess->zca_matrix ? STATUS_OK : STATUS_NO_MEMORY;
    if (!status)
        status = read_array(path, list, "zca_mean", n, preprocess->zca_mean, err);
    return status ? status
                  : read_array(path, list, "zca_matrix", n * n, preprocess->zca_matrix, err);
}

static int read_preprocess(struct model *model, const char *path, const struct tensor_list *list,
                           struct error *err) {
    struct preprocess *preprocess = &model->preprocess;
    *preprocess = (struct preprocess){.gcn = model->config.gcn,
                                      .norm = (enum norm)model->config.unit_norm_used,
                                      .zca_whitening = model->config.zca_whitening,
                                      .n_values = shape_size(model->input)};
    int status = read_array(path, list, "input_min", 1, &preprocess->input_min, err);
    if (!status)
        status = read_array(path, list, "input_max", 1, &preprocess->input_max, err);
    if (!status && !(preprocess->input_max > preprocess->input_min))
        status = not_a_model(path, "input_max is not above input_min", err);
    return status || !preprocess->zca_whitening ? status
                                                : read_whitening(preprocess, path, list, err);
}

/* Which method the arrays are of. Files of earlier versions have the run's method also in that of
 * its autoencoder: a decoder, with neither a centre nor a classifier's head. */
static const struct method *method_in(const struct model *model, const struct tensor_list *list) {
    const char *name = tensor_list_metadata(list, "method");
    const struct method *method = name ? method_find(name) : method_of(&model->config);
    if (tensor_list_find(list, "decoder.conv1.weight") && !tensor_list_find(list, "center") &&
        !tensor_list_find(list, "head.dense1.weight"))
        return method_of_pretraining();
    return method && method->score ? method : NULL;
}

/* No more memory is taken for a network than its file has numbers for. */
static int check_size(const char *path, const struct tensor_list *list, const struct config *config,
                      enum architecture_use use, struct error *err) {
    size_t n, n_there = 0;
    int status = damaged(path, model_network_parameters(config, use, &n, err), err);
    for (size_t i = 0; i < list->n_tensors; i++)
        n_there += tensor_size(&list->tensors[i]);
    return status || n <= n_there
               ? status
               : error_set(err, STATUS_DAMAGED,
                           "%s: has %zu numbers, the network of its configuration %zu parameters",
                           path, n_there, n);
}

static int read_sphere(struct deep_svdd *sphere, const char *path, const struct tensor_list *list,
                       struct error *err) {
    int status = read_array(path, list, "center", sphere->n_dims, sphere->center, err);
    return status ? status
                  : read_array(path, list, "radius_squared", 1, &sphere->radius_squared, err);
}

static int read_learner(struct model *model, const char *path, const struct tensor_list *list,
                        const struct kernels *kernels, struct error *err) {
    const struct config *config = &model->config;
    const struct method *method = method_in(model, list);
    struct network *network = NULL;
    if (!method)
        return not_a_model(path, "has no known method", err);
    const enum architecture_use use =
        config->reconstruction_penalty ? method->use_penalised : method->use;
    int status = check_size(path, list, config, use, err);
    if (!status)
        status = model_network(&network, config, use, 0, kernels, NULL, err);
    if (!status)
        status = model_read_list(path, list, config, false, network, err);
    if (status) {
        network_free(network);
        return status;
    }
    model->input = network->layers[0].in;
    forward_prepare(network);
    status = learner_create(&model->learner, method, config, network, err);
    struct deep_svdd *sphere = learner_sphere(&model->learner);
    return status || !sphere ? status : read_sphere(sphere, path, list, err);
}

static int load(struct model *model, const char *path, const struct tensor_list *list,
                const struct kernels *kernels, struct error *err) {
    int status = read_config(model, path, list, err);
    if (!status)
        status = read_learner(model, path, list, kernels, err);
    return status ? status : read_preprocess(model, path, list, err);
}

int model_load(struct model **model, const char *path, const char *kernel, struct error *err) {
    const struct kernels *kernels;
    struct tensor_list list = {0};
    struct model *new = memory_alloc(1, sizeof *new, err);
    int status = new ? blas_start(err) : STATUS_NO_MEMORY;
    if (!status)
        status = kernels_find(&kernels, kernel, err);
    if (!status)
        status = safetensors_read(path, &list, err);
    if (!status)
        status = load(new, path, &list, kernels, err);
    tensor_list_free(&list);
    if (status) {
        model_free(new);
        return status;
    }
    *model = new;
    return STATUS_OK;
}

void model_free(struct model *model) {
    if (!model)
        return;
    learner_free(&model->learner);
    preprocess_free(&model->preprocess);
    free(model);
}

/* ---- scoring */

/* Images are taken in the blocks in which a run preprocesses its own. */
struct model_scratch {
    const struct model *model;
    struct workspace workspace;
    float *values;                  /* (PREPROCESS_BLOCK, n_values) */
    struct batch_set block;         /* the same as groups: one batch */
    size_t index[PREPROCESS_BLOCK]; /* 0, 1, ... */
};

int model_scratch_create(struct model_scratch **scratch, const struct model *model,
                         struct error *err) {
    const size_t n_values = model->preprocess.n_values;
    struct model_scratch *new = memory_alloc(1, sizeof *new, err);
    if (!new)
        return STATUS_NO_MEMORY;
    new->model = model;
    new->values = memory_alloc(PREPROCESS_BLOCK, n_values * sizeof *new->values, err);
    int status = new->values ? STATUS_OK : STATUS_NO_MEMORY;
    if (!status)
        status = batch_set_create(&new->block, PREPROCESS_BLOCK, n_values, PREPROCESS_BLOCK, err);
    if (!status)
        status = workspace_create(&new->workspace, model->learner.network, err);
    if (status) {
        model_scratch_free(new);
        return status;
    }
    for (size_t i = 0; i < PREPROCESS_BLOCK; i++)
        new->index[i] = i;
    *scratch = new;
    return STATUS_OK;
}

void model_scratch_free(struct model_scratch *scratch) {
    if (!scratch)
        return;
    workspace_free(&scratch->workspace, scratch->model->learner.network);
    batch_set_free(&scratch->block);
    free(scratch->values);
    free(scratch);
}

/* What forward_group shows a group of. */
struct scoring {
    const struct learner *learner;
    float *scores;
};

static double score_group(void *context, const struct network_view *view) {
    const struct scoring *scoring = context;
    scoring->learner->method->score(scoring->learner, view, scoring->scores + view->first_image);
    return 0;
}

/* Up to PREPROCESS_BLOCK images. */
static int score_block(const struct model *model, struct model_scratch *scratch,
                       const unsigned char *pixels, size_t n, float *scores, struct error *err) {
    const size_t n_values = model->preprocess.n_values;
    const struct images images = {.n = n,
                                  .channels = model->input.channels,
                                  .height = model->input.height,
                                  .width = model->input.width,
                                  .pixels = (unsigned char *)pixels};
    const struct selection all = {.n = n, .index = scratch->index};
    struct scoring scoring = {&model->learner, scores};
    int status = preprocess_images(&model->preprocess, &images, &all, 0, n, scratch->values, err);
    if (status)
        return status;
    preprocess_rescale(&model->preprocess, scratch->values, n * n_values);
    for (size_t i = 0; i < n; i++)
        batch_set_put(&scratch->block, i, scratch->values + i * n_values);
    for (size_t first = 0; first < n; first += LANES)
        forward_group(model->learner.network, &scratch->workspace,
                      batch_set_batch(&scratch->block, 0) + first * n_values, first,
                      n - first < LANES ? n - first : LANES, n, score_group, &scoring);
    return STATUS_OK;
}

int model_score(const struct model *model, struct model_scratch *scratch,
                const unsigned char *pixels, size_t n, float *scores, struct error *err) {
    int status = STATUS_OK;
    for (size_t first = 0; !status && first < n; first += PREPROCESS_BLOCK)
        status = score_block(model, scratch, pixels + first * model->preprocess.n_values,
                             preprocess_block(first, n), scores + first, err);
    return status;
}
