#include "table/parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/dataset.h"
#include "metrics/metrics.h"
#include "table/options.h"

/* ---- the order of values */

static enum table_kind kind_of(const struct listed_run *run) {
    if (run->outlier == -1)
        return TABLE_NORMAL;
    return run->normal == -1 ? TABLE_OUTLIER : TABLE_PAIR;
}

static const struct method *method_of_value(const struct table_run *value) {
    return value->of_autoencoder ? method_of_pretraining() : value->run->method;
}

int table_compare_ints(int a, int b) {
    return (a > b) - (a < b);
}

int table_compare_parts(const struct table_run *a, const struct table_run *b) {
    const int order = strcmp(a->run->dataset, b->run->dataset);
    return order != 0 ? order : table_compare_ints((int)kind_of(a->run), (int)kind_of(b->run));
}

int table_compare_columns(const struct table_run *a, const struct table_run *b) {
    const int order = table_compare_ints((int)method_index(method_of_value(a)),
                                         (int)method_index(method_of_value(b)));
    return order != 0 ? order : strcmp(a->options, b->options);
}

int table_compare_rows(const struct listed_run *a, const struct listed_run *b) {
    const int order = table_compare_ints(a->normal, b->normal);
    return order != 0 ? order : table_compare_ints(a->outlier, b->outlier);
}

/* ---- rows */

/* How many classes an average should run over. */
static size_t count_classes(const struct table_part *part) {
    const struct dataset_info *info = dataset_row(part->dataset);
    return part->kind != TABLE_PAIR && info != NULL ? info->n_classes : part->n_rows;
}

static int compare_rows(const void *a, const void *b) {
    return table_compare_rows(((const struct table_row *)a)->example,
                              ((const struct table_row *)b)->example);
}

static int fill_rows(struct table_part *part, const struct table_run *runs, size_t n,
                     struct error *err) {
    part->rows = memory_alloc(n, sizeof *part->rows, err);
    if (part->rows == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        part->rows[i].example = runs[i].run;
    qsort(part->rows, n, sizeof *part->rows, compare_rows);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || compare_rows(&part->rows[i], &part->rows[part->n_rows - 1]) != 0)
            part->rows[part->n_rows++] = part->rows[i];
    part->n_classes = count_classes(part);
    return STATUS_OK;
}

/* ---- columns */

/* The headings of all columns of one method: the options in words where all of them are short. */
static void write_headings(struct table_column *columns, size_t n) {
    enum { LONGEST = 30 };
    bool fits = true;
    for (size_t i = 0; i < n; i++)
        fits = fits && strlen(columns[i].options) <= LONGEST;
    for (size_t i = 0; i < n; i++) {
        char *heading = columns[i].heading;
        const char *title = columns[i].method->title;
        columns[i].options_apart = !fits;
        if (n == 1)
            snprintf(heading, sizeof columns[i].heading, "%s", title);
        else if (fits)
            snprintf(heading, sizeof columns[i].heading, "%s, %s", title, columns[i].options);
        else
            snprintf(heading, sizeof columns[i].heading, "%s (%zu)", title, i + 1);
    }
}

/* `options` and `labels` have room for n_columns pointers. */
static int name_columns(struct table_part *part, const char **options, char **labels,
                        struct error *err) {
    for (size_t begin = 0, end; begin < part->n_columns; begin = end) {
        struct table_column *columns = &part->columns[begin];
        end = begin + 1;
        while (end < part->n_columns && part->columns[end].method == columns->method)
            end++;
        const int status = table_options_label(options + begin, labels + begin, end - begin, err);
        for (size_t i = begin; i < end; i++)
            part->columns[i].options = labels[i];
        if (status != STATUS_OK)
            return status;
        write_headings(columns, end - begin);
    }
    return STATUS_OK;
}

static int add_column(struct table_part *part, const struct table_run *example, struct error *err) {
    struct table_column *column = &part->columns[part->n_columns++];
    column->method = method_of_value(example);
    column->not_preset = table_options_not_preset(example->run, example->of_autoencoder, err);
    return column->not_preset != NULL ? STATUS_OK : STATUS_NO_MEMORY;
}

static int fill_columns(struct table_part *part, const struct table_run *runs, size_t n,
                        struct error *err) {
    const char **options = memory_alloc(n, sizeof(char *), err);
    char **labels = memory_alloc(n, sizeof(char *), err);
    part->columns = memory_alloc(n, sizeof *part->columns, err);
    int status =
        options != NULL && labels != NULL && part->columns != NULL ? STATUS_OK : STATUS_NO_MEMORY;
    for (size_t i = 0; status == STATUS_OK && i < n; i++)
        if (i == 0 || table_compare_columns(&runs[i - 1], &runs[i]) != 0) {
            options[part->n_columns] = runs[i].options;
            status = add_column(part, &runs[i], err);
        }
    if (status == STATUS_OK)
        status = name_columns(part, options, labels, err);
    free(options);
    free(labels);
    return status;
}

/* ---- cells */

/* The paper has the test AUC of one normal class against all others. */
static const struct paper_auc *find_paper(const struct table *table, const struct table_part *part,
                                          size_t row, size_t column) {
    if (table->metric != table_metrics || part->kind != TABLE_NORMAL)
        return NULL;
    return paper_find(part->dataset, part->rows[row].example->normal,
                      part->columns[column].method->paper);
}

static int sum_up(const struct table *table, struct table_cell *cell, struct error *err) {
    const bool of_all_phases = table->metric == table_metric_find("seconds");
    double *values = memory_alloc(cell->n, sizeof *values, err);
    if (values == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < cell->n; i++) {
        const struct table_run *value = &cell->runs[i];
        values[i] = value->value;
        cell->n_collapsed += value->run->collapsed && !value->of_autoencoder;
        cell->n_taken += value->run->autoencoder_taken && of_all_phases;
    }
    metrics_sample_mean_std(values, cell->n, &cell->mean, &cell->std);
    free(values);
    cell->difference = NAN;
    if (cell->paper != NULL && cell->n > 0) {
        cell->difference = cell->mean - cell->paper->mean;
        cell->outside = paper_is_outside(cell->paper, cell->mean);
    }
    return STATUS_OK;
}

static size_t row_of(const struct table_part *part, const struct listed_run *run) {
    const struct table_row key = {.example = run};
    const struct table_row *row =
        bsearch(&key, part->rows, part->n_rows, sizeof *part->rows, compare_rows);
    return (size_t)(row - part->rows);
}

static void point_to_runs(struct table_part *part, const struct table_run *runs, size_t n) {
    size_t column = 0;
    for (size_t i = 0; i < n; i++) {
        column += i > 0 && table_compare_columns(&runs[i - 1], &runs[i]) != 0;
        struct table_cell *cell =
            &part->cells[row_of(part, runs[i].run) * part->n_columns + column];
        if (cell->n++ == 0)
            cell->runs = &runs[i];
    }
}

static int fill_cells(const struct table *table, struct table_part *part,
                      const struct table_run *runs, size_t n, struct error *err) {
    part->cells = memory_alloc(part->n_rows, part->n_columns * sizeof *part->cells, err);
    if (part->cells == NULL)
        return STATUS_NO_MEMORY;
    point_to_runs(part, runs, n);
    int status = STATUS_OK;
    for (size_t row = 0; status == STATUS_OK && row < part->n_rows; row++)
        for (size_t column = 0; status == STATUS_OK && column < part->n_columns; column++) {
            struct table_cell *cell = &part->cells[row * part->n_columns + column];
            cell->paper = find_paper(table, part, row, column);
            part->has_paper = part->has_paper || cell->paper != NULL;
            status = sum_up(table, cell, err);
        }
    return status;
}

static struct table_average average(const struct table_part *part, size_t column) {
    double sum = 0, paper_sum = 0;
    size_t n = 0, n_paper = 0;
    for (size_t row = 0; row < part->n_rows; row++) {
        const struct table_cell *cell = &part->cells[row * part->n_columns + column];
        if (cell->n == 0)
            continue;
        n++;
        sum += cell->mean;
        n_paper += cell->paper != NULL;
        paper_sum += cell->paper != NULL ? cell->paper->mean : 0;
    }
    const bool has_paper = n_paper > 0 && n_paper == n;
    struct table_average result = {.n_classes = n, .mean = sum / (double)n};
    result.paper_mean = has_paper ? paper_sum / (double)n : (double)NAN;
    result.difference = result.mean - result.paper_mean;
    return result;
}

/* ---- parts */

static int fill_part(const struct table *table, struct table_part *part,
                     const struct table_run *runs, size_t n, struct error *err) {
    part->dataset = runs->run->dataset;
    part->kind = kind_of(runs->run);
    int status = fill_rows(part, runs, n, err);
    if (status == STATUS_OK)
        status = fill_columns(part, runs, n, err);
    if (status == STATUS_OK)
        status = fill_cells(table, part, runs, n, err);
    for (size_t column = 0; status == STATUS_OK && column < part->n_columns; column++)
        part->columns[column].average = average(part, column);
    return status;
}

int table_make_parts(struct table *table, struct error *err) {
    const struct table_run *runs = table->runs;
    table->parts = memory_alloc(table->n_runs, sizeof *table->parts, err);
    if (table->parts == NULL)
        return STATUS_NO_MEMORY;
    int status = STATUS_OK;
    for (size_t begin = 0, end; status == STATUS_OK && begin < table->n_runs; begin = end) {
        end = begin + 1;
        while (end < table->n_runs && table_compare_parts(&runs[begin], &runs[end]) == 0)
            end++;
        struct table_part *part = &table->parts[table->n_parts++];
        status = fill_part(table, part, runs + begin, end - begin, err);
    }
    return status;
}

void table_free_parts(struct table *table) {
    for (size_t i = 0; i < table->n_parts; i++) {
        struct table_part *part = &table->parts[i];
        for (size_t column = 0; column < part->n_columns; column++) {
            free(part->columns[column].options);
            free(part->columns[column].not_preset);
        }
        free(part->rows);
        free(part->columns);
        free(part->cells);
    }
    free(table->parts);
}
