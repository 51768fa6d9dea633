/* From a point of the grid to a run and its directory. */
#include "sweep/point.h"

#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "io/file.h"
#include "model/method.h"

static bool is_one_of(const struct option *option, const char *names) {
    const size_t length = strlen(option->name);
    for (const char *at = names; (at = strstr(at, option->name)) != NULL; at += length)
        if ((at == names || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    return false;
}

bool sweep_point_is_idle(const struct option *option, int loss) {
    return option->used > method_select(loss, 0)->uses;
}

static const struct sweep_values *axis_of(const struct sweep_plan *plan,
                                          const struct option *option, size_t *place) {
    for (size_t i = 0; i < plan->n_axes; i++) {
        *place = plan->place[i];
        if (plan->axes[i].option == option)
            return &plan->axes[i];
    }
    return NULL;
}

/* The options at the point, without what `loss` does not have. */
static int point_options(const struct sweep_plan *plan, int loss, struct option_list *list,
                         struct error *err) {
    const struct option_list *options = plan->options;
    int status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < options->n; i++) {
        const struct option *option = options->values[i].option;
        size_t place = 0;
        const struct sweep_values *axis = axis_of(plan, option, &place);
        const bool set_here = is_one_of(option, "xp-dir pretrain-cache quiet verbose");
        const bool idle = sweep_point_is_idle(option, loss) &&
                          (axis != NULL || strcmp(option->name, "hard-margin") == 0);
        if (set_here || idle)
            continue;
        /* a value of a file stays beside what is given after it: other values may follow from that
         * (config_resolve) */
        const struct option_value *given = &options->values[i];
        const char *value = given->from_file ? given->value
                            : axis != NULL   ? axis->values[place]
                                             : option_list_last(options, option);
        status = option_list_add(list, option, options->prefixes[i], value, err);
        if (status == STATUS_OK)
            list->values[list->n - 1].from_file = given->from_file;
    }
    return status;
}

/* The autoencoder needs one run for all values of nu. */
static bool is_repeated(const struct sweep_plan *plan, int loss) {
    for (size_t i = 0; i < plan->n_axes; i++)
        if (plan->place[i] > 0 && sweep_point_is_idle(plan->axes[i].option, loss))
            return true;
    return false;
}

/* What the point has for an option; NULL when it was not given. */
static const char *point_value(const struct sweep_plan *plan, const struct option *option) {
    size_t place = 0;
    const struct sweep_values *axis = axis_of(plan, option, &place);
    return axis != NULL ? axis->values[place] : option_list_last(plan->options, option);
}

/* The same into the configuration, which keeps what it has when it was not given. */
static int point_parse(const struct sweep_plan *plan, const char *name, struct config *config,
                       struct error *err) {
    const struct option *option = option_find(name);
    const char *text = point_value(plan, option);
    return text != NULL ? option_parse(config, option, text, err) : STATUS_OK;
}

size_t sweep_point_sources(const struct sweep_plan *plan) {
    size_t place;
    const struct sweep_values *axis = axis_of(plan, option_find("dataset"), &place);
    return axis != NULL ? axis->n : 1;
}

/* The data set of the point, found by the first of its runs. NULL: there is none, and what is wrong
 * is for config_resolve to say. */
static const struct source *point_source(const struct sweep_plan *plan, struct sweep_grid *grid) {
    const struct option *option = option_find("dataset");
    const char *name = point_value(plan, option);
    struct error ignored;
    size_t place = 0;
    struct source *source = &grid->sources[axis_of(plan, option, &place) != NULL ? place : 0];
    if (name != NULL && source->info == NULL)
        source_find(source, name, &ignored);
    return source->info != NULL ? source : NULL;
}

/* Against itself no class can be: where a list of classes runs over that of the other option, the
 * point is none. What is no list was asked for, and is for config_resolve to refuse. */
static bool is_diagonal(const struct sweep_plan *plan, const struct source *source) {
    struct config config;
    struct error err;
    size_t place;
    if (axis_of(plan, option_find("normal"), &place) == NULL &&
        axis_of(plan, option_find("outlier"), &place) == NULL)
        return false;
    return source != NULL && config_preset(&config, source, &err) == STATUS_OK &&
           point_parse(plan, "normal", &config, &err) == STATUS_OK &&
           point_parse(plan, "outlier", &config, &err) == STATUS_OK &&
           config.normal == config.outlier;
}

static int append_part(char path[CONFIG_PATH_SIZE], const char *part, struct error *err) {
    char longer[CONFIG_PATH_SIZE];
    if (file_join(longer, sizeof longer, path, part, err) != STATUS_OK)
        return error_set(err, STATUS_USAGE, "%s", err->message);
    memcpy(path, longer, sizeof longer);
    return STATUS_OK;
}

static int point_directory(const struct sweep_plan *plan, const struct config *config,
                           char path[CONFIG_PATH_SIZE], struct error *err) {
    char part[CONFIG_PATH_SIZE];
    file_path(path, CONFIG_PATH_SIZE, "%s", plan->root);
    config_dataset_part(config, part, sizeof part);
    int status = append_part(path, part, err);
    if (status == STATUS_OK)
        status = append_part(path, method_of(config)->directory, err);
    for (size_t i = 0; status == STATUS_OK && i < plan->n_axes; i++) {
        const struct sweep_values *axis = &plan->axes[i];
        if (axis->option->tabulated || sweep_point_is_idle(axis->option, config->loss))
            continue;
        file_path(part, sizeof part, "%s_%s", axis->option->name, axis->values[plan->place[i]]);
        status = append_part(path, part, err);
    }
    config_classes_part(config, part, sizeof part);
    if (status == STATUS_OK)
        status = append_part(path, part, err);
    file_path(part, sizeof part, "seed_%d", config->seed);
    return status == STATUS_OK ? append_part(path, part, err) : status;
}

/* What makes the fingerprint of a pretrained autoencoder (run/fingerprint.c), as far as the options
 * say it; 0 where a run takes none from others. */
static uint64_t pretraining_key(const struct config *config) {
    const bool alone = method_of(config)->is_pretraining;
    if (config->pretrain_cache[0] == '\0' || config->in_name[0] != '\0' ||
        (alone ? config->save_at > 0 : !config->pretrain))
        return 0;
    uint64_t key = HASH_START;
    for (size_t i = 0; i < option_count; i++) {
        char value[CONFIG_PATH_SIZE];
        if (!option_table[i].shapes_pretraining && strcmp(option_table[i].name, "kernel") != 0)
            continue;
        option_print(config, &option_table[i], value, sizeof value);
        key = hash_bytes(key, value, strlen(value) + 1);
    }
    return key != 0 ? key : 1;
}

static void describe(struct sweep_run *run, const struct config *config) {
    run->directory = option_list_last(&run->options, option_find("xp-dir"));
    run->out_name = option_list_last(&run->options, option_find("out-name"));
    run->out_name = run->out_name != NULL ? run->out_name : "";
    run->method = method_of(config)->name;
    run->normal = config->normal;
    run->outlier = config->outlier;
    run->seed = config->seed;
    if (config_pretrains(config))
        run->n_epochs[HISTORY_PRETRAIN] = (size_t)config->ae_n_epochs;
    if (!method_of(config)->is_pretraining)
        run->n_epochs[HISTORY_TRAIN] = (size_t)config->n_epochs;
    run->force = config->force;
    run->group = SWEEP_NO_GROUP;
}

static bool is_given_again(const struct option_list *options, size_t i) {
    for (size_t later = i + 1; later < options->n; later++)
        if (options->values[later].option == options->values[i].option)
            return true;
    return false;
}

/* The options as a command needs them: each once, without files, with the run's own places. */
static int final_options(const struct sweep_plan *plan, const struct option_list *options,
                         const struct config *config, struct option_list *final,
                         struct error *err) {
    char text[CONFIG_PATH_SIZE];
    int status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < options->n; i++) {
        const struct option_value *given = &options->values[i];
        if (is_given_again(options, i))
            continue;
        option_print(config, given->option, text, sizeof text);
        status = option_list_add(final, given->option, NULL, given->from_file ? text : given->value,
                                 err);
    }
    if (status == STATUS_OK)
        status = option_list_add(final, option_find("pretrain-cache"), NULL, plan->cache, err);
    if (status == STATUS_OK)
        status = point_directory(plan, config, text, err);
    return status == STATUS_OK ? option_list_add(final, option_find("xp-dir"), NULL, text, err)
                               : status;
}

int sweep_point_add(struct sweep_plan *plan, struct sweep_grid *grid, struct error *err) {
    struct sweep_run *run = &grid->runs[grid->n];
    struct option_list given = {.n = 0};
    struct config config;
    struct config scratch = {.loss = LOSS_SVDD};
    int status = point_parse(plan, "loss", &scratch, err);
    const int loss = scratch.loss; /* decides what other options there are */
    const struct source *source = point_source(plan, grid);
    given.source = run->options.source = source;
    if (status == STATUS_OK && (is_diagonal(plan, source) || is_repeated(plan, loss)))
        return STATUS_OK;
    if (status == STATUS_OK)
        status = point_options(plan, loss, &given, err);
    if (status == STATUS_OK)
        status = option_list_resolve(&given, &config, err);
    if (status == STATUS_OK)
        status = final_options(plan, &given, &config, &run->options, err);
    option_list_free(&given);
    if (status == STATUS_OK)
        status = option_list_resolve(&run->options, &config, err);
    if (status != STATUS_OK) {
        option_list_free(&run->options);
        return status;
    }
    describe(run, &config);
    plan->keys[grid->n] = pretraining_key(&config);
    plan->losses |= 1u << loss;
    grid->n++;
    return STATUS_OK;
}
