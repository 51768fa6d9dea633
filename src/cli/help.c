/* Help in columns; presets are looked up, so that the help cannot be wrong about them. */
#include "cli/help.h"

#include <stdio.h>
#include <string.h>

#include "cli/wrap.h"
#include "config/config.h"
#include "config/option.h"
#include "data/dataset.h"

enum { COMMAND_INDENT = 12, OPTION_INDENT = 34, TEXT_SIZE = 1024 };

/* What stands for the value: "0|1", "INTEGER", ... */
static const char *placeholder(const struct option *option) {
    switch (option->type) {
    case OPTION_FLAG:
        return " 0|1";
    case OPTION_INT:
        return " INTEGER";
    case OPTION_REAL:
        return " NUMBER";
    case OPTION_CHOICE:
        return " NAME";
    case OPTION_TEXT:
        return option->choices != NULL ? " NAME" : " TEXT";
    case OPTION_SWITCH:
        break;
    }
    return "";
}

/* "mnist"'s preset, and those of the data sets that differ: "32; cifar10: 128". */
static void print_presets(const struct option *option, char *text, size_t size) {
    const char *usual = option_preset(option, dataset_table[0]->family);
    if (option->preset_text != NULL || usual == NULL) {
        snprintf(text, size, "%s", option->preset_text != NULL ? option->preset_text : "");
        return;
    }
    size_t used = (size_t)snprintf(text, size, "%s", usual[0] != '\0' ? usual : "none");
    for (size_t i = 1; dataset_table[i] != NULL && used < size; i++) {
        const char *preset = option_preset(option, dataset_table[i]->family);
        if (preset == NULL || strcmp(preset, usual) == 0)
            continue;
        used +=
            (size_t)snprintf(text + used, size - used, "; %s: %s", dataset_table[i]->name, preset);
    }
}

static void help_option(const struct option *option) {
    char left[64], range[256], presets[256], right[TEXT_SIZE];
    snprintf(left, sizeof left, "  --%s%s", option->name, placeholder(option));
    option_range(option, range, sizeof range);
    print_presets(option, presets, sizeof presets);
    if (option->type == OPTION_SWITCH)
        snprintf(right, sizeof right, "%s", option->help);
    else if (option->type == OPTION_FLAG || range[0] == '\0')
        snprintf(right, sizeof right, "%s [%s]", option->help, presets);
    else
        snprintf(right, sizeof right, "%s; %s [%s]", option->help, range, presets);
    wrap_print(left, OPTION_INDENT, right);
}

static void help_aliases(void) {
    char text[TEXT_SIZE];
    size_t used = (size_t)snprintf(
        text, sizeof text,
        "The published code's names with a data set before them are understood for that data set:");
    for (size_t i = 0; i < option_count && used < sizeof text; i++) {
        char key[OPTION_KEY_SIZE];
        option_key(&option_table[i], key);
        if (option_table[i].prefixed)
            used += (size_t)snprintf(text + used, sizeof text - used, " %s_%s",
                                     dataset_table[0]->prefix, key);
    }
    wrap_print("", 0, text);
}

void help_options(void) {
    wrap_print(
        "", 0,
        "Options are written '--name value' or '--name=value', with '-' or '_' in the name. "
        "In brackets: the preset, which is the published experiment; where data sets differ, "
        "that of mnist and fashion-mnist comes first. Of an option given twice, the last "
        "counts.");
    help_aliases();
    for (size_t i = 0; i < option_count; i++) {
        if (i == 0 || option_table[i].group != option_table[i - 1].group)
            printf("\n%s\n", option_table[i].group);
        help_option(&option_table[i]);
    }
    wrap_print("  --config FILE", OPTION_INDENT,
               "the values of a run's config.json, in this place; later options win");
    wrap_print("  --help, -h", OPTION_INDENT, "this help");
    wrap_print("  --version", OPTION_INDENT, "the version");
}

void help_command(const struct command *command) {
    printf("usage: deepsvdd %s %s\n\n%s\n", command->name, command->arguments, command->summary);
    if (command->help != NULL) {
        putchar('\n');
        command->help();
    }
}

void help_program(void) {
    fputs("usage: deepsvdd [train] --dataset D [options]\n"
          "       deepsvdd COMMAND ...\n\n"
          "Deep SVDD anomaly detection: learn what one class of images looks like, and score how\n"
          "far others are from it. The experiment of the paper is\n\n"
          "    deepsvdd --dataset mnist --normal 0 --outlier -1 --hard-margin 1\n\n"
          "Commands\n",
          stdout);
    for (size_t i = 0; all_commands[i] != NULL; i++) {
        const struct command *command = all_commands[i];
        char left[64], right[TEXT_SIZE];
        snprintf(left, sizeof left, "  %s", command->name);
        snprintf(right, sizeof right, "%s%s", command->summary,
                 command->run != NULL ? "" : " (not implemented yet)");
        wrap_print(left, COMMAND_INDENT, right);
    }
    fputs("\nExit status: 0 done, 1 the work failed, 2 usage error, 75 another process is at work\n"
          "in the run directory, 130 interrupted (the same command resumes).\n\n",
          stdout);
    help_options();
}
