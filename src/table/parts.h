/* The order of a table's values, and the parts made of them. For table.c. */
#ifndef TABLE_PARTS_H
#define TABLE_PARTS_H

#include "table/table.h"

/* Orders as qsort wants them, 0 for what is the same: part (data set and kind), column (method and
 * options), row (classes). */
int table_compare_ints(int a, int b);
int table_compare_parts(const struct table_run *a, const struct table_run *b);
int table_compare_columns(const struct table_run *a, const struct table_run *b);
int table_compare_rows(const struct listed_run *a, const struct listed_run *b);

/* Sets parts and n_parts from the runs, which are sorted by part, column, row and seed. Fails when
 * out of memory. */
int table_make_parts(struct table *table, struct error *err);
void table_free_parts(struct table *table);

#endif
