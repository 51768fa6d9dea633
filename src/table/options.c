#include "table/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "config/config.h"
#include "config/json.h"
#include "config/option.h"

static bool is_in_name(const char *name) {
    return strcmp(name, "in-name") == 0;
}

static bool counts(const struct option *option, bool of_autoencoder) {
    if (option->type == OPTION_SWITCH || option->tabulated || option_keeps_numbers(option))
        return false;
    return !of_autoencoder || option->shapes_pretraining || is_in_name(option->name);
}

/* The item of a config.json that belongs to an option. */
static const cJSON *find(const cJSON *config, const struct option *option) {
    char key[OPTION_KEY_SIZE];
    option_key(option, key);
    return cJSON_GetObjectItemCaseSensitive(config, key);
}

/* A value as text, freed with free; NULL when out of memory. */
static char *value_text(const cJSON *item) {
    char number[64];
    if (item == NULL)
        return strdup("");
    if (cJSON_IsString(item))
        return strdup(item->valuestring);
    if (!cJSON_IsNumber(item)) {
        char *printed = cJSON_PrintUnformatted(item);
        char *copy = printed != NULL ? strdup(printed) : NULL;
        cJSON_free(printed);
        return copy;
    }
    number_print_exact(number, sizeof number, item->valuedouble);
    return strdup(number);
}

/* The same of an option of the table: the preset where it is not there. A preset is spelled by
 * hand (1e6), so that of a number is spelled anew. */
static char *option_text(const struct listed_run *run, const struct option *option) {
    const cJSON *item = find(run->config, option);
    if (option->of_colours && run->source.info != NULL && run->source.channels == 1)
        item = NULL; /* the same as the preset, whatever it is */
    const char *preset = item == NULL ? option_preset(option, source_family(&run->source)) : NULL;
    if (item == NULL && option->absent != NULL && run->source.channels != 1)
        preset = option->absent;
    if (is_in_name(option->name)) {
        const char *name = cJSON_GetStringValue(item);
        return strdup(name != NULL && name[0] != '\0' ? "given" : "");
    }
    if (preset != NULL && option->type != OPTION_CHOICE && option->type != OPTION_TEXT) {
        char number[64];
        double value;
        number_parse(preset, &value);
        number_print_exact(number, sizeof number, value);
        return strdup(number);
    }
    return preset != NULL ? strdup(preset) : value_text(item);
}

/* Adds a pair and frees the text. */
static bool add(cJSON *json, const char *name, char *text) {
    const bool added = text != NULL && cJSON_AddStringToObject(json, name, text) != NULL;
    free(text);
    return added;
}

static int compare_items(const void *a, const void *b) {
    return strcmp((*(const cJSON *const *)a)->string, (*(const cJSON *const *)b)->string);
}

/* What is not in the option table, nor said of the data set: options that only the baselines have.
 * In the order of names, for that of the file does not matter. */
static bool add_others(cJSON *json, const cJSON *config) {
    const int n = cJSON_GetArraySize(config);
    size_t n_others = 0;
    const cJSON **others = calloc((size_t)n + 1, sizeof(cJSON *));
    if (others == NULL)
        return false;
    for (const cJSON *item = config->child; item != NULL; item = item->next)
        if (option_find(item->string) == NULL && strcmp(item->string, CONFIG_SOURCE_KEY) != 0)
            others[n_others++] = item;
    qsort(others, n_others, sizeof(cJSON *), compare_items);
    bool added = true;
    for (size_t i = 0; added && i < n_others; i++)
        added = add(json, others[i]->string, value_text(others[i]));
    free(others);
    return added;
}

char *table_options(const struct listed_run *run, bool of_autoencoder, struct error *err) {
    cJSON *json = cJSON_CreateObject();
    bool whole = json != NULL;
    for (size_t i = 0; whole && i < option_count; i++)
        if (counts(&option_table[i], of_autoencoder))
            whole = add(json, option_table[i].name, option_text(run, &option_table[i]));
    if (whole && !of_autoencoder)
        whole = add_others(json, run->config);
    char *printed = whole ? cJSON_PrintUnformatted(json) : NULL;
    char *text = printed != NULL ? strdup(printed) : NULL;
    cJSON_free(printed);
    cJSON_Delete(json);
    if (text == NULL)
        error_set(err, STATUS_NO_MEMORY, "%s: out of memory", run->path);
    return text;
}

/* ---- labels */

static const char *value_of(const cJSON *options, const char *name) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(options, name);
    return cJSON_IsString(item) ? item->valuestring : "";
}

static bool is_same_in_all(cJSON *const *options, size_t n, const char *name) {
    for (size_t i = 1; i < n; i++)
        if (strcmp(value_of(options[i], name), value_of(options[0], name)) != 0)
            return false;
    return true;
}

/* Adds the names of options[from] that have not the same value in all to a set. */
static bool add_differences(cJSON *set, cJSON *const *options, size_t n, size_t from) {
    for (const cJSON *item = options[from]->child; item != NULL; item = item->next) {
        /* What the first one has too has been looked at with it. */
        if (from > 0 && cJSON_GetObjectItemCaseSensitive(options[0], item->string) != NULL)
            continue;
        if (cJSON_GetObjectItemCaseSensitive(set, item->string) == NULL &&
            !is_same_in_all(options, n, item->string) &&
            cJSON_AddTrueToObject(set, item->string) == NULL)
            return false;
    }
    return true;
}

static char *label(const cJSON *options, const cJSON *set) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL)
        return NULL;
    for (const cJSON *name = set->child; name != NULL; name = name->next) {
        const char *value = value_of(options, name->string);
        char plain[TEXT_LINE_SIZE]; /* names of files may hold anything */
        text_print_line(plain, sizeof plain, "%s%s %s", name == set->child ? "" : ", ",
                        name->string, value[0] != '\0' ? value : "none");
        fputs(plain, out);
    }
    const bool failed = ferror(out) != 0;
    if (fclose(out) != 0 || failed) {
        free(text);
        return NULL;
    }
    return text;
}

/* What table_options has made is parsed without suspicion. */
static bool label_all(cJSON **parsed, cJSON *set, const char *const *options, char **labels,
                      size_t n) {
    for (size_t i = 0; i < n; i++) {
        parsed[i] = cJSON_Parse(options[i]);
        if (parsed[i] == NULL)
            return false;
    }
    for (size_t i = 0; i < n; i++)
        if (!add_differences(set, parsed, n, i))
            return false;
    for (size_t i = 0; i < n; i++) {
        labels[i] = label(parsed[i], set);
        if (labels[i] == NULL)
            return false;
    }
    return true;
}

int table_options_label(const char *const *options, char **labels, size_t n, struct error *err) {
    cJSON **parsed = calloc(n, sizeof(cJSON *));
    cJSON *set = cJSON_CreateObject();
    memset(labels, 0, n * sizeof *labels);
    const bool done = parsed != NULL && set != NULL && label_all(parsed, set, options, labels, n);
    for (size_t i = 0; parsed != NULL && i < n; i++)
        cJSON_Delete(parsed[i]);
    cJSON_Delete(set);
    free(parsed);
    return done ? STATUS_OK : error_set(err, STATUS_NO_MEMORY, "out of memory");
}

/* ---- presets */

/* The configuration that a command line with nothing but data set, classes and objective gives;
 * an error where there is none. A loss that is refused without further options, which are to be
 * told of, has the presets without it. The data set is the run's, wherever its files are now. */
static int resolve_presets(struct config *config, const struct listed_run *run) {
    static const char *const given[] = {"dataset", "normal", "outlier", "hard-margin", "loss"};
    enum { N_GIVEN = sizeof given / sizeof given[0] };
    struct option_value values[N_GIVEN];
    char *texts[N_GIVEN];
    struct error ignored;
    size_t n = 0;
    for (size_t i = 0; i < N_GIVEN; i++) {
        const struct option *option = option_find(given[i]);
        texts[i] = option_text(run, option);
        if (texts[i] != NULL && texts[i][0] != '\0')
            values[n++] = (struct option_value){.option = option, .value = texts[i]};
    }
    int status = STATUS_USAGE;
    if (run->source.info != NULL)
        status = config_resolve_known(config, &run->source, values, n, &ignored);
    if (status == STATUS_USAGE && run->source.info != NULL && n > 0)
        status = config_resolve_known(config, &run->source, values, n - 1, &ignored);
    for (size_t i = 0; i < N_GIVEN; i++)
        free(texts[i]);
    return status;
}

static bool is_same_value(const struct option *option, const char *a, const char *b) {
    const bool words = option->type == OPTION_CHOICE || option->type == OPTION_TEXT;
    double x, y;
    const bool numbers = !words && number_parse(a, &x) && number_parse(b, &y);
    return numbers ? x == y : strcmp(a, b) == 0;
}

static bool write_not_preset(const struct listed_run *run, bool of_autoencoder,
                             const struct config *presets, FILE *out) {
    const char *before = "";
    for (size_t i = 0; i < option_count; i++) {
        const struct option *option = &option_table[i];
        char preset[CONFIG_PATH_SIZE];
        if (!counts(option, of_autoencoder) || find(run->config, option) == NULL)
            continue;
        char *value = option_text(run, option);
        if (value == NULL)
            return false;
        option_print(presets, option, preset, sizeof preset);
        if (!is_same_value(option, value, preset)) {
            char plain[TEXT_LINE_SIZE]; /* as in label */
            text_print_line(plain, sizeof plain, "%s%s %s (preset: %s)", before, option->name,
                            value[0] != '\0' ? value : "none", preset[0] != '\0' ? preset : "none");
            fputs(plain, out);
            before = ", ";
        }
        free(value);
    }
    return true;
}

char *table_options_not_preset(const struct listed_run *run, bool of_autoencoder,
                               struct error *err) {
    struct config presets;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    bool done = out != NULL;
    if (done && resolve_presets(&presets, run) == STATUS_OK)
        done = write_not_preset(run, of_autoencoder, &presets, out);
    if (out != NULL && fclose(out) == 0 && done)
        return text;
    free(text);
    error_set(err, STATUS_NO_MEMORY, "%s: out of memory", run->path);
    return NULL;
}

const char *table_options_difference(const struct listed_run *a, const struct listed_run *b) {
    for (size_t i = 0; i < option_count; i++) {
        const struct option *option = &option_table[i];
        if (option->type == OPTION_SWITCH || option->without_effect)
            continue;
        const cJSON *x = find(a->config, option), *y = find(b->config, option);
        if (x != NULL && y != NULL && !cJSON_Compare(x, y, true))
            return option->name;
    }
    return NULL;
}
