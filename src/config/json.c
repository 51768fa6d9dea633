/* The configuration as the object of config.json, and its comparison with one. */
#include "config/config.h"

#include <string.h>

#include "base/number.h"
#include "io/json.h"

enum { KEY_SIZE = 64 };

/* "hard-margin" -> "hard_margin" */
static void option_key(const struct option *option, char key[static KEY_SIZE]) {
    size_t i = 0;
    for (; option->name[i] != '\0' && i + 1 < KEY_SIZE; i++)
        key[i] = option->name[i] == '-' ? '_' : option->name[i];
    key[i] = '\0';
}

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

cJSON *config_to_json(const struct config *config) {
    cJSON *json = cJSON_CreateObject();
    for (size_t i = 0; i < option_count; i++) {
        if (option_table[i].type == OPTION_SWITCH)
            continue;
        char key[KEY_SIZE];
        option_key(&option_table[i], key);
        json_add_item(json, key, option_item(config, &option_table[i]));
    }
    if (json_complete(json))
        return json;
    cJSON_Delete(json);
    return NULL;
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

const char *config_difference(const struct config *config, const cJSON *json) {
    for (size_t i = 0; i < option_count; i++) {
        const struct option *option = &option_table[i];
        if (option->type == OPTION_SWITCH || option->without_effect)
            continue;
        char key[KEY_SIZE];
        option_key(option, key);
        const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, key);
        if (item == NULL && option->may_be_absent)
            continue;
        if (item == NULL || !same_value(config, option, item))
            return option->name;
    }
    return NULL;
}
