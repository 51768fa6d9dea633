/* What a run writes as it goes: history.jsonl, one JSON object an epoch, and log.txt, for people.
 */
#ifndef RUN_JOURNAL_H
#define RUN_JOURNAL_H

#include "base/error.h"
#include "run/evaluation.h"

struct journal_file {
    char path[CONFIG_PATH_SIZE + 64];
    int fd;    /* -1 = closed */
    long size; /* bytes written so far: where to cut when a run goes on from a checkpoint */
};

struct journal {
    struct journal_file history, log;
};

#define JOURNAL_CLOSED                                                                             \
    {                                                                                              \
        .history = {.fd = -1}, .log = {.fd = -1 }                                                  \
    }

/* One line of the history. */
struct epoch_record {
    const char *phase; /* "pretrain", "train" */
    size_t epoch;      /* 1.. */
    size_t batch;      /* 1.. within the epoch; 0: the record is of the whole epoch */
    double lr, seconds;
    struct evaluation evaluation;
    double radius_squared; /* NaN: none */
};

/* Opens both files for appending after cutting them to the given sizes. An error when one is
 * shorter than that. */
int journal_open(struct journal *journal, const char *directory, long history_size, long log_size,
                 struct error *err);

/* Takes back what was written beyond the given sizes. */
int journal_cut(struct journal *journal, long history_size, long log_size, struct error *err);

void journal_close(struct journal *journal);

/* Brings what has been written to the disk: before a checkpoint that counts on it, and before the
 * run is declared complete. */
int journal_sync(const struct journal *journal, struct error *err);

/* Writes a line to both files, of a batch to the history alone. A line that does not fit on the
 * disk leaves no part of it. */
int journal_epoch(struct journal *journal, const struct epoch_record *record, struct error *err);

/* Appends lines that were written to a history before. */
int journal_history(struct journal *journal, const char *lines, struct error *err);

/* Writes a line (printf format, without its newline) to log.txt; an error when it is not open. */
int journal_log(struct journal *journal, struct error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
