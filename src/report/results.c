/* The results: averages at a glance, then the tables beside the paper's. */
#include "report/results.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/html.h"
#include "report/state.h"

static const struct table_style plain = {
    .begin = "", .end = "", .plus_minus = " ± ", .mark = "", .no_mark = ""};

static size_t count_column_runs(const struct table_part *part, size_t column) {
    size_t n = 0;
    for (size_t row = 0; row < part->n_rows; row++)
        n += table_cell(part, row, column)->n;
    return n;
}

/* ---- averages */

/* With a minus sign as wide as a plus. */
static void write_signed(FILE *out, const char *text) {
    if (text[0] == '-' && text[1] != '\0')
        fprintf(out, "−%s", text + 1);
    else
        fputs(text, out);
}

/* "94.9", and beside it what it is of and the paper's. */
static void write_average(FILE *out, const struct table_part *part, size_t column) {
    static const char *const counted[2][2] = {{"class", "classes"}, {"pair", "pairs"}};
    const struct table_average *average = &part->columns[column].average;
    const size_t n = count_column_runs(part, column);
    char texts[N_CELL_TEXTS][TABLE_TEXT_SIZE];
    table_cell_texts(part, part->n_rows, column, &plain, 0, texts);
    fputs("<li>", out);
    report_key(out, part, column);
    fprintf(out,
            "<span class=\"big\">%s<small> %%</small></span>\n<span class=\"of\">%zu of %zu %s, "
            "%zu run%s",
            texts[TEXT_OURS], average->n_classes, part->n_classes,
            counted[part->kind == TABLE_PAIR][part->n_classes != 1], n, n == 1 ? "" : "s");
    if (!isnan(average->paper_mean)) {
        fprintf(out, "<br>paper %s (", texts[TEXT_PAPER]);
        write_signed(out, texts[TEXT_DIFFERENCE]);
        putc(')', out);
    }
    fputs("</span></li>\n", out);
}

static void write_averages(FILE *out, const struct table_part *part) {
    fputs("<ul class=\"tiles\" aria-label=\"Average over the classes of the mean test AUC\">\n",
          out);
    for (size_t column = 0; column < part->n_columns; column++)
        write_average(out, part, column);
    fputs("</ul>\n", out);
}

/* ---- the table */

static void write_heading(FILE *out, const struct table_part *part) {
    static const char *const texts[N_CELL_TEXTS] = {"mean ± std", "runs", "paper", "diff."};
    fprintf(out, "<thead>\n<tr><th scope=\"col\" rowspan=\"2\">%s</th>", table_rows_heading(part));
    for (size_t column = 0; column < part->n_columns; column++) {
        fprintf(out, "<th scope=\"colgroup\" colspan=\"%zu\" class=\"group\">",
                table_n_texts(part));
        report_key(out, part, column);
        fputs("</th>", out);
    }
    fputs("</tr>\n<tr>", out);
    for (size_t column = 0; column < part->n_columns; column++)
        for (size_t i = 0; i < table_n_texts(part); i++)
            fprintf(out, "<th scope=\"col\"%s>%s</th>", i == 0 ? " class=\"group\"" : "", texts[i]);
    fputs("</tr>\n</thead>\n", out);
}

static void write_difference(FILE *out, const struct table_cell *cell, const char *text) {
    const bool above = cell != NULL && cell->difference > 0;
    const bool outside = cell != NULL && cell->outside;
    fprintf(out, "<td class=\"%s\">", !outside ? "quiet" : above ? "above" : "below");
    write_signed(out, text);
    if (outside)
        fprintf(out,
                "<span aria-hidden=\"true\"> %s</span><span class=\"hidden\"> outside, %s</span>",
                above ? "▲" : "▼", above ? "above" : "below");
    else
        fputs("<span aria-hidden=\"true\" class=\"no-mark\"> ▲</span>", out);
    fputs("</td>", out);
}

/* Whether any mean of a column has a standard deviation beside it. */
static bool has_deviations(const struct table_part *part, size_t column) {
    bool has = false;
    for (size_t row = 0; row < part->n_rows; row++)
        has |= table_cell(part, row, column)->n > 1;
    return has;
}

/* A mean alone stands below means with standard deviations. */
static const char *room_of_deviation(bool is_alone) {
    return is_alone ? "<span class=\"no-mark\"> ± 0.0</span>" : "";
}

static void write_cell(FILE *out, const struct table_part *part, size_t row, size_t column) {
    const bool is_average = row == part->n_rows;
    const bool is_alone = is_average || table_cell(part, row, column)->n == 1;
    char texts[N_CELL_TEXTS][TABLE_TEXT_SIZE];
    table_cell_texts(part, row, column, &plain, 0, texts);
    fprintf(out, "<td class=\"group\">%s%s</td><td class=\"quiet\">%s</td>", texts[TEXT_OURS],
            room_of_deviation(is_alone && has_deviations(part, column)), texts[TEXT_N]);
    if (!part->has_paper)
        return;
    fprintf(out, "<td>%s%s</td>", texts[TEXT_PAPER], room_of_deviation(is_average));
    write_difference(out, is_average ? NULL : table_cell(part, row, column),
                     texts[TEXT_DIFFERENCE]);
}

static void write_row(const struct report *report, const struct table_part *part, size_t row) {
    FILE *out = report->out;
    char name[TABLE_ROW_SIZE], id[64];
    const struct report_class class = {part, row};
    table_row_text(part, row, name);
    fputs(row == part->n_rows ? "</tbody>\n<tfoot>\n<tr><th scope=\"row\">"
                              : "<tr><th scope=\"row\">",
          out);
    if (row < part->n_rows) {
        report_class_id(report, &class, id);
        fprintf(out, "<a href=\"#%s\">", id);
        html_text(out, name);
        fputs("</a>", out);
    } else {
        html_text(out, name);
    }
    fputs("</th>", out);
    for (size_t column = 0; column < part->n_columns; column++)
        write_cell(out, part, row, column);
    fputs(row == part->n_rows ? "</tr>\n</tfoot>\n" : "</tr>\n", out);
}

/* ---- notes */

/* What table_write_notes says, as a list. */
static void write_notes(FILE *out, const struct table_part *part) {
    char *text = NULL;
    size_t size = 0;
    FILE *notes = open_memstream(&text, &size);
    if (notes == NULL)
        return;
    table_write_notes(part, "", "▲ or ▼", notes);
    if (fclose(notes) == 0) {
        fputs("<ul class=\"notes\">\n", out);
        for (char *line = text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
            *end = '\0';
            html_element(out, "li", line);
        }
        fputs("</ul>\n", out);
    }
    free(text);
}

static void write_part(const struct report *report, const struct table_part *part) {
    FILE *out = report->out;
    char title[TABLE_TITLE_SIZE], id[32];
    report_part_title(part, title);
    report_part_id(report, part, id);
    fprintf(out, "<h3 id=\"%s\">", id);
    html_text(out, title);
    fputs("</h3>\n", out);
    write_averages(out, part);
    fputs("<div class=\"scroll\" tabindex=\"0\" role=\"region\"", out);
    html_attribute(out, "aria-label", "Table of results: %s", title);
    fputs(">\n<table class=\"numbers\">\n<caption>Test AUC in %, over the "
          "seeds</caption>\n",
          out);
    write_heading(out, part);
    fputs("<tbody>\n", out);
    for (size_t row = 0; row < table_n_lines(part); row++)
        write_row(report, part, row);
    fputs(table_n_lines(part) == part->n_rows ? "</tbody>\n</table>\n</div>\n"
                                              : "</table>\n</div>\n",
          out);
    write_notes(out, part);
}

void report_results(const struct report *report) {
    fputs("<section id=\"results\" aria-labelledby=\"results-title\">\n"
          "<h2 id=\"results-title\">Results</h2>\n",
          report->out);
    for (size_t i = 0; i < report->table->n_parts; i++)
        write_part(report, &report->table->parts[i]);
    fputs("</section>\n", report->out);
}
