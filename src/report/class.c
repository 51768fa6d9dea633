/* A section for each class: of every method one run is shown in detail, and all of them over their
 * epochs. */
#include "report/class.h"

#include <stdlib.h>

#include "report/epochs.h"
#include "report/html.h"
#include "report/mosaics.h"
#include "report/scores.h"
#include "report/state.h"

static bool is_before(const struct table_run *a, const struct table_run *b) {
    return a->value != b->value ? a->value < b->value : a->run->seed < b->run->seed;
}

/* The run with the median value, of two the lower; NULL when there is none. The seeds of a cell are
 * all different, so there is exactly one with so many before it. */
static const struct table_run *median_run(const struct table_cell *cell) {
    for (size_t i = 0; i < cell->n; i++) {
        size_t n_before = 0;
        for (size_t k = 0; k < cell->n; k++)
            n_before += is_before(&cell->runs[k], &cell->runs[i]);
        if (n_before == (cell->n - 1) / 2)
            return &cell->runs[i];
    }
    return NULL;
}

/* The class and what came out, for those who do not open the section. */
static void write_summary(const struct report *report, const struct report_class *class) {
    FILE *out = report->out;
    const int level = report_class_level(report);
    char name[TABLE_ROW_SIZE];
    table_row_text(class->part, class->row, name);
    fprintf(out, "<summary><h%d>", level);
    html_format(out, "%s %s", class->part->kind == TABLE_OUTLIER ? "Outlier" : "Normal", name);
    fprintf(out, "</h%d><span class=\"digest\">", level);
    for (size_t column = 0; column < class->part->n_columns; column++) {
        const struct table_cell *cell = table_cell(class->part, class->row, column);
        if (cell->n == 0)
            continue;
        fputs("<span>", out);
        report_key(out, class->part, column);
        fprintf(out, " %.1f</span> ", cell->mean);
    }
    fputs("</span></summary>\n", out);
}

static void write_shown(FILE *out, const struct report_class *class,
                        const struct table_run *const shown[]) {
    fputs(
        "<p class=\"shown\">Shown of each method: the run with the median AUC (of two the lower). ",
        out);
    for (size_t column = 0; column < class->part->n_columns; column++) {
        if (shown[column] == NULL)
            continue;
        fputs("<span class=\"run\">", out);
        report_key(out, class->part, column);
        html_format(out, ": seed %d, %.2f %%, ", shown[column]->run->seed, shown[column]->value);
        html_element(out, "code", shown[column]->run->path);
        fputs("</span> ", out);
    }
    fputs("</p>\n", out);
}

static void write_class(struct report *report, const struct report_class *class, bool open) {
    FILE *out = report->out;
    const size_t n_columns = class->part->n_columns;
    const struct table_run **shown = calloc(n_columns, sizeof(struct table_run *));
    char id[64];
    if (shown == NULL) {
        report_left_out(out, "a class, for want of memory");
        return;
    }
    for (size_t column = 0; column < n_columns; column++)
        shown[column] = median_run(table_cell(class->part, class->row, column));
    report_class_id(report, class, id);
    fprintf(out, "<details class=\"class\"%s>\n", open ? " open" : "");
    write_summary(report, class);
    fprintf(out, "<div class=\"body\" id=\"%s\">\n", id);
    write_shown(out, class, shown);
    report_scores(report, class, shown);
    report_epochs(report, class, shown);
    report_mosaics(report, class, shown);
    fputs("</div>\n</details>\n", out);
    free(shown);
}

/* Links to the classes of a part. */
static void write_class_links(const struct report *report, const struct table_part *part) {
    FILE *out = report->out;
    char title[TABLE_TITLE_SIZE];
    report_part_title(part, title);
    fputs("<nav class=\"class-links\"", out);
    html_attribute(out, "aria-label", "Classes of %s", title);
    fputs(">\n<ul>\n", out);
    for (size_t row = 0; row < part->n_rows; row++) {
        const struct report_class class = {part, row};
        char id[64], text[TABLE_ROW_SIZE];
        report_class_id(report, &class, id);
        table_row_text(part, row, text);
        fprintf(out, "<li><a href=\"#%s\">", id);
        html_text(out, text);
        fputs("</a></li>\n", out);
    }
    fputs("</ul>\n</nav>\n", out);
}

void report_classes(struct report *report) {
    FILE *out = report->out;
    const struct table *table = report->table;
    size_t n_classes = 0;
    for (size_t i = 0; i < table->n_parts; i++)
        n_classes += table->parts[i].n_rows;
    fputs("<section id=\"classes\" aria-labelledby=\"classes-title\">\n"
          "<h2 id=\"classes-title\">Classes</h2>\n",
          out);
    for (size_t i = 0; i < table->n_parts; i++) {
        const struct table_part *part = &table->parts[i];
        char title[TABLE_TITLE_SIZE];
        report_part_title(part, title);
        if (table->n_parts > 1)
            html_element(out, "h3", title);
        if (part->n_rows > 1)
            write_class_links(report, part);
        for (size_t row = 0; row < part->n_rows; row++) {
            const struct report_class class = {part, row};
            write_class(report, &class, n_classes <= 2 || (i == 0 && row == 0));
        }
    }
    fputs("</section>\n", out);
}
