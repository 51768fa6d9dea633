#include "io/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/file.h"

static const size_t MAX_FILE_SIZE = (size_t)16 << 20;

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t line_of(const char *text, const char *place) {
    size_t line = 1;
    for (const char *p = text; p < place; p++)
        line += *p == '\n';
    return line;
}

int json_parse(const char *name, const char *text, size_t size, cJSON **json, struct error *err) {
    *json = NULL;
    if (memchr(text, '\0', size) != NULL)
        return error_set(err, STATUS_FAILED, "%s: there are zero bytes in the JSON; is it JSON?",
                         name);
    /* A copy with zero bytes after it: some versions of cJSON look beyond the length they are
     * given when the text ends early. */
    enum { PADDING = 16 };
    char *copy = calloc(size + PADDING, 1);
    if (copy == NULL)
        return error_set(err, STATUS_FAILED, "%s: out of memory", name);
    memcpy(copy, text, size);
    const char *end = copy;
    *json = cJSON_ParseWithLengthOpts(copy, size + 1, &end, false);
    if (end > copy + size)
        end = copy + size;
    bool whole = *json != NULL;
    while (whole && is_space(*end))
        end++;
    int status = STATUS_OK;
    if (!whole || end != copy + size) {
        status = error_set(err, STATUS_FAILED, "%s: line %zu: not valid JSON%s", name,
                           line_of(copy, end), end == copy + size ? ": the text ends early" : "");
        cJSON_Delete(*json);
        *json = NULL;
    }
    free(copy);
    return status;
}

int json_read(const char *path, cJSON **json, struct error *err) {
    *json = NULL;
    struct bytes bytes;
    if (file_read(path, MAX_FILE_SIZE, &bytes, err) != STATUS_OK)
        return STATUS_FAILED;
    int status = json_parse(path, (const char *)bytes.data, bytes.size, json, err);
    free(bytes.data);
    return status;
}

int json_write(const char *path, const cJSON *json, struct error *err) {
    char *text = cJSON_Print(json);
    if (text == NULL)
        return error_set(err, STATUS_FAILED, "%s: out of memory while writing JSON", path);
    size_t length = strlen(text);
    /* The final newline takes the place of the final zero. */
    text[length] = '\n';
    int status = file_write_atomic(path, text, length + 1, err);
    cJSON_free(text);
    return status;
}

void json_add_number(cJSON *object, const char *key, double value) {
    if (isfinite(value))
        cJSON_AddNumberToObject(object, key, value);
    else
        cJSON_AddNullToObject(object, key);
}
