/* The runs of a table with all that their results.json tell, for JSON. For data.c. */
#ifndef TABLE_RUNS_H
#define TABLE_RUNS_H

#include <cjson/cJSON.h>

#include "table/table.h"

/* Adds to an object
 * - "common": what is the same in the results.json of all runs that count in the table, objects in
 * it looked through key by key;
 * - "runs": each of those runs once, by path (in the order of bytes), with "path" and the rest.
 * The two laid over each other are the results.json of a run. */
void table_add_runs(cJSON *json, const struct table *table);

/* Names of files may be no UTF-8, which JSON has to be: as one line of it. */
void table_add_text(cJSON *json, const char *key, const char *text);

#endif
