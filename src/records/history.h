/* Reading history.jsonl: what a run wrote after each of its epochs. */
#ifndef RECORDS_HISTORY_H
#define RECORDS_HISTORY_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum history_phase { HISTORY_PRETRAIN, HISTORY_TRAIN, N_HISTORY_PHASES };

/* A whole epoch: a line without "batch". */
struct history_record {
    enum history_phase phase;
    size_t epoch; /* 1.. */
    cJSON *line;
};

struct history {
    size_t n_records;
    struct history_record *records; /* in the order of the file */
    size_t n_damaged;               /* lines that were left out: not JSON, or no line of an epoch */
    size_t first_damaged;           /* the number of the first of them, from 1 */
};

/* Reads a file of at most 256 MB. Damaged lines, such as a last one that is cut off, are left out
 * and counted; lines of single batches are left out. An error when the file cannot be read or
 * memory runs out. Freed with history_free; nothing to free after an error. */
int history_read(const char *path, struct history *history, struct error *err);
void history_free(struct history *history);

/* The number of records of a phase. */
size_t history_count(const struct history *history, enum history_phase phase);

/* The number at a path within a record, "auc/test", "score_quantiles/normal/2" (a place in an array
 * counts from 0); NaN where there is none. */
double history_number(const struct history_record *record, const char *path);

/* The object at a path, NULL where there is none: to go through "parameter_norms". */
const cJSON *history_object(const struct history_record *record, const char *path);

/* True when any record of the phase has a number at that path. */
bool history_has(const struct history *history, enum history_phase phase, const char *path);

#endif
