/* A table for the terminal. Methods stand side by side while they fit, then below one another. */
#include "table/text.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "table/format.h"

enum { LINE_WIDTH = 100, GAP = 2 };

static const struct table_style style = {
    .begin = "", .end = "", .plus_minus = "±", .mark = "*", .no_mark = " "};

/* Widths of a method's columns, as seen. */
struct layout {
    int mean; /* of the means of ours, so that their points stand below one another */
    size_t texts[N_CELL_TEXTS];
    size_t all;
};

/* The characters of a text in UTF-8: bytes that do not continue one. */
static size_t seen_width(const char *text) {
    size_t width = 0;
    for (; *text != '\0'; text++)
        width += ((unsigned char)*text & 0xc0) != 0x80;
    return width;
}

static size_t larger(size_t a, size_t b) {
    return a > b ? a : b;
}

/* A line under way: blanks wait for what comes after them, so that no line ends in one. */
struct line {
    FILE *out;
    size_t n_blanks;
};

static void put(struct line *line, const char *text, size_t width, bool right) {
    const size_t seen = seen_width(text), pad = seen < width ? width - seen : 0;
    size_t length = strlen(text), n_after = right ? 0 : pad;
    for (; length > 0 && text[length - 1] == ' '; length--)
        n_after++;
    line->n_blanks += right ? pad : 0;
    if (length > 0) {
        fprintf(line->out, "%*s%.*s", (int)line->n_blanks, "", (int)length, text);
        line->n_blanks = 0;
    }
    line->n_blanks += n_after;
}

static void end_line(struct line *line) {
    fputc('\n', line->out);
    line->n_blanks = 0;
}

static void measure(const struct table_part *part, size_t column, struct layout *layout) {
    char texts[N_CELL_TEXTS][TABLE_TEXT_SIZE];
    const size_t n_texts = table_n_texts(part), n_lines = table_n_lines(part);
    *layout = (struct layout){0};
    for (size_t row = 0; row < n_lines; row++) {
        const double mean = row < part->n_rows ? table_cell(part, row, column)->mean
                                               : part->columns[column].average.mean;
        const int width = snprintf(NULL, 0, "%.1f", mean);
        layout->mean = width > layout->mean ? width : layout->mean;
    }
    for (size_t i = 0; i < n_texts; i++)
        layout->texts[i] = strlen(table_text_headings[i]);
    for (size_t row = 0; row < n_lines; row++) {
        table_cell_texts(part, row, column, &style, layout->mean, texts);
        for (size_t i = 0; i < n_texts; i++)
            layout->texts[i] = larger(layout->texts[i], seen_width(texts[i]));
    }
    for (size_t i = 0; i < n_texts; i++)
        layout->all += layout->texts[i] + (i > 0);
    layout->all = larger(layout->all, seen_width(part->columns[column].heading));
}

/* Of columns begin .. end - 1. */
static void write_headings(const struct table_part *part, const struct layout *layouts,
                           size_t begin, size_t end, size_t row_width, struct line *line) {
    put(line, "", row_width, false);
    for (size_t column = begin; column < end; column++) {
        put(line, "", GAP, false);
        put(line, part->columns[column].heading, layouts[column].all, false);
    }
    end_line(line);
    put(line, table_rows_heading(part), row_width, false);
    for (size_t column = begin; column < end; column++) {
        const struct layout *layout = &layouts[column];
        size_t used = 0;
        put(line, "", GAP, false);
        for (size_t i = 0; i < table_n_texts(part); i++) {
            put(line, "", i > 0, false);
            put(line, table_text_headings[i], layout->texts[i], i == TEXT_N);
            used += layout->texts[i] + (i > 0);
        }
        put(line, "", layout->all - used, false);
    }
    end_line(line);
}

static void write_row(const struct table_part *part, const struct layout *layouts, size_t begin,
                      size_t end, size_t row, size_t row_width, struct line *line) {
    char name[TABLE_ROW_SIZE], texts[N_CELL_TEXTS][TABLE_TEXT_SIZE];
    table_row_text(part, row, name);
    put(line, name, row_width, false);
    for (size_t column = begin; column < end; column++) {
        const struct layout *layout = &layouts[column];
        size_t used = 0;
        table_cell_texts(part, row, column, &style, layout->mean, texts);
        put(line, "", GAP, false);
        for (size_t i = 0; i < table_n_texts(part); i++) {
            put(line, "", i > 0, false);
            put(line, texts[i], layout->texts[i], i == TEXT_N || i == TEXT_DIFFERENCE);
            used += layout->texts[i] + (i > 0);
        }
        put(line, "", layout->all - used, false);
    }
    end_line(line);
}

/* The first column that has no room on a line with those from `begin` on; one always has. */
static size_t block_end(const struct table_part *part, const struct layout *layouts, size_t begin,
                        size_t row_width) {
    size_t end = begin, width = row_width;
    while (end < part->n_columns && (end == begin || width + GAP + layouts[end].all <= LINE_WIDTH))
        width += GAP + layouts[end++].all;
    return end;
}

int table_write_text(const struct table *table, const struct table_part *part, FILE *out,
                     struct error *err) {
    char title[TABLE_TITLE_SIZE], name[TABLE_ROW_SIZE];
    size_t row_width = strlen(table_rows_heading(part));
    struct line line = {.out = out};
    struct layout *layouts = memory_alloc(part->n_columns, sizeof *layouts, err);
    if (layouts == NULL)
        return STATUS_NO_MEMORY;
    for (size_t column = 0; column < part->n_columns; column++)
        measure(part, column, &layouts[column]);
    for (size_t row = 0; row < table_n_lines(part); row++) {
        table_row_text(part, row, name);
        row_width = larger(row_width, seen_width(name));
    }
    table_title(table, part, title);
    fprintf(out, "%s\n", title);
    for (size_t begin = 0, end; begin < part->n_columns; begin = end) {
        end = block_end(part, layouts, begin, row_width);
        fputc('\n', out);
        write_headings(part, layouts, begin, end, row_width, &line);
        for (size_t row = 0; row < table_n_lines(part); row++)
            write_row(part, layouts, begin, end, row, row_width, &line);
    }
    fputc('\n', out);
    table_write_key(out);
    table_write_notes(part, "", style.mark, out);
    free(layouts);
    return STATUS_OK;
}
