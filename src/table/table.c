/* From a list of runs to cells. All values that count are in one array, sorted so that the runs of
 * a cell stand side by side; parts, columns and cells are found by going through it. */
#include "table/table.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "table/options.h"
#include "table/parts.h"

const struct table_metric table_metrics[] = {
    {"auc", "test AUC", "auc", "test", 100, "%"},
    {"auc-train", "training AUC", "auc", "train", 100, "%"},
    {"auc-val", "validation AUC", "auc", "val", 100, "%"},
    {"accuracy", "test accuracy", "accuracy", "test", 100, "%"},
    {"accuracy-train", "training accuracy", "accuracy", "train", 100, "%"},
    {"accuracy-val", "validation accuracy", "accuracy", "val", 100, "%"},
    {"seconds", "time of the whole run", "seconds", "total", 1, "s"},
    {"seconds-pretrain", "time of pretraining", "seconds", "pretrain", 1, "s"},
    {"seconds-train", "time of training", "seconds", "train", 1, "s"},
    {"memory", "peak memory", "peak_memory_bytes", NULL, 1e-6, "MB"},
};

const size_t table_metric_count = sizeof table_metrics / sizeof table_metrics[0];

const char *const table_remark_names[N_REMARK_KINDS] = {
    [REMARK_UNREADABLE] = "unreadable", [REMARK_INCOMPLETE] = "incomplete",
    [REMARK_DAMAGED] = "damaged",       [REMARK_NO_VALUE] = "no value",
    [REMARK_DUPLICATE] = "duplicate",   [REMARK_OTHER_AUTOENCODER] = "other autoencoder",
    [REMARK_COLLAPSED] = "collapsed",
};

const struct table_metric *table_metric_find(const char *name) {
    for (size_t i = 0; i < table_metric_count; i++)
        if (strcmp(table_metrics[i].name, name) == 0)
            return &table_metrics[i];
    return NULL;
}

/* ---- remarks */

/* There is room for all: see table_build. */
static int remark(struct table *table, enum table_remark_kind kind, const struct listed_run *run,
                  struct error *err, const char *format, ...) __attribute__((format(printf, 5, 6)));

static int remark(struct table *table, enum table_remark_kind kind, const struct listed_run *run,
                  struct error *err, const char *format, ...) {
    char *text;
    va_list arguments;
    va_start(arguments, format);
    const int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length < 0)
        return error_set(err, STATUS_NO_MEMORY, "%s: out of memory", run->path);
    table->remarks[table->n_remarks++] =
        (struct table_remark){.kind = kind, .run = run, .text = text};
    return STATUS_OK;
}

static int compare_remarks(const void *a, const void *b) {
    const struct table_remark *x = a, *y = b;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return (x->run > y->run) - (x->run < y->run);
}

/* ---- values */

/* By cell and seed; runs of the method itself first, then by path, which is the list's order. */
static int compare_values(const void *a, const void *b) {
    const struct table_run *x = a, *y = b;
    int order = table_compare_parts(x, y);
    if (order == 0)
        order = table_compare_columns(x, y);
    if (order == 0)
        order = table_compare_rows(x->run, y->run);
    if (order == 0)
        order = table_compare_ints(x->run->seed, y->run->seed);
    if (order == 0)
        order = table_compare_ints(x->of_autoencoder, y->of_autoencoder);
    return order != 0 ? order : (x->run > y->run) - (x->run < y->run);
}

static bool same_cell(const struct table_run *a, const struct table_run *b) {
    return table_compare_parts(a, b) == 0 && table_compare_columns(a, b) == 0 &&
           table_compare_rows(a->run, b->run) == 0;
}

static int add_value(struct table *table, const struct listed_run *run, bool of_autoencoder,
                     double value, struct error *err) {
    char *options = table_options(run, of_autoencoder || run->method->is_pretraining, err);
    if (options == NULL)
        return STATUS_NO_MEMORY;
    table->runs[table->n_runs++] = (struct table_run){
        .run = run, .of_autoencoder = of_autoencoder, .value = value, .options = options};
    return STATUS_OK;
}

/* The run's own value, or why there is none. A run that took its autoencoder from the cache has 0 s
 * of pretraining, which says nothing about pretraining. */
static int add_own_value(struct table *table, const struct listed_run *run, struct error *err) {
    const struct table_metric *metric = table->metric;
    const double value = listed_run_number(run, metric->object, metric->key);
    if (isnan(value))
        return remark(table, REMARK_NO_VALUE, run, err, "no %s: left out", metric->title);
    if (run->autoencoder_taken && metric == table_metric_find("seconds-pretrain"))
        return remark(table, REMARK_NO_VALUE, run, err,
                      "autoencoder taken from the cache, no %s: left out", metric->title);
    return add_value(table, run, false, metric->scale * value, err);
}

static int add_run(struct table *table, const struct listed_run *run, struct error *err) {
    const struct table_metric *metric = table->metric;
    const double dcae = listed_run_number(run, "dcae_auc", "test");
    int status = add_own_value(table, run, err);
    if (status == STATUS_OK && run->collapsed)
        status = remark(table, REMARK_COLLAPSED, run, err,
                        "the sphere has collapsed: its AUC means nothing, but it is counted");
    if (status == STATUS_OK && metric == table_metrics && !isnan(dcae) &&
        !run->method->is_pretraining)
        status = add_value(table, run, true, metric->scale * dcae, err);
    return status;
}

static int add_all(struct table *table, const struct run_list *list, struct error *err) {
    static const enum table_remark_kind kinds[] = {
        [LISTED_INCOMPLETE] = REMARK_INCOMPLETE,
        [LISTED_DAMAGED] = REMARK_DAMAGED,
        [LISTED_UNREADABLE] = REMARK_UNREADABLE,
    };
    int status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < list->n; i++) {
        const struct listed_run *run = &list->runs[i];
        if (run->state == LISTED_COMPLETE)
            status = add_run(table, run, err);
        else
            status = remark(table, kinds[run->state], run, err, "%s%s", run->problem,
                            run->state == LISTED_UNREADABLE ? "" : ": left out");
    }
    if (table->n_runs > 0)
        qsort(table->runs, table->n_runs, sizeof *table->runs, compare_values);
    return status;
}

/* Why the second of two values of one cell and seed does not count. That several runs share one
 * autoencoder goes without saying. */
static int explain(struct table *table, const struct table_run *kept, const struct table_run *other,
                   struct error *err) {
    const char *unit = table->metric->unit;
    const bool same = kept->value == other->value;
    if (other->of_autoencoder && same)
        return STATUS_OK;
    if (other->of_autoencoder)
        return remark(table, REMARK_OTHER_AUTOENCODER, other->run, err,
                      "its autoencoder has an AUC of %.4f %%, that of %s, with the same seed and "
                      "options, %.4f %%: left out of the column of DCAE",
                      other->value, kept->run->path, kept->value);
    const char *difference = table_options_difference(kept->run, other->run);
    char values[96] = "";
    if (!same)
        snprintf(values, sizeof values, "; %.4f %s, there %.4f %s", other->value, unit, kept->value,
                 unit);
    return remark(table, REMARK_DUPLICATE, other->run, err,
                  "the same experiment and seed as %s%s%s%s: left out", kept->run->path,
                  difference != NULL ? ", but for --" : "", difference != NULL ? difference : "",
                  values);
}

/* A run that is left out altogether need not be told apart for its autoencoder as well. The remarks
 * are sorted. */
static void drop_said_already(struct table *table) {
    struct table_remark *remarks = table->remarks;
    size_t n = 0;
    for (size_t i = 0; i < table->n_remarks; i++) {
        const struct table_remark key = {.kind = REMARK_DUPLICATE, .run = remarks[i].run};
        if (remarks[i].kind == REMARK_OTHER_AUTOENCODER &&
            bsearch(&key, remarks, n, sizeof *remarks, compare_remarks) != NULL)
            free(remarks[i].text);
        else
            remarks[n++] = remarks[i];
    }
    table->n_remarks = n;
}

/* Keeps one value for each cell and seed. */
static int drop_duplicates(struct table *table, struct error *err) {
    int status = STATUS_OK;
    struct table_run *runs = table->runs;
    size_t n = 0;
    for (size_t i = 0; i < table->n_runs; i++) {
        struct table_run *value = &runs[i];
        struct table_run *kept = n > 0 ? &runs[n - 1] : NULL;
        if (kept == NULL || kept->run->seed != value->run->seed || !same_cell(kept, value)) {
            runs[n++] = *value;
            continue;
        }
        if (status == STATUS_OK)
            status = explain(table, kept, value, err);
        free(value->options);
    }
    table->n_runs = n;
    return status;
}

/* ---- all of it */

static int build(struct table *table, const struct run_list *list,
                 const struct table_metric *metric, struct error *err) {
    *table = (struct table){.metric = metric};
    /* A run has two values at most, and each of them and of the runs one or two remarks. */
    table->runs = memory_alloc(list->n, 2 * sizeof *table->runs, err);
    table->remarks = memory_alloc(list->n, 4 * sizeof *table->remarks, err);
    if (table->runs == NULL || table->remarks == NULL)
        return STATUS_NO_MEMORY;
    int status = add_all(table, list, err);
    if (status == STATUS_OK)
        status = drop_duplicates(table, err);
    if (table->n_remarks > 0)
        qsort(table->remarks, table->n_remarks, sizeof *table->remarks, compare_remarks);
    drop_said_already(table);
    return status == STATUS_OK ? table_make_parts(table, err) : status;
}

/* What the remarks say of numbers goes into files. */
int table_build(struct table *table, const struct run_list *list, const struct table_metric *metric,
                struct error *err) {
    locale_t before = number_point_begin();
    const int status = build(table, list, metric, err);
    number_point_end(before);
    return status;
}

void table_free(struct table *table) {
    table_free_parts(table);
    for (size_t i = 0; i < table->n_runs; i++)
        free(table->runs[i].options);
    for (size_t i = 0; i < table->n_remarks; i++)
        free(table->remarks[i].text);
    free(table->runs);
    free(table->remarks);
    *table = (struct table){0};
}
