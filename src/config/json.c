/* The configuration as JSON, row by row of the option table. */
#include "config/json.h"

#include <string.h>

#include "base/number.h"
#include "config/option.h"
#include "io/json.h"

static bool is_number(const struct option *option) {
    return option->type == OPTION_FLAG || option->type == OPTION_INT || option->type == OPTION_REAL;
}

static double number_of(const struct config *config, const struct option *option) {
    const void *value = (const char *)config + option->offset;
    return option->type == OPTION_REAL ? *(const double *)value : *(const int *)value;
}

/* cJSON prints 15 digits where it takes these for enough, which is by a tolerance: the last bit may
 * be lost. Such a number is kept as the text it has to be. */
static cJSON *number_item(double value) {
    cJSON *item = cJSON_CreateNumber(value);
    char *printed = NULL;
    double again;
    struct error ignored;
    const bool exact = json_print("a number", item, false, &printed, &ignored) == STATUS_OK &&
                       number_parse(printed, &again) && again == value;
    cJSON_free(printed);
    if (exact)
        return item;
    cJSON_Delete(item);
    char text[64];
    number_print_exact(text, sizeof text, value);
    return cJSON_CreateRaw(text);
}

static cJSON *option_item(const struct config *config, const struct option *option) {
    if (is_number(option))
        return number_item(number_of(config, option));
    char text[CONFIG_PATH_SIZE];
    option_print(config, option, text, sizeof text);
    return cJSON_CreateString(text);
}

/* What the options do not say of one's own images. */
static void add_source(cJSON *json, const struct source *source) {
    json_add_text(json_add_object(json, CONFIG_SOURCE_KEY), "format", source->info->name);
}

cJSON *config_to_json(const struct config *config) {
    cJSON *json = cJSON_CreateObject();
    for (size_t i = 0; i < option_count; i++) {
        if (option_table[i].type == OPTION_SWITCH)
            continue;
        char key[OPTION_KEY_SIZE];
        option_key(&option_table[i], key);
        json_add_item(json, key, option_item(config, &option_table[i]));
    }
    if (config->source.own)
        add_source(json, &config->source);
    if (json_complete(json))
        return json;
    cJSON_Delete(json);
    return NULL;
}

const char *config_source_format(const cJSON *json) {
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(
        cJSON_GetObjectItemCaseSensitive(json, CONFIG_SOURCE_KEY), "format"));
}

static bool same_value(const struct config *config, const struct option *option,
                       const cJSON *item) {
    if (is_number(option) && cJSON_IsRaw(item)) {
        char number[64];
        number_print_exact(number, sizeof number, number_of(config, option));
        return strcmp(item->valuestring, number) == 0;
    }
    if (is_number(option))
        return cJSON_IsNumber(item) && item->valuedouble == number_of(config, option);
    char text[CONFIG_PATH_SIZE];
    option_print(config, option, text, sizeof text);
    return cJSON_IsString(item) && strcmp(item->valuestring, text) == 0;
}

/* True when the value is what runs did that are older than the option. */
static bool is_what_was(const struct config *config, const struct option *option) {
    char text[CONFIG_PATH_SIZE];
    option_print(config, option, text, sizeof text);
    return option->absent != NULL && strcmp(text, option->absent) == 0;
}

const char *config_difference(const struct config *config, const cJSON *json) {
    for (size_t i = 0; i < option_count; i++) {
        const struct option *option = &option_table[i];
        if (option->type == OPTION_SWITCH || option->without_effect)
            continue;
        char key[OPTION_KEY_SIZE];
        option_key(option, key);
        if (option->of_colours && config->source.channels == 1)
            continue;
        const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, key);
        if (item == NULL ? !is_what_was(config, option) : !same_value(config, option, item))
            return option->name;
    }
    return NULL;
}
