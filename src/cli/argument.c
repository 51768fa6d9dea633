/* Arguments of command lines, taken apart. */
#include "cli/argument.h"

#include <stdio.h>
#include <string.h>

bool argument_asks(const char *text, enum arguments_action *action) {
    if (strcmp(text, "--help") == 0 || strcmp(text, "-h") == 0)
        *action = ARGUMENTS_HELP;
    else if (strcmp(text, "--version") == 0)
        *action = ARGUMENTS_VERSION;
    else
        return false;
    return true;
}

struct argument argument_take_apart(int argc, char **argv) {
    struct argument a = {.value = NULL};
    if (strncmp(argv[0], "--", 2) != 0)
        return a;
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

bool argument_is(const struct argument *argument, const char *name) {
    const char *text = argument->name;
    for (; *name != '\0'; name++, text++)
        if (*text != *name && !(*name == '-' && *text == '_'))
            return false;
    return *text == '\0';
}

int argument_refuse_value(const struct argument *argument, const char *name, struct error *err) {
    return !argument->attached ? STATUS_OK
                               : error_set(err, STATUS_USAGE, "--%s takes no value", name);
}
