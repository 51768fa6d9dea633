/* What the sections of a report share. */
#include "report/state.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include "io/file.h"
#include "report/html.h"
#include "report/svg.h"

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
    bool used[SVG_N_STYLES] = {false};
    size_t style = 0;
    for (size_t c = 0; c < part->n_columns; c++) {
        assert(part->columns[c].method->colour < SVG_N_STYLES);
        used[part->columns[c].method->colour] = true;
    }
    for (size_t c = 0, free_style = 0; c <= column; c++) {
        if (c == 0 || part->columns[c].method != part->columns[c - 1].method) {
            style = part->columns[c].method->colour;
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
    const struct dataset_info *info = dataset_row(name);
    return info != NULL ? info->title : name;
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
