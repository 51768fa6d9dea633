/* history.jsonl and log.txt. */
#include "run/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/number.h"
#include "io/file.h"
#include "io/json.h"

enum { LOG_LINE_SIZE = 2048 };

static int write_error(const struct journal_file *file, struct error *err) {
    return error_set(err, status_of_errno(errno), "%s: cannot write: %s: %s", file->path,
                     strerror(errno), file_hint(errno));
}

static int cut_file(struct journal_file *file, long size, struct error *err) {
    if (ftruncate(file->fd, size) != 0)
        return write_error(file, err);
    file->size = size;
    return STATUS_OK;
}

static int open_file(struct journal_file *file, const char *directory, const char *name, long size,
                     struct error *err) {
    int status = file_join(file->path, sizeof file->path, directory, name, err);
    if (status)
        return status;
    file->fd = open(file->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    struct stat info;
    if (file->fd < 0 || fstat(file->fd, &info) != 0)
        return write_error(file, err);
    if (info.st_size < size)
        return error_set(err, STATUS_DAMAGED,
                         "%s: shorter than when the run was interrupted; --force starts it again",
                         file->path);
    return cut_file(file, size, err);
}

int journal_open(struct journal *journal, const char *directory, long history_size, long log_size,
                 struct error *err) {
    *journal = (struct journal)JOURNAL_CLOSED;
    int status = open_file(&journal->history, directory, "history.jsonl", history_size, err);
    return status ? status : open_file(&journal->log, directory, "log.txt", log_size, err);
}

int journal_cut(struct journal *journal, long history_size, long log_size, struct error *err) {
    int status = cut_file(&journal->history, history_size, err);
    return status ? status : cut_file(&journal->log, log_size, err);
}

static void close_file(struct journal_file *file) {
    if (file->fd >= 0)
        close(file->fd);
    file->fd = -1;
}

void journal_close(struct journal *journal) {
    close_file(&journal->history);
    close_file(&journal->log);
}

/* EINVAL: the file system knows no syncing. */
static int sync_file(const struct journal_file *file, struct error *err) {
    return fsync(file->fd) == 0 || errno == EINVAL ? STATUS_OK : write_error(file, err);
}

int journal_sync(const struct journal *journal, struct error *err) {
    int status = sync_file(&journal->history, err);
    return status ? status : sync_file(&journal->log, err);
}

/* One call of write for the whole line, newline included, so that a kill does not leave half of it.
 * A disk that fills up may take half of it; that is cut off again. */
static int write_text(struct journal_file *file, const char *text, size_t length,
                      struct error *err) {
    size_t n_written = 0;
    while (n_written < length) {
        const ssize_t n = write(file->fd, text + n_written, length - n_written);
        if (n >= 0) {
            n_written += (size_t)n;
        } else if (errno != EINTR) {
            const int status = write_error(file, err);
            if (n_written > 0 && ftruncate(file->fd, file->size) != 0)
                error_prefix(err, status, "%s: ends in half a line", file->path);
            return status;
        }
    }
    file->size += (long)length;
    return STATUS_OK;
}

static int write_line(struct journal_file *file, char *line, struct error *err) {
    const size_t length = strlen(line);
    line[length] = '\n'; /* in place of the final NUL: the line goes out in one piece */
    return write_text(file, line, length + 1, err);
}

int journal_history(struct journal *journal, const char *lines, struct error *err) {
    return write_text(&journal->history, lines, strlen(lines), err);
}

/* {"train": .., "val": .., "test": ..} of what there is; left out when there is nothing. */
static void add_sets(cJSON *object, const char *key, const double values[N_SETS]) {
    cJSON *sets = cJSON_CreateObject();
    for (size_t i = 0; i < N_SETS; i++)
        json_add_finite(sets, set_names[i], values[i]);
    json_add_filled(object, key, sets);
}

static int write_history(struct journal *journal, const struct epoch_record *record,
                         struct error *err) {
    cJSON *json = cJSON_CreateObject();
    json_add_text(json, "phase", record->phase);
    json_add_number(json, "epoch", (double)record->epoch);
    if (record->batch > 0)
        json_add_number(json, "batch", (double)record->batch);
    json_add_number(json, "lr", record->lr);
    json_add_number(json, "seconds", record->seconds);
    add_sets(json, "objective", record->evaluation.objective);
    add_sets(json, "auc", record->evaluation.auc);
    add_sets(json, "accuracy", record->evaluation.accuracy);
    json_add_finite(json, "radius_squared", record->radius_squared);
    if (record->evaluation.diagnostics)
        diagnostics_to_json(record->evaluation.diagnostics, json);
    char *line;
    int status = json_print(journal->history.path, json, false, &line, err);
    if (!status)
        status = write_line(&journal->history, line, err);
    cJSON_free(line);
    cJSON_Delete(json);
    return status;
}

int journal_epoch(struct journal *journal, const struct epoch_record *record, struct error *err) {
    int status = write_history(journal, record, err);
    if (status || record->batch > 0)
        return status;
    char auc[32] = "", radius[48] = "";
    if (isfinite(record->evaluation.auc[TEST]))
        number_print(auc, sizeof auc, "  test AUC %6.2f", 100 * record->evaluation.auc[TEST]);
    if (isfinite(record->radius_squared))
        number_print(radius, sizeof radius, "  R2 %.6g", record->radius_squared);
    return journal_log(journal, err, "%s epoch %zu  lr %g  objective %.6g%s%s  %.2f s",
                       record->phase, record->epoch, record->lr,
                       record->evaluation.objective[TRAIN], auc, radius, record->seconds);
}

int journal_log(struct journal *journal, struct error *err, const char *format, ...) {
    char line[LOG_LINE_SIZE];
    va_list arguments;
    locale_t before = number_point_begin();
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    number_point_end(before);
    return write_line(&journal->log, line, err);
}
