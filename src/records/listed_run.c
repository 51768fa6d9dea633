/* The files of one run, read with suspicion: whatever contradicts itself is told and left out. */
#include "records/listed_run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "config/json.h"
#include "config/option.h"
#include "io/file.h"
#include "io/json.h"
#include "run/data.h"
#include "run/directory.h"

/* Ours have some 4 KB. What is read stays in memory with all other runs. */
static const size_t MAX_FILE_SIZE = (size_t)256 << 10;

/* A file of the run's directory; messages begin with its name. */
static int read_file(const char *path, enum run_file file, cJSON **json, struct error *err) {
    const struct run_directory directory = {.path = path, .prefix = ""};
    char full[RUN_PATH_SIZE];
    struct bytes bytes;
    *json = NULL;
    run_directory_file(&directory, file, full);
    const char *name = full + strlen(path) + 1;
    int status = file_read_named(full, name, MAX_FILE_SIZE, &bytes, err);
    if (status != STATUS_OK)
        return status;
    status = json_parse(name, (const char *)bytes.data, bytes.size, json, err);
    free(bytes.data);
    return status;
}

static const cJSON *get(const cJSON *object, const char *key) {
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

/* ---- checks of results.json */

static int check_text(const cJSON *json, const char *key, size_t size, struct error *err) {
    const cJSON *item = get(json, key);
    /* it goes to terminals */
    if (!cJSON_IsString(item) || item->valuestring[0] == '\0' ||
        strlen(item->valuestring) >= size || !text_is_one_line(item->valuestring))
        return error_set(err, STATUS_DAMAGED, "results.json: \"%s\" is missing or no name", key);
    return STATUS_OK;
}

/* An option that is a whole number, in the range that it has on the command line. */
static int check_option(const cJSON *json, const char *key, int *value, struct error *err) {
    const struct option *option = option_find(key);
    const cJSON *item = get(json, key);
    const double number = cJSON_IsNumber(item) ? item->valuedouble : (double)NAN;
    if (!(number >= option->min && number <= option->max) || number != floor(number)) {
        char range[64];
        option_range(option, range, sizeof range);
        return error_set(err, STATUS_DAMAGED,
                         "results.json: \"%s\" is missing or not a whole number in %s", key, range);
    }
    *value = (int)number;
    return STATUS_OK;
}

/* A number in 0..max, or null, or not there. */
static int check_number(const cJSON *json, const char *name, const char *key, double max,
                        struct error *err) {
    const cJSON *item = get(json, key);
    if (item == NULL || cJSON_IsNull(item) ||
        (cJSON_IsNumber(item) && item->valuedouble >= 0 && item->valuedouble <= max))
        return STATUS_OK;
    return error_set(err, STATUS_DAMAGED, "results.json: %s%s%s is not a number %s", name,
                     name[0] != '\0' ? "." : "", key, max <= 1 ? "in 0..1" : ">= 0");
}

/* The object of that name, with such numbers in it. */
static int check_numbers(const cJSON *json, const char *name, const char *const keys[], double max,
                         struct error *err) {
    const cJSON *object = get(json, name);
    if (!cJSON_IsObject(object))
        return error_set(err, STATUS_DAMAGED, "results.json: \"%s\" is missing or no object", name);
    int status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && keys[i] != NULL; i++)
        status = check_number(object, name, keys[i], max, err);
    return status;
}

static int check_measures(const cJSON *json, struct error *err) {
    static const char *const test[] = {"test", NULL};
    static const char *const seconds[] = {"load", "pretrain", "train", "test", "total", NULL};
    const double largest = 0x1p53;
    int status = check_numbers(json, "auc", set_names, 1, err);
    if (status == STATUS_OK)
        status = check_numbers(json, "accuracy", set_names, 1, err);
    if (status == STATUS_OK && get(json, "dcae_auc") != NULL)
        status = check_numbers(json, "dcae_auc", test, 1, err);
    if (status == STATUS_OK)
        status = check_numbers(json, "seconds", seconds, largest, err);
    if (status == STATUS_OK)
        status = check_number(json, "", "peak_memory_bytes", largest, err);
    return status;
}

static int check_format(const cJSON *json, struct error *err) {
    const cJSON *format = get(json, "format");
    if (!cJSON_IsObject(json) || !cJSON_IsNumber(format))
        return error_set(err, STATUS_DAMAGED, "results.json: not the results of a run");
    if (format->valuedouble != 1)
        return error_set(err, STATUS_DAMAGED,
                         "results.json: format %g; this program reads format 1",
                         format->valuedouble);
    return STATUS_OK;
}

static int find_method(const cJSON *json, const struct method **method, struct error *err) {
    const cJSON *item = get(json, "method");
    *method = cJSON_IsString(item) ? method_find(item->valuestring) : NULL;
    if (*method != NULL)
        return STATUS_OK;
    return error_set(err, STATUS_DAMAGED, "results.json: \"method\" is missing or no known method");
}

/* Earlier versions wrote no names; then the data set's own row has them. */
static void read_class_name(const struct listed_run *run, const char *key, int class,
                            char name[CLASS_TEXT_SIZE]) {
    struct error ignored;
    if (check_text(run->results, key, CLASS_TEXT_SIZE, &ignored) == STATUS_OK) {
        snprintf(name, CLASS_TEXT_SIZE, "%s", get(run->results, key)->valuestring);
        return;
    }
    source_class_text(&run->source, class, name, CLASS_TEXT_SIZE);
}

/* ---- against its own configuration */

/* The numbers of a run that says one thing at the top and another in its "config" are of one or the
 * other, and nobody knows of which. */
static int contradiction(const cJSON *json, const char *name, const cJSON *config, const char *key,
                         struct error *err) {
    char *ours, *its = NULL;
    int status = json_print("results.json", get(json, name), false, &ours, err);
    if (status == STATUS_OK)
        status = json_print("results.json", get(config, key), false, &its, err);
    if (status == STATUS_OK)
        status = error_set(err, STATUS_DAMAGED,
                           "results.json: \"%s\" is %.200s, but its \"config\" has \"%s\" %.200s",
                           name, ours, key, its);
    cJSON_free(ours);
    cJSON_free(its);
    return status;
}

/* True when the item, which older versions left out, is that loss. */
static bool is_loss(const cJSON *item, int loss) {
    struct config config;
    struct error ignored;
    if (item == NULL)
        return true;
    return cJSON_IsString(item) &&
           option_parse(&config, option_find("loss"), item->valuestring, &ignored) == STATUS_OK &&
           config.loss == loss;
}

/* What selects the method must be what the configuration has. */
static int check_method(const struct listed_run *run, struct error *err) {
    const struct method *method = run->method;
    const cJSON *flag = get(run->config, "hard_margin");
    if (method->loss < 0)
        return STATUS_OK;
    if (!is_loss(get(run->config, "loss"), method->loss))
        return contradiction(run->results, "method", run->config, "loss", err);
    if (method->hard_margin >= 0 && flag != NULL &&
        (!cJSON_IsNumber(flag) || flag->valuedouble != method->hard_margin))
        return contradiction(run->results, "method", run->config, "hard_margin", err);
    return STATUS_OK;
}

static int check_config(const struct listed_run *run, struct error *err) {
    static const char *const keys[] = {"dataset", "normal", "outlier", "seed"};
    if (!cJSON_IsObject(run->config))
        return error_set(err, STATUS_DAMAGED, "results.json: \"config\" is missing or no object");
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const cJSON *its = get(run->config, keys[i]);
        if (its != NULL && !cJSON_Compare(its, get(run->results, keys[i]), true))
            return contradiction(run->results, keys[i], run->config, keys[i], err);
    }
    return check_method(run, err);
}

/* A run that pretrains, but has spent no time on it: even no epoch takes some. */
static bool has_taken_autoencoder(const struct listed_run *run) {
    const cJSON *pretrain = get(run->config, "pretrain"), *name = get(run->config, "in_name");
    const bool wanted =
        run->method->is_pretraining ||
        (run->method->has_epochs && cJSON_IsNumber(pretrain) && pretrain->valuedouble != 0);
    const bool is_given = cJSON_IsString(name) && name->valuestring[0] != '\0';
    return wanted && !is_given && listed_run_number(run, "seconds", "pretrain") == 0;
}

/* What the run has recorded, for its images may be elsewhere by now. Earlier versions recorded
 * nothing of one's own: then what is there tells. */
static void find_source(struct listed_run *run) {
    struct error ignored;
    if (!source_of_record(&run->source, run->dataset, config_source_format(run->config)))
        source_find(&run->source, run->dataset, &ignored);
}

static int read_results(struct listed_run *run, struct error *err) {
    const cJSON *json = run->results;
    int status = check_format(json, err);
    if (status == STATUS_OK)
        status = check_text(json, "dataset", CONFIG_PATH_SIZE, err);
    if (status == STATUS_OK)
        status = check_option(json, "normal", &run->normal, err);
    if (status == STATUS_OK)
        status = check_option(json, "outlier", &run->outlier, err);
    if (status == STATUS_OK)
        status = check_option(json, "seed", &run->seed, err);
    if (status == STATUS_OK)
        status = find_method(json, &run->method, err);
    if (status == STATUS_OK)
        status = check_measures(json, err);
    if (status != STATUS_OK)
        return status;
    run->dataset = get(json, "dataset")->valuestring;
    run->config = get(json, "config");
    run->collapsed = cJSON_IsTrue(get(json, "collapsed"));
    status = check_config(run, err);
    if (status != STATUS_OK)
        return status;
    find_source(run);
    run->autoencoder_taken = has_taken_autoencoder(run);
    read_class_name(run, "normal_name", run->normal, run->normal_name);
    read_class_name(run, "outlier_name", run->outlier, run->outlier_name);
    return STATUS_OK;
}

/* ---- what a directory is */

static bool exists(const char *path, enum run_file file) {
    const struct run_directory directory = {.path = path, .prefix = ""};
    char full[RUN_PATH_SIZE];
    run_directory_file(&directory, file, full);
    return file_exists(full);
}

bool listed_run_exists(const char *path) {
    struct error ignored;
    cJSON *json;
    if (exists(path, RUN_RESULTS))
        return true;
    if (!exists(path, RUN_CONFIG) || read_file(path, RUN_CONFIG, &json, &ignored) != STATUS_OK)
        return false;
    const bool is_config = cJSON_IsString(get(json, "dataset"));
    cJSON_Delete(json);
    return is_config;
}

/* Takes out what is not to be trusted. */
static int set_problem(struct listed_run *run, enum listed_state state, const char *problem,
                       struct error *err) {
    cJSON_Delete(run->results);
    *run = (struct listed_run){.path = run->path, .state = state, .problem = strdup(problem)};
    return run->problem != NULL ? STATUS_OK
                                : error_set(err, STATUS_NO_MEMORY, "%s: out of memory", run->path);
}

int listed_run_read(struct listed_run *run, struct error *err) {
    struct error problem;
    if (!exists(run->path, RUN_RESULTS))
        return set_problem(run, LISTED_INCOMPLETE, "not complete: no results.json yet", err);
    int status = read_file(run->path, RUN_RESULTS, &run->results, &problem);
    if (status == STATUS_OK)
        status = read_results(run, &problem);
    if (status == STATUS_NO_MEMORY) /* nothing is wrong with the run */
        return error_set(err, status, "%s: %s", run->path, problem.message);
    if (status != STATUS_OK)
        return set_problem(run, LISTED_DAMAGED, problem.message, err);
    run->state = LISTED_COMPLETE;
    return STATUS_OK;
}

double listed_run_number(const struct listed_run *run, const char *object, const char *key) {
    const cJSON *item = get(run->results, object);
    if (key != NULL)
        item = get(item, key);
    return cJSON_IsNumber(item) ? item->valuedouble : (double)NAN;
}
