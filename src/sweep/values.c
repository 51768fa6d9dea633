/* Lists and ranges of values. */
#include "sweep/values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/option.h"
#include "data/source.h"

static bool is_dataset(const char *text) {
    struct source source;
    struct error ignored;
    return source_find(&source, text, &ignored) == STATUS_OK;
}

/* In a path a comma is a character like any other, and what does not change results has nothing to
 * be compared. A data set is a name or a path. */
static bool may_be_list(const struct option *option, const char *text) {
    if (strchr(text, ',') == NULL && (option->type == OPTION_TEXT || strstr(text, "..") == NULL))
        return false;
    if (option->type == OPTION_TEXT && option->choices == NULL)
        return strcmp(option->name, "dataset") == 0 && !is_dataset(text);
    return true;
}

static int append(struct sweep_values *values, const char *value, const char *text,
                  struct error *err) {
    for (size_t i = 0; i < values->n; i++)
        if (strcmp(values->values[i], value) == 0)
            return error_set(err, STATUS_USAGE, "--%s %.200s: %s is there twice",
                             values->option->name, text, value);
    if (values->n == SWEEP_MAX_RUNS)
        return error_set(err, STATUS_USAGE, "--%s %.200s: more than %d values",
                         values->option->name, text, SWEEP_MAX_RUNS);
    char **longer = reallocarray(values->values, values->n + 1, sizeof *longer);
    if (longer == NULL)
        return error_set(err, STATUS_NO_MEMORY, "out of memory");
    values->values = longer;
    values->values[values->n] = strdup(value);
    if (values->values[values->n] == NULL)
        return error_set(err, STATUS_NO_MEMORY, "out of memory");
    values->n++;
    return STATUS_OK;
}

/* Checks a value of the list `text`, and writes it the one way in which the program prints it: 1e-4
 * and 0.0001 are the same. */
static int normalise(const struct option *option, const char *value, const char *text,
                     char *printed, size_t size, struct error *err) {
    struct config scratch = {.normal = 0};
    const int status = option_parse_within(&scratch, option, value, text, err);
    if (status != STATUS_OK)
        return status;
    option_print(&scratch, option, printed, size);
    return STATUS_OK;
}

static int add_range(struct sweep_values *values, const char *item, const char *dots,
                     const char *text, struct error *err) {
    const struct option *option = values->option;
    char first[64], last[64];
    if (option->type != OPTION_INT && option->type != OPTION_FLAG)
        return error_set(err, STATUS_USAGE,
                         "--%s %.200s: ranges are for integers; put commas between the values",
                         option->name, text);
    char low[CONFIG_PATH_SIZE];
    snprintf(low, sizeof low, "%.*s", (int)(dots - item), item);
    if (low[0] == '\0' || dots[2] == '\0')
        return error_set(err, STATUS_USAGE, "--%s %.200s: the range %s has no %s", option->name,
                         text, item, low[0] == '\0' ? "beginning" : "end");
    int status = normalise(option, low, text, first, sizeof first, err);
    if (status == STATUS_OK)
        status = normalise(option, dots + 2, text, last, sizeof last, err);
    if (status != STATUS_OK)
        return status;
    const long long begin = strtoll(first, NULL, 10), end = strtoll(last, NULL, 10);
    if (end < begin)
        return error_set(err, STATUS_USAGE, "--%s %.200s: the range ends before it begins",
                         option->name, text);
    if (end - begin >= SWEEP_MAX_RUNS)
        return error_set(err, STATUS_USAGE, "--%s %.200s: more than %d values", option->name, text,
                         SWEEP_MAX_RUNS);
    for (long long i = begin; status == STATUS_OK && i <= end; i++) {
        snprintf(first, sizeof first, "%lld", i);
        status = append(values, first, text, err);
    }
    return status;
}

static int add_item(struct sweep_values *values, const char *item, const char *text,
                    struct error *err) {
    const struct option *option = values->option;
    char value[CONFIG_PATH_SIZE];
    const char *dots = option->type == OPTION_TEXT ? NULL : strstr(item, "..");
    if (item[0] == '\0')
        return error_set(err, STATUS_USAGE, "--%s %.200s: a value of the list is missing",
                         option->name, text);
    if (dots != NULL)
        return add_range(values, item, dots, text, err);
    const int status = normalise(option, item, text, value, sizeof value, err);
    return status == STATUS_OK ? append(values, value, text, err) : status;
}

int sweep_values_parse(struct sweep_values *values, const struct option *option, const char *text,
                       struct error *err) {
    *values = (struct sweep_values){.option = option};
    if (!may_be_list(option, text))
        return append(values, text, text, err);
    if (option->without_effect)
        return error_set(err, STATUS_USAGE,
                         "--%s %.200s: takes no list, since results do not depend on it",
                         option->name, text);
    char item[CONFIG_PATH_SIZE];
    int status = STATUS_OK;
    for (const char *rest = text; status == STATUS_OK && rest != NULL;) {
        const size_t length = strcspn(rest, ",");
        if (length >= sizeof item)
            return error_set(err, STATUS_USAGE, "--%s %.40s...: longer than %d bytes", option->name,
                             text, CONFIG_PATH_SIZE - 1);
        snprintf(item, sizeof item, "%.*s", (int)length, rest);
        status = add_item(values, item, text, err);
        rest = rest[length] == ',' ? rest + length + 1 : NULL;
    }
    return status;
}

void sweep_values_free(struct sweep_values *values) {
    for (size_t i = 0; i < values->n; i++)
        free(values->values[i]);
    free(values->values);
    *values = (struct sweep_values){.option = values->option};
}
