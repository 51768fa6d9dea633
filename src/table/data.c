/* Tables for other programs: CSV and JSON, with all digits. */
#include "table/data.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "config/config.h"
#include "config/option.h"
#include "io/json.h"
#include "table/format.h"
#include "table/runs.h"

/* ---- CSV */

/* A field in quotes where it has to be (RFC 4180). */
static void write_field(const char *text, FILE *out) {
    if (strpbrk(text, ",\"\n\r") == NULL) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

/* Nothing where there is no number. */
static void write_value(double value, FILE *out) {
    char text[64] = "";
    if (!isnan(value))
        number_print_exact(text, sizeof text, value);
    fprintf(out, ",%s", text);
}

/* The fields that say what a line is of, the classes being written by the caller. */
static void write_column(const struct table *table, const struct table_column *column, FILE *out) {
    fprintf(out, ",%s,", column->method->name);
    write_field(column->options, out);
    fprintf(out, ",%s,%s,", table->metric->name, table->metric->unit);
}

static void write_cell(const struct table *table, const struct table_part *part, size_t row,
                       size_t column, FILE *out) {
    const struct table_cell *cell = table_cell(part, row, column);
    const struct listed_run *run = part->rows[row].example;
    write_field(part->dataset, out);
    fprintf(out, ",%d,%d,", run->normal, run->outlier);
    write_field(run->normal_name, out);
    fputc(',', out);
    write_field(run->outlier_name, out);
    write_column(table, &part->columns[column], out);
    fprintf(out, "%zu", cell->n);
    write_value(cell->mean, out);
    write_value(cell->std, out);
    write_value(cell->paper != NULL ? cell->paper->mean : (double)NAN, out);
    write_value(cell->paper != NULL ? cell->paper->std : (double)NAN, out);
    write_value(cell->difference, out);
    fprintf(out, ",%s,%zu\n",
            isnan(cell->difference) ? ""
            : cell->outside         ? "1"
                                    : "0",
            cell->n_collapsed);
}

/* The classes that are averaged over have no number, and "average" for a name. */
static void write_average(const struct table *table, const struct table_part *part, size_t column,
                          FILE *out) {
    static const char *const classes[] = {[TABLE_NORMAL] = ",,-1,average,all others",
                                          [TABLE_OUTLIER] = ",-1,,all others,average",
                                          [TABLE_PAIR] = ",,,average,average"};
    const struct table_average *average = &part->columns[column].average;
    const double none = (double)NAN;
    write_field(part->dataset, out);
    fputs(classes[part->kind], out);
    write_column(table, &part->columns[column], out);
    write_value(average->mean, out);
    write_value(none, out);
    write_value(average->paper_mean, out);
    write_value(none, out);
    write_value(average->difference, out);
    fputs(",,\n", out);
}

void table_write_csv(const struct table *table, FILE *out) {
    fputs("dataset,normal,outlier,normal_name,outlier_name,method,options,metric,unit,n,mean,std,"
          "paper_mean,paper_std,difference,outside,n_collapsed\n",
          out);
    for (size_t i = 0; i < table->n_parts; i++) {
        const struct table_part *part = &table->parts[i];
        for (size_t column = 0; column < part->n_columns; column++) {
            for (size_t row = 0; row < part->n_rows; row++)
                if (table_cell(part, row, column)->n > 0)
                    write_cell(table, part, row, column, out);
            if (table_n_lines(part) > part->n_rows)
                write_average(table, part, column, out);
        }
    }
}

/* ---- JSON */

static void add_runs(cJSON *json, const struct table_cell *cell) {
    cJSON *runs = json_add_array(json, "runs");
    for (size_t i = 0; i < cell->n; i++) {
        const struct table_run *value = &cell->runs[i];
        cJSON *run = json_append_object(runs);
        table_add_text(run, "path", value->run->path);
        json_add_number(run, "seed", value->run->seed);
        json_add_number(run, "value", value->value);
        json_add_bool(run, "of_autoencoder", value->of_autoencoder);
        json_add_bool(run, "collapsed", value->run->collapsed);
    }
}

static void add_cell(cJSON *json, const struct table_part *part, size_t row, size_t column) {
    const struct table_cell *cell = table_cell(part, row, column);
    const struct listed_run *run = part->rows[row].example;
    json_add_number(json, "normal", run->normal);
    json_add_number(json, "outlier", run->outlier);
    json_add_text(json, "normal_name", run->normal_name);
    json_add_text(json, "outlier_name", run->outlier_name);
    json_add_number(json, "n", (double)cell->n);
    json_add_number(json, "mean", cell->mean);
    json_add_number(json, "std", cell->std);
    json_add_number(json, "paper_mean", cell->paper != NULL ? cell->paper->mean : (double)NAN);
    json_add_number(json, "paper_std", cell->paper != NULL ? cell->paper->std : (double)NAN);
    json_add_number(json, "difference", cell->difference);
    if (isnan(cell->difference))
        json_add_number(json, "outside", (double)NAN);
    else
        json_add_bool(json, "outside", cell->outside);
    add_runs(json, cell);
}

static void add_average(cJSON *json, const struct table_part *part,
                        const struct table_average *average) {
    cJSON *object = json_add_object(json, "average");
    json_add_number(object, "n_classes", (double)average->n_classes);
    json_add_number(object, "of_classes", (double)part->n_classes);
    json_add_number(object, "mean", average->mean);
    json_add_number(object, "paper_mean", average->paper_mean);
    json_add_number(object, "difference", average->difference);
}

static void add_part(cJSON *json, const struct table_part *part) {
    static const char *const kinds[] = {
        [TABLE_NORMAL] = "normal", [TABLE_OUTLIER] = "outlier", [TABLE_PAIR] = "pair"};
    json_add_text(json, "dataset", part->dataset);
    json_add_text(json, "kind", kinds[part->kind]);
    cJSON *columns = json_add_array(json, "columns");
    for (size_t column = 0; column < part->n_columns; column++) {
        const struct table_column *c = &part->columns[column];
        cJSON *object = json_append_object(columns);
        json_add_text(object, "method", c->method->name);
        json_add_text(object, "options", c->options);
        json_add_text(object, "not_preset", c->not_preset);
        cJSON *classes = json_add_array(object, "classes");
        for (size_t row = 0; row < part->n_rows; row++)
            if (table_cell(part, row, column)->n > 0)
                add_cell(json_append_object(classes), part, row, column);
        add_average(object, part, &c->average);
    }
}

static cJSON *whole_json(const struct table *table) {
    cJSON *json = cJSON_CreateObject();
    json_add_number(json, "format", 1);
    json_add_text(json, "metric", table->metric->name);
    json_add_text(json, "unit", table->metric->unit);
    cJSON *parts = json_add_array(json, "tables");
    for (size_t i = 0; i < table->n_parts; i++)
        add_part(json_append_object(parts), &table->parts[i]);
    cJSON *remarks = json_add_array(json, "remarks");
    for (size_t i = 0; i < table->n_remarks; i++) {
        cJSON *remark = json_append_object(remarks);
        table_add_text(remark, "path", table->remarks[i].run->path);
        json_add_text(remark, "kind", table_remark_names[table->remarks[i].kind]);
        table_add_text(remark, "text", table->remarks[i].text);
    }
    table_add_runs(json, table);
    return json;
}

int table_write_json(const struct table *table, FILE *out, struct error *err) {
    cJSON *json = whole_json(table);
    char *text;
    const int status = json_print("the table", json, true, &text, err);
    cJSON_Delete(json);
    if (status == STATUS_OK)
        fprintf(out, "%s\n", text);
    cJSON_free(text);
    return status;
}
