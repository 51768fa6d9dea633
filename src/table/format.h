/* The words and numbers of a table: what its layouts, here and in a report, share. */
#ifndef TABLE_FORMAT_H
#define TABLE_FORMAT_H

#include <stdio.h>

#include "table/table.h"

enum {
    TABLE_TEXT_SIZE = 64,
    TABLE_ROW_SIZE = 2 * CLASS_TEXT_SIZE + 16,
    TABLE_TITLE_SIZE = 2048,
};

/* The mark of what has collapsed runs in it. */
#define TABLE_COLLAPSED "†"

/* A cell is written as up to four texts: ours, number of runs, the paper's, difference. */
enum { TEXT_OURS, TEXT_N, TEXT_PAPER, TEXT_DIFFERENCE, N_CELL_TEXTS };

extern const char *const table_text_headings[N_CELL_TEXTS];

/* How a format writes numbers. */
struct table_style {
    const char *begin, *end; /* around a number: "$" */
    const char *plus_minus;
    const char *mark;      /* after a difference outside of the paper's spread */
    const char *no_mark;   /* after another: "", or blanks in the mark's place */
    const char *collapsed; /* after ours with collapsed runs among them; NULL: TABLE_COLLAPSED */
};

/* The number of texts that the cells of the part have: without the paper's, the first two. */
size_t table_n_texts(const struct table_part *part);

/* The texts of a cell; row n_rows is the average. The means of ours are padded to `width`. What
 * there is none of is "-", in the row of the average "". */
void table_cell_texts(const struct table_part *part, size_t row, size_t column,
                      const struct table_style *style, int width,
                      char texts[N_CELL_TEXTS][TABLE_TEXT_SIZE]);

/* The rows to be written: with the average, unless there is one class only. */
size_t table_n_lines(const struct table_part *part);

/* "3", "8 (ship)", "3 against 5", "average". */
void table_row_text(const struct table_part *part, size_t row, char text[TABLE_ROW_SIZE]);

/* "normal", "outlier", "normal, outlier": what the rows are. */
const char *table_rows_heading(const struct table_part *part);

/* "mnist, one class against all others: test AUC in %, mean and standard deviation over seeds" */
void table_title(const struct table *table, const struct table_part *part,
                 char text[TABLE_TITLE_SIZE]);

/* What the column "n" is, a line below a part. */
void table_write_key(FILE *out);

/* What else there is to say below a part, each line after `prefix`, with the format's mark of a
 * difference, and TABLE_COLLAPSED. */
void table_write_notes(const struct table_part *part, const char *prefix, const char *mark,
                       FILE *out);

/* Both as a text, freed with free(); NULL when out of memory. */
char *table_notes(const struct table_part *part, const char *mark, struct error *err);

const struct table_cell *table_cell(const struct table_part *part, size_t row, size_t column);

/* Writes a text with a backslash before each of the characters `special`. */
void table_escape(const char *text, const char *special, FILE *out);

#endif
