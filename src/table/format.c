/* Cells, rows, titles and notes as texts. */
#include "table/format.h"

#include "base/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const table_text_headings[N_CELL_TEXTS] = {
    [TEXT_OURS] = "ours", [TEXT_N] = "n", [TEXT_PAPER] = "paper", [TEXT_DIFFERENCE] = "diff"};

size_t table_n_texts(const struct table_part *part) {
    return part->has_paper ? N_CELL_TEXTS : TEXT_N + 1;
}

size_t table_n_lines(const struct table_part *part) {
    return part->n_rows + (part->n_rows > 1);
}

const struct table_cell *table_cell(const struct table_part *part, size_t row, size_t column) {
    return &part->cells[row * part->n_columns + column];
}

/* ---- cells */

static void write_number(double mean, double std, const struct table_style *style, int width,
                         char text[TABLE_TEXT_SIZE]) {
    if (isnan(mean))
        snprintf(text, TABLE_TEXT_SIZE, "%*s", width > 0 ? width : 1, "-");
    else if (isnan(std))
        snprintf(text, TABLE_TEXT_SIZE, "%s%*.1f%s", style->begin, width, mean, style->end);
    else
        snprintf(text, TABLE_TEXT_SIZE, "%s%*.1f%s%.1f%s", style->begin, width, mean,
                 style->plus_minus, std, style->end);
}

static void write_difference(double difference, bool outside, const struct table_style *style,
                             char text[TABLE_TEXT_SIZE]) {
    if (isnan(difference)) {
        snprintf(text, TABLE_TEXT_SIZE, "-%s", style->no_mark);
        return;
    }
    char number[32];
    const bool zero = fabs(difference) < 0.05; /* neither "-0.0" nor "+0.0" */
    snprintf(number, sizeof number, zero ? "%.1f" : "%+.1f", zero ? 0 : difference);
    snprintf(text, TABLE_TEXT_SIZE, "%s%s%s%s", style->begin, number, style->end,
             outside ? style->mark : style->no_mark);
}

static void append_mark(const char *mark, char text[TABLE_TEXT_SIZE]) {
    const size_t length = strlen(text);
    snprintf(text + length, TABLE_TEXT_SIZE - length, "%s", mark);
}

static void average_texts(const struct table_average *average, const struct table_style *style,
                          int width, char texts[N_CELL_TEXTS][TABLE_TEXT_SIZE]) {
    const double none = (double)NAN;
    write_number(average->mean, none, style, width, texts[TEXT_OURS]);
    texts[TEXT_N][0] = '\0';
    write_number(average->paper_mean, none, style, 0, texts[TEXT_PAPER]);
    write_difference(average->difference, false, style, texts[TEXT_DIFFERENCE]);
}

void table_cell_texts(const struct table_part *part, size_t row, size_t column,
                      const struct table_style *style, int width,
                      char texts[N_CELL_TEXTS][TABLE_TEXT_SIZE]) {
    if (row == part->n_rows) {
        average_texts(&part->columns[column].average, style, width, texts);
        return;
    }
    const struct table_cell *cell = table_cell(part, row, column);
    const bool has_paper = cell->paper != NULL;
    write_number(cell->mean, cell->std, style, width, texts[TEXT_OURS]);
    if (cell->n_collapsed > 0)
        append_mark(style->collapsed != NULL ? style->collapsed : TABLE_COLLAPSED,
                    texts[TEXT_OURS]);
    snprintf(texts[TEXT_N], TABLE_TEXT_SIZE, "%zu", cell->n);
    write_number(has_paper ? cell->paper->mean : (double)NAN, has_paper ? cell->paper->std : 0,
                 style, 0, texts[TEXT_PAPER]);
    write_difference(cell->difference, cell->outside, style, texts[TEXT_DIFFERENCE]);
}

/* ---- words */

void table_row_text(const struct table_part *part, size_t row, char text[TABLE_ROW_SIZE]) {
    if (row == part->n_rows) {
        snprintf(text, TABLE_ROW_SIZE, "average");
        return;
    }
    const struct listed_run *run = part->rows[row].example;
    if (part->kind == TABLE_PAIR)
        snprintf(text, TABLE_ROW_SIZE, "%s against %s", run->normal_name, run->outlier_name);
    else
        snprintf(text, TABLE_ROW_SIZE, "%s",
                 part->kind == TABLE_NORMAL ? run->normal_name : run->outlier_name);
}

const char *table_rows_heading(const struct table_part *part) {
    return part->kind == TABLE_PAIR ? "classes" : part->kind == TABLE_NORMAL ? "normal" : "outlier";
}

void table_title(const struct table *table, const struct table_part *part,
                 char text[TABLE_TITLE_SIZE]) {
    static const char *const kinds[] = {
        [TABLE_NORMAL] = "one class against all others",
        [TABLE_OUTLIER] = "all classes against one",
        [TABLE_PAIR] = "one class against another",
    };
    snprintf(text, TABLE_TITLE_SIZE, "%s, %s: %s in %s, mean and standard deviation over seeds",
             part->dataset, kinds[part->kind], table->metric->title, table->metric->unit);
}

/* "one-class: average over 4 of 10 classes (0, 1, 3, 8), the paper's too" */
static void note_missing(const struct table_part *part, size_t column, const char *prefix,
                         FILE *out) {
    const struct table_average *average = &part->columns[column].average;
    const char *before = "";
    fprintf(out, "%s%s: average over %zu of %zu classes (", prefix, part->columns[column].heading,
            average->n_classes, part->n_classes);
    for (size_t row = 0; row < part->n_rows; row++) {
        const struct listed_run *run = part->rows[row].example;
        if (table_cell(part, row, column)->n == 0)
            continue;
        fprintf(out, "%s%d", before, part->kind == TABLE_OUTLIER ? run->outlier : run->normal);
        if (part->kind == TABLE_PAIR)
            fprintf(out, " against %d", run->outlier);
        before = ", ";
    }
    fprintf(out, ")%s\n", isnan(average->paper_mean) ? "" : ", the paper's too");
}

/* True when autoencoders of runs of other methods are among the column's. */
static bool has_pretrained(const struct table_part *part, size_t column) {
    for (size_t row = 0; row < part->n_rows; row++) {
        const struct table_cell *cell = table_cell(part, row, column);
        for (size_t i = 0; i < cell->n; i++)
            if (cell->runs[i].of_autoencoder)
                return true;
    }
    return false;
}

static void note_collapsed(const struct table_part *part, const char *prefix, FILE *out) {
    size_t n_collapsed = 0, n = 0;
    for (size_t i = 0; i < part->n_rows * part->n_columns; i++) {
        n_collapsed += part->cells[i].n_collapsed;
        n += part->cells[i].n;
    }
    if (n_collapsed > 0)
        fprintf(out,
                "%s" TABLE_COLLAPSED ": with collapsed runs (%zu of %zu), which are counted, "
                "though their AUC means nothing\n",
                prefix, n_collapsed, n);
}

static void note_taken(const struct table_part *part, size_t column, const char *prefix,
                       FILE *out) {
    size_t n_taken = 0, n = 0;
    for (size_t row = 0; row < part->n_rows; row++) {
        n_taken += table_cell(part, row, column)->n_taken;
        n += table_cell(part, row, column)->n;
    }
    if (n_taken > 0)
        fprintf(out,
                "%s%s: %zu of %zu runs took their autoencoder from the cache: time without "
                "pretraining\n",
                prefix, part->columns[column].heading, n_taken, n);
}

void table_write_key(FILE *out) {
    fputs("n: number of runs\n", out);
}

void table_write_notes(const struct table_part *part, const char *prefix, const char *mark,
                       FILE *out) {
    if (part->has_paper)
        fprintf(out,
                "%sdiff: ours minus the paper's\n"
                "%s%s: more than the paper's standard deviation (0.05 if printed as 0.0), compared "
                "before rounding\n",
                prefix, prefix, mark);
    note_collapsed(part, prefix, out);
    for (size_t column = 0; column < part->n_columns; column++) {
        const struct table_column *c = &part->columns[column];
        if (c->options_apart)
            fprintf(out, "%s%s: %s\n", prefix, c->heading, c->options);
        if (c->not_preset[0] != '\0')
            fprintf(out, "%s%s: with %s\n", prefix, c->heading, c->not_preset);
        if (has_pretrained(part, column))
            fprintf(out, "%s%s: with the autoencoders that runs of other methods pretrained\n",
                    prefix, c->heading);
        note_taken(part, column, prefix, out);
        if (part->n_rows > 1 && c->average.n_classes < part->n_classes)
            note_missing(part, column, prefix, out);
    }
}

char *table_notes(const struct table_part *part, const char *mark, struct error *err) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out != NULL) {
        table_write_key(out);
        table_write_notes(part, "", mark, out);
    }
    if (out != NULL && fclose(out) == 0)
        return text;
    free(text);
    error_set(err, STATUS_NO_MEMORY, "out of memory");
    return NULL;
}

void table_escape(const char *text, const char *special, FILE *out) {
    for (; *text != '\0'; text++) {
        if (strchr(special, *text) != NULL)
            fputc('\\', out);
        fputc(*text, out);
    }
}
