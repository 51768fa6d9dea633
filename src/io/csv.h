/* Tables of text, comma or otherwise separated (RFC 4180): the first row names the columns. */
#ifndef IO_CSV_H
#define IO_CSV_H

#include "io/file.h"

struct csv {
    size_t n_columns;
    size_t n_rows;       /* without the header */
    const char **header; /* (n_columns) */
    const char **fields; /* (n_rows, n_columns), without quotes */
    size_t *lines;       /* (n_rows) the line of the file, from 1, that a row begins in */
    char *text;          /* what the fields point into */
};

/* Parses a whole table. Lines end with LF or CR LF, the last one with or without it; blank lines
 * are skipped; a field within double quotes may hold separators, line ends and doubled quotes. A
 * byte order mark of UTF-8 is skipped. `name` (a path) and the line stand in messages: no header, a
 * row of more or fewer fields than the header, stray or missing quotes, zero bytes.
 *
 * Takes at most 17 times the memory of the text, whose size is for the caller to bound. Freed with
 * csv_free; nothing to free after an error. */
int csv_parse(struct csv *csv, const char *name, const struct bytes *bytes, char separator,
              struct error *err);
void csv_free(struct csv *csv);

/* The place of the column of that name; an error when there is none, or more than one. */
int csv_find(const struct csv *csv, const char *name, const char *column, size_t *index,
             struct error *err);

/* A field that lives as long as the table; row < n_rows, column < n_columns. */
const char *csv_field(const struct csv *csv, size_t row, size_t column);

/* A field that must be a whole number, in decimal digits alone, and at most `max`. */
int csv_number(const struct csv *csv, const char *name, size_t row, size_t column, size_t max,
               size_t *number, struct error *err);

#endif
