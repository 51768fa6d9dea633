/* Reading history.jsonl. */
#include "records/history.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "io/file.h"
#include "io/json.h"

static const size_t MAX_FILE_SIZE = (size_t)1 << 28;

static const char *const phases[N_HISTORY_PHASES] = {"pretrain", "train"};

/* True when the line is that of an epoch; fills in the record but for the line itself. */
static bool is_epoch(const cJSON *line, struct history_record *record) {
    const double most = 1e9; /* epochs */
    const cJSON *phase = cJSON_GetObjectItemCaseSensitive(line, "phase");
    const cJSON *epoch = cJSON_GetObjectItemCaseSensitive(line, "epoch");
    if (!cJSON_IsString(phase) || !cJSON_IsNumber(epoch) ||
        !(epoch->valuedouble >= 1 && epoch->valuedouble <= most))
        return false;
    record->epoch = (size_t)epoch->valuedouble;
    for (size_t i = 0; i < N_HISTORY_PHASES; i++)
        if (strcmp(phase->valuestring, phases[i]) == 0) {
            record->phase = (enum history_phase)i;
            return true;
        }
    return false;
}

static int reserve(struct history *history, const char *path, struct error *err) {
    const size_t n = history->n_records;
    if ((n & (n - 1)) != 0) /* room is for a power of two of them */
        return STATUS_OK;
    const size_t capacity = n == 0 ? 1 : 2 * n;
    struct history_record *records = realloc(history->records, capacity * sizeof *records);
    if (records == NULL)
        return error_set(err, STATUS_NO_MEMORY, "%s: out of memory", path);
    history->records = records;
    return STATUS_OK;
}

static int add_line(struct history *history, const char *path, const char *text, size_t size,
                    size_t number, struct error *err) {
    struct error ignored;
    cJSON *line;
    struct history_record record;
    const bool parsed = json_parse(path, text, size, &line, &ignored) == STATUS_OK;
    if (!parsed || !is_epoch(line, &record)) {
        cJSON_Delete(line);
        if (history->n_damaged++ == 0)
            history->first_damaged = number;
        return STATUS_OK;
    }
    const bool of_a_batch = cJSON_HasObjectItem(line, "batch");
    const int status = of_a_batch ? STATUS_OK : reserve(history, path, err);
    if (status || of_a_batch) {
        cJSON_Delete(line);
        return status;
    }
    record.line = line;
    history->records[history->n_records++] = record;
    return STATUS_OK;
}

int history_read(const char *path, struct history *history, struct error *err) {
    struct bytes bytes;
    *history = (struct history){0};
    int status = file_read(path, MAX_FILE_SIZE, &bytes, err);
    if (status)
        return status;
    const char *text = (const char *)bytes.data, *end = text + bytes.size;
    for (size_t number = 1; !status && text < end; number++) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const char *stop = newline != NULL ? newline : end;
        if (stop > text)
            status = add_line(history, path, text, (size_t)(stop - text), number, err);
        text = stop + 1;
    }
    free(bytes.data);
    if (status)
        history_free(history);
    return status;
}

void history_free(struct history *history) {
    for (size_t i = 0; i < history->n_records; i++)
        cJSON_Delete(history->records[i].line);
    free(history->records);
    *history = (struct history){0};
}

size_t history_count(const struct history *history, enum history_phase phase) {
    size_t n = 0;
    for (size_t i = 0; i < history->n_records; i++)
        n += history->records[i].phase == phase;
    return n;
}

/* The item of that name, or of an array in that place. */
static const cJSON *step_into(const cJSON *item, const char *name) {
    char *end;
    if (!cJSON_IsArray(item))
        return cJSON_GetObjectItemCaseSensitive(item, name);
    const long place = strtol(name, &end, 10);
    return *end == '\0' && place >= 0 && place < INT32_MAX ? cJSON_GetArrayItem(item, (int)place)
                                                           : NULL;
}

static const cJSON *find(const struct history_record *record, const char *path) {
    const cJSON *item = record->line;
    char name[128];
    while (item != NULL && *path != '\0') {
        const size_t length = strcspn(path, "/");
        if (length >= sizeof name)
            return NULL;
        memcpy(name, path, length);
        name[length] = '\0';
        item = step_into(item, name);
        path += length + (path[length] == '/');
    }
    return item;
}

double history_number(const struct history_record *record, const char *path) {
    const cJSON *item = find(record, path);
    return cJSON_IsNumber(item) && isfinite(item->valuedouble) ? item->valuedouble : (double)NAN;
}

const cJSON *history_object(const struct history_record *record, const char *path) {
    const cJSON *item = find(record, path);
    return cJSON_IsObject(item) ? item : NULL;
}

bool history_has(const struct history *history, enum history_phase phase, const char *path) {
    for (size_t i = 0; i < history->n_records; i++)
        if (history->records[i].phase == phase &&
            !isnan(history_number(&history->records[i], path)))
            return true;
    return false;
}
