/* What a run writes as it goes: history.jsonl, one JSON object an epoch, and log.txt, for people.
 */
#ifndef EXPERIMENT_JOURNAL_H
#define EXPERIMENT_JOURNAL_H

#include <stdio.h>

#include "base/error.h"
#include "experiment/evaluation.h"

struct journal_file {
    char path[CONFIG_PATH_SIZE + 64];
    FILE *file;
    long size; /* bytes written so far: where to cut when a run goes on from a checkpoint */
};

struct journal {
    struct journal_file history, log;
};

/* One line of the history. */
struct epoch_record {
    const char *phase; /* "pretrain", "train" */
    size_t epoch;      /* 1.. */
    double lr, seconds;
    struct evaluation evaluation;
    double radius_squared; /* NaN: none */
};

/* Opens both files for appending after cutting them to the given sizes. */
int journal_open(struct journal *journal, const char *directory, long history_size, long log_size,
                 struct error *err);

/* Syncs and closes; an error when something could not be written. */
int journal_close(struct journal *journal, struct error *err);

/* Writes a line to both files. */
int journal_epoch(struct journal *journal, const struct epoch_record *record, struct error *err);

/* Writes a line (printf format, without its newline) to log.txt. */
int journal_log(struct journal *journal, struct error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
