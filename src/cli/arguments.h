/* The command line of a command, read by way of the option table. */
#ifndef CLI_ARGUMENTS_H
#define CLI_ARGUMENTS_H

#include "cli/argument.h"
#include "config/option_list.h"

struct arguments {
    struct option_list options;
    enum arguments_action action; /* HELP or VERSION as soon as --help or --version comes up */
};

/* Reads argv[0 .. argc - 1], what follows the command. `--name value` and `--name=value` are the
 * same, and so are '-' and '_' in a name; `--config FILE` puts the values of the file in its place.
 * `only`, when not NULL, is the name of the one option that the command has. STATUS_USAGE on what
 * is not understood. Freed with arguments_free, also after an error. */
int arguments_parse(struct arguments *arguments, int argc, char **argv, const char *only,
                    struct error *err);

void arguments_free(struct arguments *arguments);

#endif
