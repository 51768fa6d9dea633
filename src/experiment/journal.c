/* history.jsonl and log.txt. */
#include "experiment/journal.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "io/file.h"

static int write_error(const struct journal_file *file, struct error *err) {
    return error_set(err, STATUS_FAILED, "%s: cannot write: %s", file->path, strerror(errno));
}

static int open_file(struct journal_file *file, const char *directory, const char *name, long size,
                     struct error *err) {
    int status = file_join(file->path, sizeof file->path, directory, name, err);
    if (status)
        return status;
    file->file = fopen(file->path, "a");
    if (!file->file)
        return write_error(file, err);
    /* one write call a line, so that a kill does not leave half of one */
    setvbuf(file->file, NULL, _IOFBF, 1 << 16);
    if (ftruncate(fileno(file->file), size) != 0)
        return write_error(file, err);
    file->size = size;
    return STATUS_OK;
}

int journal_open(struct journal *journal, const char *directory, long history_size, long log_size,
                 struct error *err) {
    *journal = (struct journal){0};
    int status = open_file(&journal->history, directory, "history.jsonl", history_size, err);
    return status ? status : open_file(&journal->log, directory, "log.txt", log_size, err);
}

static int close_file(struct journal_file *file, struct error *err) {
    if (!file->file)
        return STATUS_OK;
    int failed = fflush(file->file) != 0 || fsync(fileno(file->file)) != 0;
    failed |= fclose(file->file) != 0;
    file->file = NULL;
    return failed ? write_error(file, err) : STATUS_OK;
}

int journal_close(struct journal *journal, struct error *err) {
    struct error second;
    int history = close_file(&journal->history, err);
    int log = close_file(&journal->log, history ? &second : err);
    return history ? history : log;
}

static int write_line(struct journal_file *file, const char *line, struct error *err) {
    if (fprintf(file->file, "%s\n", line) < 0 || fflush(file->file) != 0)
        return write_error(file, err);
    file->size += (long)strlen(line) + 1;
    return STATUS_OK;
}

static void add_if_finite(cJSON *object, const char *key, double value) {
    if (isfinite(value))
        cJSON_AddNumberToObject(object, key, value);
}

/* {"train": .., "val": .., "test": ..} of what there is; left out when there is nothing. */
static void add_sets(cJSON *object, const char *key, const double values[N_SETS]) {
    static const char *const names[N_SETS] = {"train", "val", "test"};
    cJSON *sets = cJSON_CreateObject();
    for (size_t i = 0; i < N_SETS; i++)
        add_if_finite(sets, names[i], values[i]);
    if (cJSON_GetArraySize(sets) > 0)
        cJSON_AddItemToObject(object, key, sets);
    else
        cJSON_Delete(sets);
}

static int write_history(struct journal *journal, const struct epoch_record *record,
                         struct error *err) {
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "phase", record->phase);
    cJSON_AddNumberToObject(json, "epoch", (double)record->epoch);
    cJSON_AddNumberToObject(json, "lr", record->lr);
    cJSON_AddNumberToObject(json, "seconds", record->seconds);
    add_sets(json, "objective", record->evaluation.objective);
    add_sets(json, "auc", record->evaluation.auc);
    add_sets(json, "accuracy", record->evaluation.accuracy);
    add_if_finite(json, "radius_squared", record->radius_squared);
    char *line = cJSON_PrintUnformatted(json);
    int status = line ? write_line(&journal->history, line, err)
                      : error_set(err, STATUS_FAILED, "out of memory");
    free(line);
    cJSON_Delete(json);
    return status;
}

int journal_epoch(struct journal *journal, const struct epoch_record *record, struct error *err) {
    int status = write_history(journal, record, err);
    if (status)
        return status;
    char auc[32] = "", radius[48] = "";
    if (isfinite(record->evaluation.auc[TEST]))
        snprintf(auc, sizeof auc, "  test AUC %6.2f", 100 * record->evaluation.auc[TEST]);
    if (isfinite(record->radius_squared))
        snprintf(radius, sizeof radius, "  R2 %.6g", record->radius_squared);
    return journal_log(journal, err, "%s epoch %zu  lr %g  objective %.6g%s%s  %.2f s",
                       record->phase, record->epoch, record->lr,
                       record->evaluation.objective[TRAIN], auc, radius, record->seconds);
}

int journal_log(struct journal *journal, struct error *err, const char *format, ...) {
    char line[2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    return write_line(&journal->log, line, err);
}
