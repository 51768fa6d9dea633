/* The configuration as the object of config.json, and its comparison with one. */
#include "experiment/config.h"

#include <string.h>

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

cJSON *config_to_json(const struct config *config) {
    cJSON *json = cJSON_CreateObject();
    bool complete = json != NULL;
    for (size_t i = 0; complete && i < option_count; i++) {
        const struct option *option = &option_table[i];
        if (option->type == OPTION_SWITCH)
            continue;
        char key[KEY_SIZE], text[CONFIG_PATH_SIZE];
        option_key(option, key);
        option_print(config, option, text, sizeof text);
        /* cJSON writes a double with the digits it takes to read it back. */
        complete = is_number(option)
                       ? cJSON_AddNumberToObject(json, key, number_of(config, option)) != NULL
                       : cJSON_AddStringToObject(json, key, text) != NULL;
    }
    if (!complete) {
        cJSON_Delete(json);
        return NULL;
    }
    return json;
}

static bool same_value(const struct config *config, const struct option *option,
                       const cJSON *item) {
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
        if (!same_value(config, option, cJSON_GetObjectItemCaseSensitive(json, key)))
            return option->name;
    }
    return NULL;
}
