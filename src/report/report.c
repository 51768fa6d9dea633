/* The page as a whole: head, navigation, the sections in order. */
#include "report/report.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "deepsvdd.h"
#include "io/file.h"
#include "report/html.h"
#include "report/state.h"
#include "report/svg.h"

/* ---- what the sections share */

void report_left_out(FILE *out, const char *format, ...) {
    char text[sizeof((struct error *)0)->message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    fputs("<p class=\"left-out\">Left out: ", out);
    html_text(out, text);
    fputs("</p>\n", out);
}

size_t report_column_style(const struct table_part *part, size_t column) {
    static const size_t styles[N_METHODS] = {
        [METHOD_ONE_CLASS] = 0, [METHOD_SOFT_BOUNDARY] = 1, [METHOD_DCAE] = 2, [METHOD_OCSVM] = 3,
        [METHOD_KDE] = 4,       [METHOD_IFOREST] = 5,       [METHOD_CE] = 6,
    };
    bool used[SVG_N_STYLES] = {false};
    size_t style = 0;
    for (size_t c = 0; c < part->n_columns; c++)
        used[styles[part->columns[c].method]] = true;
    for (size_t c = 0, free_style = 0; c <= column; c++) {
        if (c == 0 || part->columns[c].method != part->columns[c - 1].method) {
            style = styles[part->columns[c].method];
            continue;
        }
        for (size_t i = 0; i < SVG_N_STYLES && used[free_style]; i++)
            free_style = (free_style + 1) % SVG_N_STYLES;
        style = free_style;
        free_style = (free_style + 1) % SVG_N_STYLES;
    }
    return style;
}

int report_class_level(const struct report *report) {
    return report->table->n_parts > 1 ? 4 : 3;
}

void report_piece_heading(const struct report *report, const char *text) {
    const int level = report_class_level(report) + 1;
    fprintf(report->out, "<h%d class=\"piece\">%s</h%d>\n", level, text, level);
}

void report_key(FILE *out, const struct table_part *part, size_t column) {
    const size_t style = report_column_style(part, column);
    fprintf(out, "<span class=\"key s%zu\"><svg viewBox=\"0 0 14 14\" aria-hidden=\"true\">",
            style);
    svg_mark(out, 7, 7, 5, style, "dot", NULL);
    fputs("</svg>", out);
    html_text(out, part->columns[column].heading);
    fputs("</span>", out);
}

void report_figure(FILE *out, const struct table_part *part, size_t column, const char *what,
                   const char *note) {
    fputs("<figure><figcaption>", out);
    if (column < part->n_columns)
        report_key(out, part, column);
    fputs("<b>", out);
    html_text(out, what);
    fputs("</b>", out);
    if (note[0] != '\0') {
        fputs(" <small>", out);
        html_text(out, note);
        fputs("</small>", out);
    }
    fputs("</figcaption>\n", out);
}

void report_figure_end(FILE *out) {
    fputs("</figure>\n", out);
}

void report_part_id(const struct report *report, const struct table_part *part, char id[32]) {
    snprintf(id, 32, "t%zu", (size_t)(part - report->table->parts) + 1);
}

void report_class_id(const struct report *report, const struct report_class *class, char id[64]) {
    char part[32];
    report_part_id(report, class->part, part);
    snprintf(id, 64, "%s-r%zu", part, class->row + 1);
}

const char *report_dataset_title(const char *name) {
    for (size_t i = 0; dataset_table[i] != NULL; i++)
        if (strcmp(dataset_table[i]->name, name) == 0)
            return dataset_table[i]->title;
    return name;
}

void report_part_title(const struct table_part *part, char title[TABLE_TITLE_SIZE]) {
    static const char *const kinds[] = {
        [TABLE_NORMAL] = "one class against all others",
        [TABLE_OUTLIER] = "all classes against one",
        [TABLE_PAIR] = "one class against another",
    };
    snprintf(title, TABLE_TITLE_SIZE, "%s, %s", report_dataset_title(part->dataset),
             kinds[part->kind]);
}

bool report_has_file(const struct listed_run *run, enum run_file file, char path[RUN_PATH_SIZE]) {
    const struct run_directory directory = {.path = run->path, .prefix = "", .lock = -1};
    run_directory_file(&directory, file, path);
    return file_exists(path);
}

/* ---- the page */

/* Nothing may be loaded or run, whatever is on the page. */
static const char policy[] = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/* "MNIST, CIFAR-10" */
static void write_datasets(const struct report *report) {
    const struct table_part *parts = report->table->parts;
    const char *before = "";
    for (size_t i = 0; i < report->table->n_parts; i++) {
        if (i > 0 && strcmp(parts[i].dataset, parts[i - 1].dataset) == 0)
            continue;
        html_format(report->out, "%s%s", before, report_dataset_title(parts[i].dataset));
        before = ", ";
    }
}

static void write_head(const struct report *report) {
    FILE *out = report->out;
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n",
          out);
    fprintf(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"%s\">\n", policy);
    fputs("<link rel=\"icon\" href=\"data:,\">\n<title>Deep SVDD: ", out);
    write_datasets(report);
    fputs("</title>\n<style>\n", out);
    fputs(report_style, out);
    fputs("</style>\n</head>\n", out);
}

static void write_navigation(const struct report *report) {
    fputs("<nav class=\"sections\" aria-label=\"Sections\">\n<ul>\n"
          "<li><a href=\"#results\">Results</a></li>\n<li><a href=\"#seeds\">Each seed</a></li>\n",
          report->out);
    if (report->table->n_remarks > 0)
        fputs("<li><a href=\"#remarks\">Remarks</a></li>\n", report->out);
    fputs("<li><a href=\"#classes\">Classes</a></li>\n<li><a href=\"#timings\">Timings</a></li>\n"
          "<li><a href=\"#configuration\">Configuration</a></li>\n</ul>\n</nav>\n",
          report->out);
}

/* How many of the list's runs count in the table. */
static size_t count_runs(const struct report *report) {
    size_t n = 0;
    for (size_t i = 0; i < report->table->n_runs; i++)
        n += !report->table->runs[i].of_autoencoder;
    return n;
}

static void write_header(const struct report *report) {
    FILE *out = report->out;
    const size_t n = count_runs(report), n_found = report->list->n;
    fputs("<body>\n<a class=\"skip\" href=\"#results\">Skip to the results</a>\n<header>\n"
          "<p class=\"over\">Deep Support Vector Data Description</p>\n<h1>",
          out);
    write_datasets(report);
    fprintf(out,
            "</h1>\n<p>How well one-class models tell normal images from outliers: the "
            "area under the ROC curve (AUC) of their anomaly scores on the test set. "
            "<strong>%zu run%s</strong>",
            n, n == 1 ? "" : "s");
    if (n_found > n)
        fprintf(out, " of %zu found; the others are named under <a href=\"#remarks\">remarks</a>",
                n_found);
    fputs(".</p>\n", out);
    fputs("</header>\n", out);
    write_navigation(report);
    fputs("<main>\n", out);
}

static void write_footer(const struct report *report) {
    fputs("</main>\n<footer><p>Made by deepsvdd " DEEPSVDD_VERSION
          " with <code>deepsvdd report</code>. “Paper” is Table 1 of Ruff et al., "
          "<cite>Deep One-Class Classification</cite>, ICML 2018.</p></footer>\n</body>\n</html>\n",
          report->out);
}

static void write_page(struct report *report) {
    write_head(report);
    write_header(report);
    report_results(report);
    report_seeds(report);
    report_remarks(report);
    report_classes(report);
    report_timings(report);
    report_configuration(report);
    write_footer(report);
}

int report_make(const struct run_list *list, const struct table *table,
                const struct report_options *options, char **page, size_t *size,
                struct error *err) {
    struct report report = {.list = list, .table = table, .options = options};
    *page = NULL;
    report.out = open_memstream(page, size);
    if (report.out == NULL)
        return error_set(err, STATUS_NO_MEMORY, "out of memory");
    locale_t before = number_point_begin();
    write_page(&report);
    number_point_end(before);
    report_images_free(&report.images);
    const bool failed = ferror(report.out) != 0;
    if (fclose(report.out) == 0 && !failed)
        return STATUS_OK;
    free(*page);
    *page = NULL;
    return error_set(err, STATUS_NO_MEMORY, "out of memory");
}
