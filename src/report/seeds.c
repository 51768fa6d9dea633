/* Every run as a dot, and what there is to say of runs. */
#include "report/seeds.h"

#include <math.h>
#include <string.h>

#include "report/html.h"
#include "report/state.h"
#include "report/svg.h"

/* Of the chart, in pixels at its natural size. */
enum { WIDE = 900, NARROW = 375, TOP = 26, BOTTOM = 40, LANE = 16, ROW_GAP = 13, LABEL_SIZE = 28 };

static double row_height(const struct table_part *part) {
    return (double)(part->n_columns * LANE + ROW_GAP);
}

/* The middle of the lane of a cell. */
static double lane(const struct svg_frame *frame, const struct table_part *part, size_t row,
                   size_t column) {
    return frame->top + row_height(part) * (double)row + ROW_GAP / 2.0 +
           LANE * ((double)column + 0.5);
}

/* From the least to the greatest of what is drawn; no AUC is above 100 %, where half a mark sticks
 * out. */
static struct svg_axis value_axis(const struct table_part *part, bool wide) {
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < part->n_rows * part->n_columns; i++) {
        const struct table_cell *cell = &part->cells[i];
        for (size_t k = 0; k < cell->n; k++) {
            low = fmin(low, cell->runs[k].value);
            high = fmax(high, cell->runs[k].value);
        }
        if (cell->n > 0 && cell->paper != NULL) {
            low = fmin(low, cell->paper->mean - cell->paper->std);
            high = fmax(high, fmin(100, cell->paper->mean + cell->paper->std));
        }
    }
    struct svg_axis axis = svg_axis(low, high, "test AUC in %", false);
    axis.high = fmin(axis.high, 100);
    axis.n_ticks = wide ? 14 : 5;
    return axis;
}

/* ---- the chart */

/* At most LABEL_SIZE bytes of a name, whole characters; the rest shows when pointed at. */
static void write_row_label(FILE *out, const struct svg_frame *frame, const struct table_part *part,
                            size_t row) {
    char name[TABLE_ROW_SIZE];
    table_row_text(part, row, name);
    size_t length = strnlen(name, LABEL_SIZE);
    const bool cut = name[length] != '\0';
    while (cut && length > 0 && ((unsigned char)name[length] & 0xc0) == 0x80)
        length--;
    const double middle = frame->top + row_height(part) * ((double)row + 0.5);
    fprintf(out, "<text class=\"end name\" x=\"%.1f\" y=\"%.1f\">", frame->left - 10, middle + 5);
    html_format(out, "%.*s%s", (int)length, name, cut ? "…" : "");
    if (cut)
        html_element(out, "title", name);
    fputs("</text>\n", out);
}

static void write_paper(FILE *out, const struct svg_frame *frame, const struct table_cell *cell,
                        double y) {
    const double low = svg_x(frame, cell->paper->mean - cell->paper->std);
    const double high = svg_x(frame, fmin(100, cell->paper->mean + cell->paper->std));
    const double mean = svg_x(frame, cell->paper->mean), half = LANE / 2.0 - 1;
    fprintf(out,
            "<path class=\"band\" d=\"M%.1f %.1fH%.1fV%.1fH%.1fZ\"/>"
            "<path class=\"tick\" d=\"M%.1f %.1fV%.1f\"/>\n",
            low, y - half, high, y + half, low, mean, y - half, y + half);
}

static void write_cell(FILE *out, const struct svg_frame *frame, const struct table_part *part,
                       size_t row, size_t column, bool with_titles) {
    const struct table_cell *cell = table_cell(part, row, column);
    const size_t style = report_column_style(part, column);
    const double y = lane(frame, part, row, column);
    if (cell->n == 0)
        return;
    fprintf(out, "<g class=\"s%zu\">", style);
    if (cell->paper != NULL)
        write_paper(out, frame, cell, y);
    for (size_t i = 0; i < cell->n; i++) {
        const struct table_run *run = &cell->runs[i];
        char title[sizeof((struct error *)0)->message];
        snprintf(title, sizeof title, "%s, seed %d: %.2f %%%s%s (%.900s)",
                 part->columns[column].heading, run->run->seed, run->value,
                 run->of_autoencoder ? ", the autoencoder of the run" : "",
                 run->run->collapsed ? ", collapsed" : "", run->run->path);
        svg_mark(out, svg_x(frame, run->value), y, 4.2, style,
                 run->run->collapsed ? "dot hollow" : "dot", with_titles ? title : NULL);
    }
    fputs("</g>\n", out);
}

/* In bytes, at most LABEL_SIZE. */
static size_t longest_label(const struct table_part *part) {
    size_t longest = 1;
    for (size_t row = 0; row < part->n_rows; row++) {
        char name[TABLE_ROW_SIZE];
        table_row_text(part, row, name);
        longest = strlen(name) > longest ? strlen(name) : longest;
    }
    return longest < LABEL_SIZE ? longest : LABEL_SIZE;
}

/* The wide one, or the one for phones, which have no pointer to rest on a mark. */
static void write_chart(FILE *out, const struct table_part *part, bool wide,
                        const char *description) {
    const double width = wide ? WIDE : NARROW;
    struct svg_frame frame = {.left = 26 + (wide ? 7.6 : 6.6) * (double)longest_label(part),
                              .top = TOP,
                              .right = width - 14,
                              .x = value_axis(part, wide),
                              .y = {.low = 0, .high = 1}};
    frame.bottom = frame.top + row_height(part) * (double)part->n_rows;
    svg_begin(out, wide ? "strip wide-only" : "strip narrow-only", width, frame.bottom + BOTTOM,
              description);
    for (size_t row = 0; row < part->n_rows; row += 2)
        fprintf(out, "<path class=\"stripe\" d=\"M0 %.1fH%.1fV%.1fH0Z\"/>\n",
                frame.top + row_height(part) * (double)row, width,
                frame.top + row_height(part) * (double)(row + 1));
    svg_axis_x(out, &frame, true);
    for (size_t row = 0; row < part->n_rows; row++) {
        write_row_label(out, &frame, part, row);
        for (size_t column = 0; column < part->n_columns; column++)
            write_cell(out, &frame, part, row, column, wide);
    }
    svg_end(out);
}

/* ---- the same as text */

static void write_values(FILE *out, const struct table_part *part, const char *title) {
    fputs("<details class=\"values\"><summary>All values as text</summary>\n"
          "<div class=\"scroll\" tabindex=\"0\" role=\"region\"",
          out);
    html_attribute(out, "aria-label", "Test AUC of every run: %s", title);
    fprintf(out,
            ">\n<table>\n<thead><tr><th scope=\"col\">%s</th><th scope=\"col\">method</th>"
            "<th scope=\"col\">seed: test AUC in %%</th></tr></thead>\n<tbody>\n",
            table_rows_heading(part));
    for (size_t row = 0; row < part->n_rows; row++)
        for (size_t column = 0; column < part->n_columns; column++) {
            const struct table_cell *cell = table_cell(part, row, column);
            char name[TABLE_ROW_SIZE];
            if (cell->n == 0)
                continue;
            table_row_text(part, row, name);
            fputs("<tr><th scope=\"row\">", out);
            html_text(out, name);
            fputs("</th>", out);
            html_element(out, "td", part->columns[column].heading);
            fputs("<td>", out);
            for (size_t i = 0; i < cell->n; i++)
                fprintf(out, "%s<span class=\"pair\">%d: %.2f</span>", i > 0 ? " " : "",
                        cell->runs[i].run->seed, cell->runs[i].value);
            fputs("</td></tr>\n", out);
        }
    fputs("</tbody>\n</table>\n</div>\n</details>\n", out);
}

static void write_part(const struct report *report, const struct table_part *part) {
    FILE *out = report->out;
    char title[TABLE_TITLE_SIZE], description[TABLE_TITLE_SIZE + 128];
    report_part_title(part, title);
    if (report->table->n_parts > 1)
        html_element(out, "h3", title);
    fputs("<figure class=\"wide\">\n<figcaption><span class=\"legend\">", out);
    for (size_t column = 0; column < part->n_columns; column++)
        report_key(out, part, column);
    fprintf(out,
            "</span><small>A mark is a run<span class=\"wide-only\">; point at it for its seed and "
            "directory</span>.%s</small>"
            "</figcaption>\n",
            part->has_paper ? " Line and band: the paper’s mean and standard deviation." : "");
    snprintf(description, sizeof description,
             "Test AUC of every run by class and method, %s; the values stand as text below",
             title);
    write_chart(out, part, true, description);
    write_chart(out, part, false, description);
    report_figure_end(out);
    write_values(out, part, title);
}

void report_seeds(const struct report *report) {
    fputs("<section id=\"seeds\" aria-labelledby=\"seeds-title\">\n"
          "<h2 id=\"seeds-title\">Each seed</h2>\n",
          report->out);
    for (size_t i = 0; i < report->table->n_parts; i++)
        write_part(report, &report->table->parts[i]);
    fputs("</section>\n", report->out);
}

/* ---- remarks */

void report_remarks(const struct report *report) {
    FILE *out = report->out;
    const struct table *table = report->table;
    if (table->n_remarks == 0)
        return;
    fputs("<section id=\"remarks\" aria-labelledby=\"remarks-title\">\n"
          "<h2 id=\"remarks-title\">Remarks</h2>\n<ul class=\"remarks\">\n",
          out);
    for (size_t i = 0; i < table->n_remarks; i++) {
        fputs("<li>", out);
        html_element(out, "b", table_remark_names[table->remarks[i].kind]);
        fputs(" ", out);
        html_element(out, "code", table->remarks[i].run->path);
        html_format(out, ": %s", table->remarks[i].text);
        fputs("</li>\n", out);
    }
    fputs("</ul>\n</section>\n", out);
}
