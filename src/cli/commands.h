/* The commands: one file each, one row each in the table of commands.c. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/argument.h"

struct command {
    const char *name;
    const char *arguments; /* as the help writes them */
    const char *summary;
    /* argv[0 .. argc - 1] is what follows the command's name. Returns a status and prints its own
     * errors. NULL: not implemented yet. */
    int (*run)(int argc, char **argv);
    void (*help)(void); /* prints on standard output; NULL when arguments and summary say it all */
};

/* Of cmd_train.c and so on. */
extern const struct command command_train, command_sweep, command_table, command_report,
    command_plot, command_datasets;

/* All commands in the order of the help, ended by NULL. */
extern const struct command *const all_commands[];

/* Runs what the command line of the program says. */
int commands_run(int argc, char **argv);

/* Prints what --help or --version asks for: help on the command of that name, on all when NULL. */
int print_answer(enum arguments_action action, const char *command);

/* Prints "deepsvdd: <message>" on standard error and returns the status. */
int report_error(int status, const char *message);

#endif
