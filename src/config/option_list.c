/* Option values in the order in which they were given. */
#include "config/option_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "config/json.h"
#include "data/dataset.h"
#include "io/json.h"

const struct option *option_find_prefixed(const char *name, const char **prefix) {
    *prefix = NULL;
    const struct option *option = option_find(name);
    for (size_t i = 0; option == NULL && dataset_table[i] != NULL; i++) {
        const char *candidate = dataset_table[i]->prefix;
        const size_t length = candidate != NULL ? strlen(candidate) : 0;
        if (length == 0 || strncmp(name, candidate, length) != 0 ||
            (name[length] != '-' && name[length] != '_'))
            continue;
        const struct option *row = option_find(name + length + 1);
        if (row != NULL && row->prefixed) {
            option = row;
            *prefix = candidate;
        }
    }
    return option;
}

static int grow(struct option_list *list, struct error *err) {
    if (list->n < list->capacity)
        return STATUS_OK;
    const size_t capacity = list->capacity > 0 ? 2 * list->capacity : 64;
    void *values = reallocarray(list->values, capacity, sizeof *list->values);
    if (values != NULL)
        list->values = values;
    void *prefixes = reallocarray(list->prefixes, capacity, sizeof *list->prefixes);
    if (prefixes != NULL)
        list->prefixes = prefixes;
    if (values == NULL || prefixes == NULL)
        return error_set(err, STATUS_NO_MEMORY, "out of memory");
    list->capacity = capacity;
    return STATUS_OK;
}

static int add(struct option_list *list, const struct option *option, const char *prefix,
               const char *value, bool from_file, struct error *err) {
    int status = grow(list, err);
    if (status != STATUS_OK)
        return status;
    char *copy = strdup(value);
    if (copy == NULL)
        return error_set(err, STATUS_NO_MEMORY, "out of memory");
    list->values[list->n] =
        (struct option_value){.option = option, .value = copy, .from_file = from_file};
    list->prefixes[list->n] = prefix;
    list->n++;
    return STATUS_OK;
}

int option_list_add(struct option_list *list, const struct option *option, const char *prefix,
                    const char *value, struct error *err) {
    return add(list, option, prefix, value, false, err);
}

/* The value of a JSON item as it would be written on the command line; NULL when it has none. */
static const char *item_text(const cJSON *item, const struct option *option, char *number,
                             size_t size) {
    if (cJSON_IsString(item) && item->valuestring != NULL)
        return item->valuestring;
    if (cJSON_IsBool(item))
        return cJSON_IsTrue(item) ? "1" : "0";
    if (cJSON_IsNull(item) && option->type == OPTION_TEXT)
        return "";
    if (!cJSON_IsNumber(item))
        return NULL;
    number_print_exact(number, size, item->valuedouble);
    return number;
}

/* True where a text has a byte, or a character (U+0080 to U+009F in UTF-8), that a terminal may
 * take for a command; a tab is none. Paths are shown as they are, and a file may be somebody
 * else's. */
static bool has_control(const char *text) {
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++)
        if ((*c < 0x20 && *c != '\t') || *c == 0x7f ||
            (c[0] == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0))
            return true;
    return false;
}

static int add_item(struct option_list *list, const cJSON *item, struct error *err) {
    const char *prefix;
    const struct option *option = option_find_prefixed(item->string, &prefix);
    if (option == NULL)
        return error_set(err, STATUS_USAGE, "unknown option '%.200s'", item->string);
    char number[64];
    const char *text = item_text(item, option, number, sizeof number);
    if (text == NULL)
        return error_set(err, STATUS_USAGE, "'%s' must be a number or a string", item->string);
    if (has_control(text))
        return error_set(err, STATUS_USAGE, "'%s' has a control character: take it out",
                         item->string);
    struct config scratch;
    const int status = option_parse(&scratch, option, text, err);
    return status == STATUS_OK ? add(list, option, prefix, text, true, err) : status;
}

int option_list_add_json(struct option_list *list, const cJSON *json, const char *name,
                         struct error *err) {
    int status = STATUS_OK;
    if (!cJSON_IsObject(json))
        status = error_set(err, STATUS_USAGE, "not a JSON object of options");
    for (const cJSON *item = json ? json->child : NULL; status == STATUS_OK && item != NULL;
         item = item->next)
        if (strcmp(item->string, CONFIG_SOURCE_KEY) != 0)
            status = add_item(list, item, err);
    const char *format = config_source_format(json);
    list->recorded = NULL;
    for (size_t i = 0; format != NULL && dataset_own_table[i] != NULL; i++)
        if (strcmp(dataset_own_table[i]->name, format) == 0)
            list->recorded = dataset_own_table[i]->name;
    return status == STATUS_OK ? status : error_prefix(err, status, "%s", name);
}

int option_list_add_file(struct option_list *list, const char *path, struct error *err) {
    cJSON *json = NULL;
    int status = json_read(path, &json, err);
    if (status != STATUS_OK)
        return status;
    status = option_list_add_json(list, json, path, err);
    cJSON_Delete(json);
    return status;
}

const char *option_list_last(const struct option_list *list, const struct option *option) {
    for (size_t i = list->n; i > 0; i--)
        if (list->values[i - 1].option == option)
            return list->values[i - 1].value;
    return NULL;
}

int option_list_resolve(const struct option_list *list, struct config *config, struct error *err) {
    int status = config_resolve_known(config, list->source, list->values, list->n, err);
    if (status != STATUS_OK)
        return status;
    const char *prefix = config->source.info->prefix;
    for (size_t i = 0; i < list->n; i++) {
        if (list->prefixes[i] != NULL && (prefix == NULL || strcmp(prefix, list->prefixes[i]) != 0))
            return error_set(err, STATUS_USAGE, "--%s-%s %.200s: not an option of dataset %s",
                             list->prefixes[i], list->values[i].option->name, list->values[i].value,
                             config->dataset);
    }
    return STATUS_OK;
}

void option_list_free(struct option_list *list) {
    for (size_t i = 0; i < list->n; i++)
        free((char *)list->values[i].value);
    free(list->values);
    free(list->prefixes);
    *list = (struct option_list){0};
}
