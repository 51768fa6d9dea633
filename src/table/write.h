/* A table in one of its formats. */
#ifndef TABLE_WRITE_H
#define TABLE_WRITE_H

#include <stdio.h>

#include "table/table.h"

enum table_format {
    TABLE_TEXT,
    TABLE_MARKDOWN,
    TABLE_CSV,
    TABLE_LATEX,
    TABLE_JSON,
    N_TABLE_FORMATS
};

extern const char *const table_format_names[N_TABLE_FORMATS];

/* Writes the table to a stream, whose errors are for the caller to look at (ferror). Text fits 100
 * columns where one method does; LaTeX is a floating table with title and notes in its caption, and
 * needs no package; CSV and JSON have all digits, and no notes or remarks (CSV; a line
 * with no class number and "average" for a class name is the average over the classes of the lines
 * above it), or every run with
 * its path and all of its results.json (JSON). Fails when out of memory. */
int table_write(const struct table *table, enum table_format format, FILE *out, struct error *err);

#endif
