/* Files of options: JSON, through the option list, to a configuration; what is accepted must come
 * back from its own config.json. */
#include "config/json.h"
#include "config/option_list.h"
#include "fuzz_file.h"
#include "io/json.h"

static int read_config(const uint8_t *data, size_t size, struct config *config, struct error *err) {
    struct option_list list = {0};
    int status = option_list_add_file(&list, fuzz_file(data, size), err);
    if (status == STATUS_OK)
        status = option_list_resolve(&list, config, err);
    option_list_free(&list);
    return status;
}

/* Paths and names go to the terminal as they are. */
static void check_texts(const struct config *config) {
    for (size_t i = 0; i < option_count; i++) {
        char text[CONFIG_PATH_SIZE];
        option_print(config, &option_table[i], text, sizeof text);
        for (const char *c = text; *c != '\0'; c++)
            FUZZ_CHECK(((unsigned char)*c >= 0x20 || *c == '\t') && *c != 0x7f);
    }
}

static void check_round_trip(const struct config *config) {
    struct error err = {.message = ""};
    struct config again;
    cJSON *json = config_to_json(config);
    char *text = cJSON_Print(json);
    FUZZ_CHECK(text != NULL);
    if (read_config((const uint8_t *)text, strlen(text), &again, &err) != STATUS_OK) {
        fprintf(stderr, "%s\n%s\n", text, err.message);
        abort();
    }
    cJSON_Delete(json);
    json = config_to_json(&again);
    char *text_again = cJSON_Print(json);
    FUZZ_CHECK(text_again != NULL && strcmp(text, text_again) == 0);
    cJSON_free(text_again);
    cJSON_free(text);
    cJSON_Delete(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct error err = {.message = ""};
    struct config config;
    if (read_config(data, size, &config, &err) != STATUS_OK) {
        fuzz_check_message(&err);
        return 0;
    }
    check_texts(&config);
    check_round_trip(&config);
    return 0;
}
