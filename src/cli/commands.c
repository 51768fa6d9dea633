/* The command table and who is called. */
#include "cli/commands.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "cli/help.h"
#include "cli/suggest.h"
#include "deepsvdd.h"

static int cmd_help(int argc, char **argv);

static const struct command ocsvm = {"ocsvm", "--dataset D [options]",
                                     "one-class SVM, on the same data", NULL, NULL};
static const struct command kde = {"kde", "--dataset D [options]",
                                   "kernel density estimate, on the same data", NULL, NULL};
static const struct command iforest = {"iforest", "--dataset D [options]",
                                       "isolation forest, on the same data", NULL, NULL};
static const struct command score = {"score", "--model RUN_DIR_OR_FILE INPUT...",
                                     "score new images with a trained model", NULL, NULL};
static const struct command help = {"help", "[command]", "this help, or that of one command",
                                    cmd_help, NULL};

const struct command *const all_commands[] = {
    &command_train, &ocsvm,          &kde,          &iforest,          &score, &command_sweep,
    &command_table, &command_report, &command_plot, &command_datasets, &help,  NULL,
};

int report_error(int status, const char *message) {
    fprintf(stderr, "deepsvdd: %s\n", message);
    return status;
}

static int print_version(void) {
    puts("deepsvdd " DEEPSVDD_VERSION);
    return STATUS_OK;
}

static const struct command *find(const char *name) {
    for (size_t i = 0; all_commands[i] != NULL; i++)
        if (strcmp(all_commands[i]->name, name) == 0)
            return all_commands[i];
    return NULL;
}

/* With a suggestion; or that it is known, but not there yet. */
static int print_unknown_command(const char *name) {
    struct error err;
    char suggestion[64];
    if (find(name) != NULL)
        error_set(&err, STATUS_USAGE, "'%s': not implemented yet", name);
    else if (suggest_command(name, suggestion, sizeof suggestion))
        error_set(&err, STATUS_USAGE, "unknown command '%.200s'; did you mean '%s'?", name,
                  suggestion);
    else
        error_set(&err, STATUS_USAGE, "unknown command '%.200s'; 'deepsvdd help' lists them all",
                  name);
    return report_error(STATUS_USAGE, err.message);
}

static int usage(void) {
    fputs("usage: deepsvdd [train] --dataset D [options]\n"
          "       deepsvdd COMMAND ...\n"
          "'deepsvdd --help' lists the commands and options.\n",
          stderr);
    return STATUS_USAGE;
}

static int cmd_help(int argc, char **argv) {
    if (argc == 0) {
        help_program();
        return STATUS_OK;
    }
    if (argc > 1)
        return report_error(STATUS_USAGE, "help takes the name of one command");
    const struct command *command = find(argv[0]);
    if (command == NULL || command->run == NULL)
        return print_unknown_command(argv[0]);
    help_command(command);
    return STATUS_OK;
}

int print_answer(enum arguments_action action, const char *command) {
    if (action == ARGUMENTS_VERSION)
        return print_version();
    if (command != NULL)
        help_command(find(command));
    else
        help_program();
    return STATUS_OK;
}

int commands_run(int argc, char **argv) {
    if (argc < 2)
        return usage();
    const char *first = argv[1];
    enum arguments_action action;
    if (argument_asks(first, &action))
        return print_answer(action, NULL);
    if (first[0] == '-')
        return command_train.run(argc - 1, argv + 1);
    const struct command *command = find(first);
    if (command == NULL || command->run == NULL)
        return print_unknown_command(first);
    return command->run(argc - 2, argv + 2);
}
