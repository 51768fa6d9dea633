/* From a data set's preset and the given values to a whole, checked configuration. */
#include "experiment/config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "data/dataset.h"

/* Which column of the option table holds a family's presets. */
static const struct {
    const char *family;
    size_t column;
} presets[] = {
    {"mnist", offsetof(struct option, mnist)},
    {"cifar10", offsetof(struct option, cifar10)},
    {"gtsrb", offsetof(struct option, gtsrb)},
};

const char *option_preset(const struct option *option, const char *dataset) {
    const struct dataset_info *info = dataset_find(dataset);
    for (size_t i = 0; info != NULL && i < sizeof presets / sizeof presets[0]; i++) {
        if (strcmp(presets[i].family, info->family) == 0)
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

static int check_dataset(const char *dataset, struct error *err) {
    char names[128];
    dataset_names(names, sizeof names);
    if (dataset[0] == '\0')
        return error_set(err, STATUS_USAGE, "--dataset is required: %s", names);
    if (dataset_find(dataset) != NULL)
        return STATUS_OK;
    if (strchr(dataset, '/') != NULL || access(dataset, F_OK) == 0)
        return error_set(err, STATUS_USAGE, "--dataset %.200s: not implemented yet", dataset);
    return error_set(err, STATUS_USAGE,
                     "--dataset %.200s: must be one of %s, or a path that exists", dataset, names);
}

int config_preset(struct config *config, const char *dataset, struct error *err) {
    memset(config, 0, sizeof *config);
    if (dataset[0] == '\0')
        return STATUS_OK;
    int status = check_dataset(dataset, err);
    for (size_t i = 0; status == STATUS_OK && i < option_count; i++) {
        const char *preset = option_preset(&option_table[i], dataset);
        if (preset != NULL)
            status = option_parse(config, &option_table[i], preset, err);
    }
    if (status == STATUS_OK)
        snprintf(config->dataset, sizeof config->dataset, "%s", dataset);
    return status;
}

/* The last value given for an option, NULL when there is none. */
static const char *given(const struct option_value *values, size_t n_values, const char *name) {
    const struct option *option = option_find(name);
    for (size_t i = n_values; i > 0; i--) {
        if (values[i - 1].option == option)
            return values[i - 1].value;
    }
    return NULL;
}

const char *config_method(const struct config *config) {
    if (config->loss == LOSS_AUTOENCODER)
        return "dcae";
    if (config->loss == LOSS_CE)
        return "ce";
    return config->hard_margin ? "one-class" : "soft-boundary";
}

static void print_class(int class, char *text, size_t size) {
    if (class < 0)
        snprintf(text, size, "all");
    else
        snprintf(text, size, "%d", class);
}

static int derive_directory(struct config *config, struct error *err) {
    char normal[16], outlier[16];
    print_class(config->normal, normal, sizeof normal);
    print_class(config->outlier, outlier, sizeof outlier);
    const char *objective =
        config->loss == LOSS_AUTOENCODER ? "autoencoder" : config_method(config);
    const int length = snprintf(config->xp_dir, sizeof config->xp_dir, "log/%s_%svs%s_%s_seed_%d",
                                config->dataset, normal, outlier, objective, config->seed);
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
        option_preset(dict_init, config->dataset) == NULL)
        config->weight_dict_init = config->loss == LOSS_AUTOENCODER;
    if (given(values, n_values, "rho") == NULL) {
        char solver[32];
        option_print(config, option_find("solver"), solver, sizeof solver);
        config->rho = strcmp(solver, "adadelta") == 0 ? 0.95 : 0.9;
    }
    return config->xp_dir[0] == '\0' ? derive_directory(config, err) : STATUS_OK;
}

static int check_class(const char *option, int class, const struct dataset_info *info,
                       struct error *err) {
    if (class >= 0 && (size_t) class >= info->n_classes)
        return error_set(err, STATUS_USAGE, "--%s %d: %s has the classes 0..%zu", option, class,
                         info->name, info->n_classes - 1);
    return STATUS_OK;
}

static int check_classes(const struct config *config, const struct dataset_info *info,
                         struct error *err) {
    if (config->normal == -1 && config->outlier == -1)
        return error_set(err, STATUS_USAGE,
                         "--normal -1 --outlier -1: one of the two must name a class");
    if (config->normal == config->outlier)
        return error_set(err, STATUS_USAGE, "--normal %d --outlier %d: the two classes must differ",
                         config->normal, config->outlier);
    int status = check_class("normal", config->normal, info, err);
    if (status == STATUS_OK)
        status = check_class("outlier", config->outlier, info, err);
    return status;
}

static int check_network(const struct config *config, const struct dataset_info *info,
                         struct error *err) {
    const bool mnist = info->channels == 1 && info->height == 28;
    const int n_architectures = mnist ? 2 : strcmp(info->name, "cifar10") == 0 ? 3 : 1;
    if (config->architecture > n_architectures)
        return error_set(err, STATUS_USAGE, "--architecture %d: must be an integer in 1..%d for %s",
                         config->architecture, n_architectures, info->name);
    const bool pretrained = config->pretrain && config->in_name[0] == '\0';
    const bool decoder =
        config->loss == LOSS_AUTOENCODER || pretrained || config->reconstruction_penalty;
    if (mnist && config->architecture == 1 && decoder && config->rep_dim % 16 != 0)
        return error_set(err, STATUS_USAGE,
                         "--rep-dim %d: must be a multiple of 16, for the decoder takes it as "
                         "(rep_dim/16, 4, 4); or leave the autoencoder out with --pretrain 0",
                         config->rep_dim);
    return STATUS_OK;
}

static int check_ready(const struct config *config, struct error *err) {
    for (size_t i = 0; i < option_count; i++) {
        if (!option_ready(config, &option_table[i])) {
            char text[CONFIG_PATH_SIZE];
            option_print(config, &option_table[i], text, sizeof text);
            return error_set(err, STATUS_USAGE, "--%s %.200s: not implemented yet",
                             option_table[i].name, text);
        }
    }
    return STATUS_OK;
}

static int check(const struct config *config, struct error *err) {
    const struct dataset_info *info = dataset_find(config->dataset);
    if (info == NULL)
        return error_set(err, STATUS_USAGE, "--dataset %.200s: not implemented yet",
                         config->dataset);
    int status = check_classes(config, info, err);
    if (status == STATUS_OK)
        status = check_network(config, info, err);
    if (status == STATUS_OK)
        status = check_ready(config, err);
    if (status != STATUS_OK)
        return status;
    if (config->hard_margin && config->block_coordinate && config->loss == LOSS_SVDD)
        return error_set(
            err, STATUS_USAGE,
            "--block-coordinate 1 with --hard-margin 1: the one-class objective has no "
            "radius to solve for; give --block-coordinate 0 or --hard-margin 0");
    if (strchr(config->out_name, '/') != NULL)
        return error_set(err, STATUS_USAGE,
                         "--out-name %.200s: must be the beginning of a file name, without '/'; "
                         "--xp-dir says where",
                         config->out_name);
    if (config->quiet && config->verbose)
        return error_set(err, STATUS_USAGE, "--quiet and --verbose exclude each other");
    return STATUS_OK;
}

int config_resolve(struct config *config, const struct option_value *values, size_t n_values,
                   struct error *err) {
    const char *dataset = given(values, n_values, "dataset");
    if (dataset == NULL)
        dataset = "";
    int status = check_dataset(dataset, err);
    if (status == STATUS_OK)
        status = config_preset(config, dataset, err);
    for (size_t i = 0; status == STATUS_OK && i < n_values; i++)
        status = option_parse(config, values[i].option, values[i].value, err);
    if (status == STATUS_OK)
        status = derive(config, values, n_values, err);
    if (status == STATUS_OK)
        status = check(config, err);
    return status;
}
