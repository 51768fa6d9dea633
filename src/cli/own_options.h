/* The command line of a command that takes names and has few options of its own, each with a
 * value, instead of those of the option table. */
#ifndef CLI_OWN_OPTIONS_H
#define CLI_OWN_OPTIONS_H

#include <stddef.h>

#include "cli/argument.h"

struct own_option {
    const char *name;   /* without the dashes */
    const char **value; /* where the value goes; the last one given counts */
    /* STATUS_USAGE for a value that will not do; NULL: any does but the empty one. */
    int (*check)(const char *value, struct error *err);
};

struct own_options {
    const struct own_option *options; /* (n) */
    size_t n;
    const char *all; /* "plot has --out and --format": ends the message on an unknown one */
    /* The same for a name, argument number `place` (from 0) of those that are none of options. */
    int (*check_name)(const char *name, size_t place, struct error *err);
};

/* Reads argv[0 .. *argc - 1], what follows the command: `--name value` or `--name=value`, '-' and
 * '_' being the same, and names; after "--" there are only names. The names are moved to the front
 * of argv and *argc is how many. *action is HELP or VERSION as soon as --help or --version comes
 * up, RUN otherwise. STATUS_USAGE on what is not understood. */
int own_options_parse(const struct own_options *own, int *argc, char **argv,
                      enum arguments_action *action, struct error *err);

#endif
