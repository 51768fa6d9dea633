/* deepsvdd datasets: what is there, where it was looked for, how to get what is missing. */
#include <stdio.h>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/wrap.h"
#include "config/advice.h"
#include "data/dataset.h"

enum { NAME_COLUMN = 15, TEXT_COLUMN = 24 };

static int load(const struct dataset_info *info, const char *data_dir, struct error *err) {
    struct dataset dataset;
    struct rng rng;
    rng_seed(&rng, 0, RNG_DATA);
    const int status = info->load(info, data_dir, &rng, &dataset, err);
    if (status == STATUS_OK)
        dataset_free(&dataset);
    return status;
}

static void print_dataset(const struct dataset_info *info, const char *data_dir) {
    char left[64], path[DATASET_PATH_SIZE];
    struct error err = {.message = ""};
    const char *state = "missing";
    int status = info->locate(info, data_dir, path, &err);
    if (status == STATUS_OK) {
        status = load(info, data_dir, &err);
        state = status == STATUS_OK ? "present" : "damaged";
    }
    advice_data(info, status, &err);
    snprintf(left, sizeof left, "%-*s%s", NAME_COLUMN, info->name, state);
    wrap_print(left, TEXT_COLUMN, err.message[0] == '\0' ? path : err.message);
}

static int act(const struct arguments *arguments) {
    struct config config;
    struct source source;
    struct error err;
    if (arguments->action != ARGUMENTS_RUN)
        return print_answer(arguments->action, "datasets");
    int status = source_find(&source, dataset_table[0]->name, &err);
    if (status == STATUS_OK)
        status = config_preset(&config, &source, &err);
    for (size_t i = 0; status == STATUS_OK && i < arguments->options.n; i++)
        status = option_parse(&config, arguments->options.values[i].option,
                              arguments->options.values[i].value, &err);
    if (status != STATUS_OK)
        return report_error(status, err.message);
    wrap_print("data set       state", TEXT_COLUMN, "where");
    for (size_t i = 0; dataset_table[i] != NULL; i++)
        print_dataset(dataset_table[i], config.data_dir);
    return STATUS_OK;
}

static int cmd_datasets(int argc, char **argv) {
    struct arguments arguments;
    struct error err;
    int status = arguments_parse(&arguments, argc, argv, "data-dir", &err);
    status = status == STATUS_OK ? act(&arguments) : report_error(status, err.message);
    arguments_free(&arguments);
    return status;
}

const struct command command_datasets = {
    .name = "datasets",
    .arguments = "[--data-dir D]",
    .summary = "what is there, where it was looked for, how to get the rest",
    .run = cmd_datasets,
};
