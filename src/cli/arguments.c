/* The parser of command lines. */
#include "cli/arguments.h"

#include <stdio.h>
#include <string.h>

#include "cli/suggest.h"

/* One argument taken apart: "--name=value", or "--name" with the value after it. */
struct argument {
    char name[64];     /* without the dashes, cut when too long to be that of an option */
    const char *value; /* after '=', else the next argument, else NULL */
    bool attached;     /* the value came after '=' */
};

/* What begins with "--" is an option, never the value of the one before it: --xp-dir --seed 3 is a
 * slip. --xp-dir=--seed says it where it is meant. */
static struct argument take_apart(int argc, char **argv) {
    struct argument a = {.value = NULL};
    const char *text = argv[0] + 2;
    const size_t length = strcspn(text, "=");
    snprintf(a.name, sizeof a.name, "%.*s", (int)(length < sizeof a.name ? length : sizeof a.name),
             text);
    a.attached = text[length] == '=';
    if (a.attached)
        a.value = text + length + 1;
    else if (argc > 1 && strncmp(argv[1], "--", 2) != 0)
        a.value = argv[1];
    return a;
}

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
    if (a->attached)
        return error_set(err, STATUS_USAGE, "--%s takes no value", option->name);
    return option_list_add(&arguments->options, option, NULL, "1", err);
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
    const struct argument a = take_apart(argc, argv);
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
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            arguments->action = ARGUMENTS_HELP;
            break;
        }
        if (strcmp(argv[i], "--version") == 0) {
            arguments->action = ARGUMENTS_VERSION;
            break;
        }
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
