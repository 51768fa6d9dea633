#include "io/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "io/file.h"
#include "io/file_write.h"

static const size_t MAX_FILE_SIZE = (size_t)16 << 20;
/* A value takes cJSON some 80 bytes, however short it is. */
static const size_t MAX_VALUES = (size_t)1 << 20;

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t line_of(const char *text, const char *place) {
    size_t line = 1;
    for (const char *p = text; p < place; p++)
        line += *p == '\n';
    return line;
}

/* Before cJSON sees the text: no more values than there is to be memory for, and no string with an
 * escaped zero, which cJSON takes for its end, so that what is read is not what stands there. */
static int check_text(const char *name, const char *text, size_t size, struct error *err) {
    static const char zero[] = "\\u0000";
    size_t n_values = 1;
    bool within_string = false;
    for (size_t i = 0; i < size; i++) {
        const char c = text[i];
        if (c == '\0')
            return error_set(err, STATUS_DAMAGED,
                             "%s: there are zero bytes in the JSON; is it JSON?", name);
        if (c == '"')
            within_string = !within_string;
        if (!within_string) {
            n_values += c == ',' || c == '[' || c == '{';
        } else if (c == '\\') {
            if (size - i >= sizeof zero - 1 && memcmp(text + i, zero, sizeof zero - 1) == 0)
                return error_set(err, STATUS_DAMAGED,
                                 "%s: line %zu: a string with a zero character (\\u0000) cannot be "
                                 "read: take it out",
                                 name, line_of(text, text + i));
            i++;
        }
    }
    if (n_values > MAX_VALUES)
        return error_set(err, STATUS_DAMAGED,
                         "%s: the JSON has more than %zu values: is it the right file?", name,
                         MAX_VALUES);
    return STATUS_OK;
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Which of two values of one name counts is a matter of the reader, so none is taken. */
static int check_object(const char *name, const cJSON *object, struct error *err) {
    size_t n = 0;
    for (const cJSON *item = object->child; item != NULL; item = item->next)
        n++;
    if (n < 2)
        return STATUS_OK;
    const char **names = memory_alloc(n, sizeof *names, err);
    if (names == NULL)
        return error_prefix(err, STATUS_NO_MEMORY, "%s", name);
    n = 0;
    for (const cJSON *item = object->child; item != NULL; item = item->next)
        names[n++] = item->string;
    qsort(names, n, sizeof *names, compare_names);
    int status = STATUS_OK;
    for (size_t i = 1; status == STATUS_OK && i < n; i++)
        if (strcmp(names[i - 1], names[i]) == 0)
            status =
                error_set(err, STATUS_DAMAGED,
                          "%s: the name \"%.64s\" is there twice: take one out", name, names[i]);
    free(names);
    return status;
}

/* Checks the objects of the value and of all within it, whose depth cJSON has bounded. */
static int check_names(const char *name, const cJSON *value, struct error *err) {
    int status = cJSON_IsObject(value) ? check_object(name, value, err) : STATUS_OK;
    for (const cJSON *item = value->child; status == STATUS_OK && item != NULL; item = item->next)
        status = check_names(name, item, err);
    return status;
}

int json_parse(const char *name, const char *text, size_t size, cJSON **json, struct error *err) {
    *json = NULL;
    int status = check_text(name, text, size, err);
    if (status != STATUS_OK)
        return status;
    /* A copy with zero bytes after it: some versions of cJSON look beyond the length they are
     * given when the text ends early. */
    enum { PADDING = 16 };
    char *copy = calloc(size + PADDING, 1);
    if (copy == NULL)
        return error_set(err, STATUS_NO_MEMORY, "%s: out of memory", name);
    memcpy(copy, text, size);
    const char *end = copy;
    locale_t before = number_point_begin();
    *json = cJSON_ParseWithLengthOpts(copy, size + 1, &end, false);
    number_point_end(before);
    if (end > copy + size)
        end = copy + size;
    bool whole = *json != NULL;
    while (whole && is_space(*end))
        end++;
    if (!whole || end != copy + size) {
        status = error_set(err, STATUS_DAMAGED, "%s: line %zu: not valid JSON%s", name,
                           line_of(copy, end), end == copy + size ? ": the text ends early" : "");
    } else {
        status = check_names(name, *json, err);
    }
    if (status != STATUS_OK) {
        cJSON_Delete(*json);
        *json = NULL;
    }
    free(copy);
    return status;
}

int json_read(const char *path, cJSON **json, struct error *err) {
    *json = NULL;
    struct bytes bytes;
    int status = file_read(path, MAX_FILE_SIZE, &bytes, err);
    if (status != STATUS_OK)
        return status;
    status = json_parse(path, (const char *)bytes.data, bytes.size, json, err);
    free(bytes.data);
    return status;
}

/* ---- making JSON */

/* A flag of our own in the type of an object or array: something is lacking in it. cJSON has its
 * own up to bit 9, and looks at the lowest 8 only to tell what an item is. */
enum { LACKING = 1 << 16 };

static void lack(cJSON *parent) {
    if (parent != NULL)
        parent->type |= LACKING;
}

void json_add_item(cJSON *object, const char *key, cJSON *item) {
    if (item != NULL && object != NULL && cJSON_AddItemToObject(object, key, item))
        return;
    cJSON_Delete(item);
    lack(object);
}

static void append_item(cJSON *array, cJSON *item) {
    if (item != NULL && array != NULL && cJSON_AddItemToArray(array, item))
        return;
    cJSON_Delete(item);
    lack(array);
}

void json_add_filled(cJSON *object, const char *key, cJSON *item) {
    if (json_complete(item) && cJSON_GetArraySize(item) == 0)
        cJSON_Delete(item);
    else
        json_add_item(object, key, item);
}

cJSON *json_add_object(cJSON *object, const char *key) {
    cJSON *added = cJSON_AddObjectToObject(object, key);
    if (added == NULL)
        lack(object);
    return added;
}

cJSON *json_add_array(cJSON *object, const char *key) {
    cJSON *added = cJSON_AddArrayToObject(object, key);
    if (added == NULL)
        lack(object);
    return added;
}

cJSON *json_append_object(cJSON *array) {
    cJSON *added = cJSON_CreateObject();
    if (added != NULL && cJSON_AddItemToArray(array, added))
        return added;
    cJSON_Delete(added);
    lack(array);
    return NULL;
}

void json_add_text(cJSON *object, const char *key, const char *text) {
    json_add_item(object, key, text != NULL ? cJSON_CreateString(text) : NULL);
}

void json_add_number(cJSON *object, const char *key, double value) {
    json_add_item(object, key, isfinite(value) ? cJSON_CreateNumber(value) : cJSON_CreateNull());
}

void json_add_finite(cJSON *object, const char *key, double value) {
    if (isfinite(value))
        json_add_number(object, key, value);
}

void json_append_number(cJSON *array, double value) {
    append_item(array, isfinite(value) ? cJSON_CreateNumber(value) : cJSON_CreateNull());
}

void json_add_bool(cJSON *object, const char *key, bool value) {
    json_add_item(object, key, cJSON_CreateBool(value));
}

bool json_complete(const cJSON *json) {
    if (json == NULL || (json->type & LACKING) != 0)
        return false;
    for (const cJSON *item = json->child; item != NULL; item = item->next)
        if (!json_complete(item))
            return false;
    return true;
}

int json_print(const char *name, const cJSON *json, bool indented, char **text, struct error *err) {
    *text = NULL;
    if (json_complete(json)) {
        locale_t before = number_point_begin();
        *text = indented ? cJSON_Print(json) : cJSON_PrintUnformatted(json);
        number_point_end(before);
    }
    return *text != NULL
               ? STATUS_OK
               : error_set(err, STATUS_NO_MEMORY, "%s: out of memory while writing JSON", name);
}

int json_write(const char *path, const cJSON *json, struct error *err) {
    char *text;
    int status = json_print(path, json, true, &text, err);
    if (status != STATUS_OK)
        return status;
    size_t length = strlen(text);
    /* The final newline takes the place of the final zero. */
    text[length] = '\n';
    status = file_write_atomic(path, text, length + 1, err);
    cJSON_free(text);
    return status;
}
