#include "run/results.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cblas.h>

#include "base/clock.h"
#include "base/cpu.h"
#include "base/number.h"
#include "config/json.h"
#include "deepsvdd.h"
#include "io/file.h"
#include "io/file_write.h"
#include "io/json.h"
#include "run/notes.h"

static size_t peak_memory(void) {
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (size_t)usage.ru_maxrss * 1024 : 0;
}

static int evaluate_all(struct run *run, struct error *err) {
    double start = clock_seconds();
    run_enter(run, "test");
    evaluation_clear(&run->final);
    int status = evaluation_add_all(&run->final, run_subject(run), run->data.sets, err);
    run->seconds_test = clock_seconds() - start;
    return status;
}

/* index,class,label,score: one line a test image, in file order. */
static int write_scores(const struct run *run, struct error *err) {
    const struct image_set *test = &run->data.sets[TEST];
    char path[RUN_PATH_SIZE];
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    if (!file)
        return error_set(err, STATUS_NO_MEMORY, "scores.csv: out of memory");
    locale_t before = number_point_begin();
    fprintf(file, "index,class,label,score\n");
    for (size_t i = 0; i < test->selection.n; i++)
        fprintf(file, "%zu,%d,%d,%.9g\n", test->selection.index[i], test->selection.class[i],
                test -> selection.outlier[i], (double)test->scores[i]);
    number_point_end(before);
    int failed = ferror(file);
    failed |= fclose(file) != 0;
    run_directory_file(&run->directory, RUN_SCORES, path);
    int status = failed ? error_set(err, STATUS_NO_MEMORY, "%s: out of memory", path)
                        : file_write_atomic(path, text, size, err);
    free(text);
    return status;
}

static void add_sets(cJSON *json, const char *key, const double values[N_SETS]) {
    cJSON *object = json_add_object(json, key);
    for (size_t i = 0; i < N_SETS; i++)
        json_add_number(object, set_names[i], values[i]);
}

static void add_counts(cJSON *json, const struct run_data *data) {
    cJSON *n = json_add_object(json, "n");
    for (size_t i = 0; i < N_SETS; i++)
        json_add_number(n, set_names[i], (double)data->sets[i].selection.n);
    json_add_number(n, "test_outliers", (double)data->split.test.n_outliers);
}

static void add_sphere(cJSON *json, const struct deep_svdd *sphere) {
    json_add_number(json, "radius_squared", sphere ? (double)sphere->radius_squared : (double)NAN);
    json_add_number(json, "center_norm",
                    sphere ? diagnostics_norm(sphere->center, sphere->n_dims) : (double)NAN);
}

static void add_seconds(cJSON *json, const struct run *run, double total) {
    cJSON *seconds = json_add_object(json, "seconds");
    json_add_number(seconds, "load", run->state.seconds_load);
    json_add_number(seconds, "pretrain", run->state.seconds_pretrain);
    json_add_number(seconds, "train", run->state.seconds_train);
    json_add_number(seconds, "test", run->seconds_test);
    json_add_number(seconds, "total", total);
}

static void add_environment(cJSON *json, const struct run *run) {
    char cpu[128];
    cpu_model_name(cpu, sizeof cpu);
    cJSON *environment = json_add_object(json, "environment");
    json_add_text(environment, "version", DEEPSVDD_VERSION);
    json_add_text(environment, "cpu", cpu);
    json_add_text(environment, "simd", run->kernels->name);
    json_add_text(environment, "blas", openblas_get_config());
    json_add_text(environment, "blas_core", openblas_get_corename());
    json_add_number(environment, "threads", run->config->threads);
}

static void add_class_name(cJSON *json, const char *key, const struct config *config, int class) {
    const struct source *source = &config->source;
    assert(class < (int)source->n_classes);
    json_add_text(json, key, class < 0 ? "all others" : source->class_names[class]);
}

static cJSON *results_json(struct run *run, bool collapsed, double total) {
    const struct config *config = run->config;
    cJSON *json = cJSON_CreateObject();
    json_add_number(json, "format", 1);
    json_add_text(json, "dataset", config->dataset);
    json_add_number(json, "normal", config->normal);
    json_add_number(json, "outlier", config->outlier);
    add_class_name(json, "normal_name", config, config->normal);
    add_class_name(json, "outlier_name", config, config->outlier);
    json_add_number(json, "seed", config->seed);
    json_add_text(json, "method", method_of(config)->name);
    add_counts(json, &run->data);
    add_sets(json, "auc", run->final.auc);
    add_sets(json, "accuracy", run->final.accuracy);
    json_add_number(json_add_object(json, "dcae_auc"), "test", run->state.dcae_auc);
    add_sphere(json, learner_sphere(run_subject(run)));
    json_add_bool(json, "collapsed", collapsed);
    add_seconds(json, run, total);
    json_add_number(json, "peak_memory_bytes", (double)peak_memory());
    json_add_item(json, "config", config_to_json(config));
    add_environment(json, run);
    return json;
}

/* 0 for what is no size: a results.json may have been edited. */
static size_t to_size(double value) {
    return value >= 0 && value < 0x1p53 ? (size_t)value : 0;
}

static void fill_result(struct run_result *result, const cJSON *json) {
    const char *const keys[2] = {"auc", "accuracy"};
    double values[2][N_SETS];
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < N_SETS; i++) {
            const cJSON *sets = cJSON_GetObjectItemCaseSensitive(json, keys[k]);
            const cJSON *value = cJSON_GetObjectItemCaseSensitive(sets, set_names[i]);
            values[k][i] = cJSON_IsNumber(value) ? value->valuedouble : (double)NAN;
        }
    const cJSON *dcae = cJSON_GetObjectItemCaseSensitive(
        cJSON_GetObjectItemCaseSensitive(json, "dcae_auc"), "test");
    const cJSON *total = cJSON_GetObjectItemCaseSensitive(
        cJSON_GetObjectItemCaseSensitive(json, "seconds"), "total");
    const cJSON *memory = cJSON_GetObjectItemCaseSensitive(json, "peak_memory_bytes");
    *result = (struct run_result){
        .collapsed = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "collapsed")),
        .auc_train = values[0][TRAIN],
        .auc_val = values[0][VAL],
        .auc_test = values[0][TEST],
        .accuracy_train = values[1][TRAIN],
        .accuracy_val = values[1][VAL],
        .accuracy_test = values[1][TEST],
        .dcae_auc_test = cJSON_IsNumber(dcae) ? dcae->valuedouble : (double)NAN,
        .seconds_total = cJSON_IsNumber(total) ? total->valuedouble : (double)NAN,
        .peak_memory_bytes = cJSON_IsNumber(memory) ? to_size(memory->valuedouble) : 0,
    };
}

int run_finish(struct run *run, struct run_result *result, struct error *err) {
    char path[RUN_PATH_SIZE];
    int status = evaluate_all(run, err);
    if (status)
        return status;
    const struct image_set *train = &run->data.sets[TRAIN];
    const struct deep_svdd *sphere = learner_sphere(run_subject(run));
    bool collapsed = sphere && deep_svdd_collapsed(sphere, train->scores, train->selection.n);
    double total = run->state.seconds_load + run->state.seconds_pretrain +
                   run->state.seconds_train + run->seconds_test;
    status = write_scores(run, err);
    if (!status)
        status = journal_log(&run->journal, err, "%s: test AUC %.2f, %.1f s%s",
                             method_of(run->config)->name, 100 * run->final.auc[TEST], total,
                             collapsed ? ", COLLAPSED" : "");
    if (!status)
        status = journal_sync(&run->journal, err);
    if (status)
        return status;
    cJSON *json = results_json(run, collapsed, total);
    run_directory_file(&run->directory, RUN_RESULTS, path);
    status = json_write(path, json, err);
    if (!status)
        fill_result(result, json);
    cJSON_Delete(json);
    run_directory_file(&run->directory, RUN_CHECKPOINT, path);
    if (!status)
        unlink(path);
    return status;
}

int run_read_result(const struct run_directory *directory, struct run_result *result,
                    struct error *err) {
    char path[RUN_PATH_SIZE];
    cJSON *json;
    run_directory_file(directory, RUN_RESULTS, path);
    int status = json_read(path, &json, err);
    if (status)
        return status;
    if (!cJSON_IsObject(cJSON_GetObjectItemCaseSensitive(json, "auc")))
        status =
            error_set(err, STATUS_DAMAGED, "%s: holds no results; --force runs it again", path);
    else
        fill_result(result, json);
    cJSON_Delete(json);
    return status;
}
