/* A part of a table to be pasted into a document. */
#ifndef TABLE_MARKUP_H
#define TABLE_MARKUP_H

#include <stdio.h>

#include "table/table.h"

int table_write_markdown(const struct table *table, const struct table_part *part, FILE *out,
                         struct error *err);
int table_write_latex(const struct table *table, const struct table_part *part, FILE *out,
                      struct error *err);

#endif
