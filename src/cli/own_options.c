/* Command lines of names and few options. */
#include "cli/own_options.h"

#include <string.h>

static int set(const struct own_option *option, const struct argument *argument,
               struct error *err) {
    if (argument->value == NULL || (option->check == NULL && argument->value[0] == '\0'))
        return error_set(err, STATUS_USAGE, "--%s needs a value", argument->name);
    *option->value = argument->value;
    return option->check != NULL ? option->check(argument->value, err) : STATUS_OK;
}

/* One option; *taken is how many arguments it was. */
static int parse_option(const struct own_options *own, int argc, char **argv, int *taken,
                        struct error *err) {
    const struct argument argument = argument_take_apart(argc, argv);
    *taken = argument.attached ? 1 : 2;
    for (size_t i = 0; i < own->n; i++)
        if (argument_is(&argument, own->options[i].name))
            return set(&own->options[i], &argument, err);
    return error_set(err, STATUS_USAGE, "unknown option '%.200s'; %s", argv[0], own->all);
}

int own_options_parse(const struct own_options *own, int *argc, char **argv,
                      enum arguments_action *action, struct error *err) {
    int n_names = 0, status = STATUS_OK;
    bool only_names = false; /* after "--" */
    *action = ARGUMENTS_RUN;
    for (int i = 0, taken; status == STATUS_OK && i < *argc; i += taken) {
        taken = 1;
        if (!only_names && argument_asks(argv[i], action))
            break;
        if (!only_names && strcmp(argv[i], "--") == 0)
            only_names = true;
        else if (!only_names && argv[i][0] == '-')
            status = parse_option(own, *argc - i, argv + i, &taken, err);
        else {
            status = own->check_name(argv[i], (size_t)n_names, err);
            argv[n_names++] = argv[i];
        }
    }
    *argc = n_names;
    return status;
}
