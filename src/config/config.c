/* From a data set's preset and the given values to a whole, checked configuration. */
#include "config/config.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "config/option.h"
#include "data/dataset.h"
#include "io/file.h"
#include "nn/solver.h"

/* Which column of the option table holds a family's presets. */
static const struct {
    const char *family;
    size_t column;
} presets[] = {
    {"mnist", offsetof(struct option, mnist)},
    {"cifar10", offsetof(struct option, cifar10)},
    {"gtsrb", offsetof(struct option, gtsrb)},
};

const char *option_preset(const struct option *option, const char *family) {
    for (size_t i = 0; family != NULL && i < sizeof presets / sizeof presets[0]; i++) {
        if (strcmp(presets[i].family, family) == 0)
            return *(const char *const *)(const void *)((const char *)option + presets[i].column);
    }
    return NULL;
}

/* "mnist, fashion-mnist, ..." */
static void dataset_names(char *text, size_t size) {
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; dataset_table[i] != NULL && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%s", i > 0 ? ", " : "",
                                 dataset_table[i]->name);
}

static int find_source(struct source *source, const char *dataset, struct error *err) {
    char names[128];
    dataset_names(names, sizeof names);
    if (dataset[0] == '\0')
        return error_set(err, STATUS_USAGE,
                         "--dataset is required: %s, or a directory of your own images", names);
    struct error cause;
    const int status = source_find(source, dataset, &cause);
    if (status == STATUS_OK)
        return status;
    if (status == STATUS_INCOMPLETE)
        return error_set(err, STATUS_USAGE, "--dataset %.200s: %s", dataset, cause.message);
    return error_set(
        err, STATUS_USAGE,
        "--dataset %.200s: must be one of %s, or a directory of your own images in all "
        "the files of MNIST (train-images-idx3-ubyte, ...) or of CIFAR-10 "
        "(data_batch_1.bin, ...)%s",
        dataset, names,
        strchr(dataset, '/') != NULL && !file_exists(dataset) ? "; this one does not exist" : "");
}

int config_preset(struct config *config, const struct source *source, struct error *err) {
    int status = STATUS_OK;
    *config = (struct config){.source = *source};
    for (size_t i = 0; status == STATUS_OK && i < option_count; i++) {
        const char *preset = option_preset(&option_table[i], source_family(source));
        if (preset != NULL)
            status = option_parse(config, &option_table[i], preset, err);
    }
    strcpy(config->dataset, source_name(source)); /* no longer than that of the source */
    return status;
}

/* The last value given for an option, NULL when there is none. */
static const struct option_value *last_given(const struct option_value *values, size_t n_values,
                                             const char *name) {
    const struct option *option = option_find(name);
    for (size_t i = n_values; i > 0; i--) {
        if (values[i - 1].option == option)
            return &values[i - 1];
    }
    return NULL;
}

/* True when `source` is given on the command line after a file, and another value than there. */
static bool changed_after_file(const struct option_value *values, size_t n_values,
                               const struct option_value *in_file, const char *source) {
    const struct option_value *last = last_given(values, n_values, source), *before = NULL;
    if (last == NULL || last->from_file || last < in_file)
        return false;
    for (const struct option_value *v = values; v < last; v++)
        if (v->from_file && v->option == last->option)
            before = v;
    return before == NULL || strcmp(before->value, last->value) != 0;
}

/* Which options the values that are worked out follow from. */
static const struct {
    const char *name, *source;
} derivations[] = {
    {"block-coordinate", "hard-margin"},
    {"weight-dict-init", "loss"},
    {"weight-dict-init", "pretrain"},
    {"weight-dict-init", "in-name"},
    {"rho", "solver"},
    {"rho", "ae-solver"},
};

/* The last value given for an option; NULL when there is none, or none that still counts. */
static const char *given(const struct option_value *values, size_t n_values, const char *name) {
    const struct option_value *value = last_given(values, n_values, name);
    if (value == NULL)
        return NULL;
    for (size_t i = 0; i < sizeof derivations / sizeof *derivations; i++)
        if (value->from_file && strcmp(derivations[i].name, name) == 0 &&
            changed_after_file(values, n_values, value, derivations[i].source))
            return NULL;
    return value->value;
}

void config_class_text(const struct config *config, int class, char *text, size_t size) {
    source_class_text(&config->source, class, text, size);
}

void config_set_data_dir(struct config *config, const char *data_dir) {
    assert(strlen(data_dir) < sizeof config->data_dir);
    if (data_dir != config->data_dir)
        strcpy(config->data_dir, data_dir);
    source_set_place(&config->source, data_dir);
}

void config_dataset_part(const struct config *config, char *name, size_t size) {
    const char *path = config->dataset;
    size_t end = strlen(path), start;
    while (end > 0 && path[end - 1] == '/')
        end--;
    for (start = end; start > 0 && path[start - 1] != '/'; start--)
        ;
    snprintf(name, size, "%.*s", (int)(end - start), path + start);
    if (name[strspn(name, ".")] == '\0')
        snprintf(name, size, "own");
}

static void print_class(int class, char *text, size_t size) {
    if (class < 0)
        snprintf(text, size, "all");
    else
        snprintf(text, size, "%d", class);
}

void config_classes_part(const struct config *config, char *text, size_t size) {
    char normal[16], outlier[16];
    print_class(config->normal, normal, sizeof normal);
    print_class(config->outlier, outlier, sizeof outlier);
    snprintf(text, size, "%svs%s", normal, outlier);
}

bool config_pretrains(const struct config *config) {
    return config->loss == LOSS_AUTOENCODER || (config->pretrain && config->in_name[0] == '\0');
}

/* What is minimised, in the option's own words but for Deep SVDD's two objectives. */
static void print_objective(const struct config *config, char *text, size_t size) {
    if (config->loss == LOSS_SVDD)
        snprintf(text, size, "%s", config->hard_margin ? "one-class" : "soft-boundary");
    else
        option_print(config, option_find("loss"), text, size);
}

static int derive_directory(struct config *config, struct error *err) {
    char dataset[256], classes[40], objective[32];
    config_dataset_part(config, dataset, sizeof dataset);
    config_classes_part(config, classes, sizeof classes);
    print_objective(config, objective, sizeof objective);
    const int length = snprintf(config->xp_dir, sizeof config->xp_dir, "log/%s_%s_%s_seed_%d",
                                dataset, classes, objective, config->seed);
    if (length < 0 || (size_t)length >= sizeof config->xp_dir)
        return error_set(err, STATUS_USAGE, "--dataset %.40s...: too long; give --xp-dir",
                         config->dataset);
    return STATUS_OK;
}

/* What follows from other options where neither the preset nor the user says it. */
static int derive(struct config *config, const struct option_value *values, size_t n_values,
                  struct error *err) {
    const struct option *dict_init = option_find("weight-dict-init");
    if (given(values, n_values, "block-coordinate") == NULL)
        config->block_coordinate = !config->hard_margin;
    if (given(values, n_values, "weight-dict-init") == NULL &&
        option_preset(dict_init, source_family(&config->source)) == NULL)
        config->weight_dict_init = config_pretrains(config);
    if (given(values, n_values, "rho") == NULL) {
        const bool adadelta =
            config->solver == SOLVER_ADADELTA || config->ae_solver == SOLVER_ADADELTA;
        config->rho = adadelta ? 0.95 : 0.9;
    }
    return config->xp_dir[0] == '\0' ? derive_directory(config, err) : STATUS_OK;
}

/* The data set in a message: one's own images have a path for a name. */
static const char *title(const struct source *source) {
    return source->own ? source->info->title : source->info->name;
}

static int check_class(const char *option, int class, const struct source *source,
                       struct error *err) {
    if (class >= 0 && (size_t) class >= source->n_classes)
        return error_set(err, STATUS_USAGE, "--%s %d: %s has the classes 0..%zu", option, class,
                         title(source), source->n_classes - 1);
    return STATUS_OK;
}

static int check_classes(const struct config *config, struct error *err) {
    if (config->normal == -1 && config->outlier == -1)
        return error_set(err, STATUS_USAGE,
                         "--normal -1 --outlier -1: one of the two must name a class");
    if (config->normal == config->outlier)
        return error_set(err, STATUS_USAGE, "--normal %d --outlier %d: the two classes must differ",
                         config->normal, config->outlier);
    int status = check_class("normal", config->normal, &config->source, err);
    if (status == STATUS_OK)
        status = check_class("outlier", config->outlier, &config->source, err);
    return status;
}

struct architecture_options config_architecture(const struct config *config) {
    return (struct architecture_options){
        .rep_dim = (size_t)config->rep_dim,
        .bias = config->bias,
        .use_batch_norm = config->use_batch_norm,
        .bn_affine = config->bn_affine,
        .leaky_relu = config->leaky_relu,
        .dropout = config->dropout,
        .dropout_arch = config->dropout_arch,
    };
}

static int check_network(const struct config *config, struct error *err) {
    const char *family = source_family(&config->source);
    const int n_architectures = architecture_count(family);
    if (config->architecture > n_architectures)
        return error_set(err, STATUS_USAGE, "--architecture %d: must be %s%d for %s",
                         config->architecture, n_architectures > 1 ? "an integer in 1.." : "",
                         n_architectures, title(&config->source));
    const bool decoder = config_pretrains(config) || config->reconstruction_penalty;
    const struct architecture_options options = config_architecture(config);
    struct architecture architecture;
    int status =
        architecture_find(&architecture, family, config->architecture,
                          decoder ? ARCHITECTURE_AUTOENCODER : ARCHITECTURE_ENCODER, &options, err);
    if (status == STATUS_OK)
        status = architecture_check(&architecture, err);
    if (status == STATUS_OK)
        return status;
    const struct error cause = *err;
    const bool needed = config->loss == LOSS_AUTOENCODER || config->reconstruction_penalty;
    return error_set(err, status, "--rep-dim %d: %s%s", config->rep_dim, cause.message,
                     needed ? "" : "; or leave the autoencoder out with --pretrain 0");
}

/* What a loss or an objective cannot be combined with. */
static int check_objective(const struct config *config, struct error *err) {
    if (config->pca)
        return error_set(err, STATUS_USAGE,
                         "--pca 1: only the shallow baselines project on principal components");
    if (config->loss == LOSS_CE && config->out_frac <= 0)
        return error_set(err, STATUS_USAGE,
                         "--loss ce --out-frac 0: a classifier needs outliers to learn from; give "
                         "--out-frac a value above 0");
    if (config->loss == LOSS_AUTOENCODER && config->e1_diagnostics)
        return error_set(err, STATUS_USAGE,
                         "--e1-diagnostics 1 with --loss autoencoder: only training that follows "
                         "pretraining is evaluated after every batch");
    const int n_epochs = config->loss == LOSS_AUTOENCODER ? config->ae_n_epochs : config->n_epochs;
    if (config->save_at > n_epochs)
        return error_set(err, STATUS_USAGE, "--save-at %d: the run has %d epochs only",
                         config->save_at, n_epochs);
    if (config->loss != LOSS_SVDD)
        return STATUS_OK;
    if (config->hard_margin && config->block_coordinate)
        return error_set(
            err, STATUS_USAGE,
            "--block-coordinate 1 with --hard-margin 1: the one-class objective has no "
            "radius to solve for; give --block-coordinate 0 or --hard-margin 0");
    return STATUS_OK;
}

static int check_out_name(const struct config *config, struct error *err) {
    const size_t length = strlen(config->out_name);
    if (strchr(config->out_name, '/') != NULL)
        return error_set(err, STATUS_USAGE,
                         "--out-name %.200s: must be the beginning of a file name, without '/'; "
                         "--xp-dir says where",
                         config->out_name);
    if (length > CONFIG_MAX_OUT_NAME)
        return error_set(err, STATUS_USAGE,
                         "--out-name %.40s...: has %zu bytes; more than %d do not fit before the "
                         "names of the weight files",
                         config->out_name, length, CONFIG_MAX_OUT_NAME);
    return STATUS_OK;
}

static int check(const struct config *config, struct error *err) {
    int status = check_classes(config, err);
    if (status == STATUS_OK)
        status = check_network(config, err);
    if (status == STATUS_OK)
        status = check_objective(config, err);
    if (status == STATUS_OK)
        status = check_out_name(config, err);
    if (status == STATUS_OK && config->quiet && config->verbose)
        status = error_set(err, STATUS_USAGE, "--quiet and --verbose exclude each other");
    return status;
}

int config_resolve_known(struct config *config, const struct source *known,
                         const struct option_value *values, size_t n_values, struct error *err) {
    const char *dataset = given(values, n_values, "dataset");
    struct source source;
    int status = STATUS_OK;
    if (known == NULL || dataset == NULL || !source_is(known, dataset)) {
        status = find_source(&source, dataset != NULL ? dataset : "", err);
        known = &source;
    }
    if (status == STATUS_OK)
        status = config_preset(config, known, err);
    for (size_t i = 0; status == STATUS_OK && i < n_values; i++)
        status = option_parse(config, values[i].option, values[i].value, err);
    if (status == STATUS_OK)
        status = derive(config, values, n_values, err);
    if (status == STATUS_OK)
        status = check(config, err);
    if (status == STATUS_OK)
        config_set_data_dir(config, config->data_dir);
    return status;
}

int config_resolve(struct config *config, const struct option_value *values, size_t n_values,
                   struct error *err) {
    return config_resolve_known(config, NULL, values, n_values, err);
}
