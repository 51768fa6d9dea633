/* A whole table for other programs. */
#ifndef TABLE_DATA_H
#define TABLE_DATA_H

#include <stdio.h>

#include "table/table.h"

void table_write_csv(const struct table *table, FILE *out);
int table_write_json(const struct table *table, FILE *out, struct error *err);

#endif
