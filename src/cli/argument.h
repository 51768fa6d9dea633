/* One argument of a command line. */
#ifndef CLI_ARGUMENT_H
#define CLI_ARGUMENT_H

#include <stdbool.h>

#include "base/error.h"

enum arguments_action { ARGUMENTS_RUN, ARGUMENTS_HELP, ARGUMENTS_VERSION };

/* True for --help, -h and --version; *action is then what they ask for. */
bool argument_asks(const char *text, enum arguments_action *action);

/* "--name=value", or "--name" with the value after it. */
struct argument {
    char name[64];     /* without the dashes, cut when too long to be that of an option; empty when
                          the argument does not begin with "--" */
    const char *value; /* after '=', else the next argument, else NULL */
    bool attached;     /* the value came after '=' */
};

/* Takes argv[0] apart; of the argc arguments the second may be its value. What begins with "--" is
 * an option, never the value of the one before it: --xp-dir --seed 3 is a slip. --xp-dir=--seed
 * says it where it is meant. */
struct argument argument_take_apart(int argc, char **argv);

/* Whether it is the option of that name, where '-' and '_' are the same. */
bool argument_is(const struct argument *argument, const char *name);

/* For options that are switches: STATUS_USAGE when a value is attached. */
int argument_refuse_value(const struct argument *argument, const char *name, struct error *err);

#endif
