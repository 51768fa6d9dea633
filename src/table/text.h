/* A part of a table for the terminal. */
#ifndef TABLE_TEXT_H
#define TABLE_TEXT_H

#include <stdio.h>

#include "table/table.h"

int table_write_text(const struct table *table, const struct table_part *part, FILE *out,
                     struct error *err);

#endif
