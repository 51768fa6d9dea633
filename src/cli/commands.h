/* The commands: one row each in the table of commands.c, one file each. */
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

/* All commands, ended by one without a name. */
extern const struct command command_table[];

/* Runs what the command line of the program says. */
int commands_run(int argc, char **argv);

int cmd_train(int argc, char **argv);
int cmd_plot(int argc, char **argv);
int cmd_sweep(int argc, char **argv);
int cmd_datasets(int argc, char **argv);
int cmd_table(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_help(int argc, char **argv);

/* Prints the whole help (`deepsvdd --help`) or that of one command. */
void help_program(void);
void help_command(const struct command *command);
/* What plot writes, and its options. */
void help_plot(void);
/* Prints every option of the table, in groups. */
void help_options(void);
/* Prints what a sweep takes beside the options. */
void help_sweep(void);
/* Prints the options of `deepsvdd table`. */
void help_table(void);
/* What is on the page of `deepsvdd report`, and its options. */
void help_report(void);

/* Prints what --help or --version asks for: help on the command of that name, on all when NULL. */
int print_answer(enum arguments_action action, const char *command);

/* Prints "deepsvdd: <message>" on standard error and returns the status. */
int report_error(int status, const char *message);

/* Says that a command is unknown, with a suggestion; or known, but not there yet. */
int print_unknown_command(const char *name);

#endif
