/* The parser of command lines. */
#include "cli/arguments.h"

#include <string.h>

#include "cli/suggest.h"

static int unknown_option(const char *name, const char *only, struct error *err) {
    char suggestion[64];
    if (only != NULL)
        return error_set(err, STATUS_USAGE, "unknown option '--%s'; this command has --%s", name,
                         only);
    if (suggest_option(name, suggestion, sizeof suggestion))
        return error_set(err, STATUS_USAGE, "unknown option '--%s'; did you mean '--%s'?", name,
                         suggestion);
    return error_set(err, STATUS_USAGE, "unknown option '--%s'; 'deepsvdd --help' lists them all",
                     name);
}

static int add_switch(struct arguments *arguments, const struct option *option,
                      const struct argument *a, struct error *err) {
    const int status = argument_refuse_value(a, option->name, err);
    return status != STATUS_OK ? status
                               : option_list_add(&arguments->options, option, NULL, "1", err);
}

static int needs_value(const char *name, const struct option *option, struct error *err) {
    char range[256] = "";
    if (option != NULL)
        option_range(option, range, sizeof range);
    return error_set(err, STATUS_USAGE, "--%s needs a value%s%s", name,
                     range[0] != '\0' ? ": " : "", range);
}

/* One option; *taken is how many arguments it was. */
static int parse_option(struct arguments *arguments, int argc, char **argv, const char *only,
                        int *taken, struct error *err) {
    const struct argument a = argument_take_apart(argc, argv);
    const char *prefix;
    const struct option *option = option_find_prefixed(a.name, &prefix);
    const bool config = strcmp(a.name, "config") == 0 && only == NULL;
    *taken = a.attached ? 1 : 2;
    if (!config && (option == NULL || (only != NULL && strcmp(option->name, only) != 0)))
        return unknown_option(a.name, only, err);
    if (option != NULL && option->type == OPTION_SWITCH) {
        *taken = 1;
        return add_switch(arguments, option, &a, err);
    }
    if (a.value == NULL)
        return needs_value(a.name, option, err);
    if (config)
        return option_list_add_file(&arguments->options, a.value, err);
    return option_list_add(&arguments->options, option, prefix, a.value, err);
}

int arguments_parse(struct arguments *arguments, int argc, char **argv, const char *only,
                    struct error *err) {
    *arguments = (struct arguments){.action = ARGUMENTS_RUN};
    int status = STATUS_OK;
    for (int i = 0, taken = 1; status == STATUS_OK && i < argc; i += taken) {
        if (argument_asks(argv[i], &arguments->action))
            break;
        if (strncmp(argv[i], "--", 2) == 0)
            status = parse_option(arguments, argc - i, argv + i, only, &taken, err);
        else if (argv[i][0] == '-' && argv[i][1] != '\0')
            status = error_set(err, STATUS_USAGE,
                               "unknown option '%.200s'; options begin with '--'", argv[i]);
        else
            status = error_set(err, STATUS_USAGE,
                               "unexpected argument '%.200s'; values follow their option", argv[i]);
    }
    return status;
}

void arguments_free(struct arguments *arguments) {
    option_list_free(&arguments->options);
}
