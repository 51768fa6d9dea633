/* Writing: the header is padded with blanks, so that the values are aligned. */
#include "io/safetensors_write.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "io/file.h"
#include "io/file_write.h"
#include "io/json.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && sizeof(float) == 4,
               "values are copied between file and memory as they are");

enum { LENGTH_SIZE = 8, HEADER_ALIGNMENT = 8 };
/* What safetensors_read takes. */
static const size_t MAX_HEADER_SIZE = (size_t)16 << 20;
static const size_t MAX_DATA_SIZE = (size_t)1 << 30;

/* The number of bytes of all values. */
static int measure(const struct tensor_list *list, size_t *data_size, struct error *err) {
    *data_size = 0;
    for (size_t i = 0; i < list->n_tensors; i++) {
        size_t n_values = tensor_size(&list->tensors[i]);
        if (n_values > (MAX_DATA_SIZE - *data_size) / sizeof(float))
            return error_set(err, STATUS_FAILED, "more than %zu bytes of values", MAX_DATA_SIZE);
        *data_size += n_values * sizeof(float);
    }
    return STATUS_OK;
}

static bool add_metadata(cJSON *header, const struct tensor_list *list) {
    if (list->n_metadata == 0)
        return true;
    cJSON *object = cJSON_AddObjectToObject(header, "__metadata__");
    for (size_t i = 0; i < list->n_metadata && object != NULL; i++)
        if (cJSON_AddStringToObject(object, list->metadata[i].key, list->metadata[i].value) == NULL)
            return false;
    return object != NULL;
}

static bool add_number(cJSON *array, size_t value) {
    return cJSON_AddItemToArray(array, cJSON_CreateNumber((double)value));
}

static bool add_tensor(cJSON *header, const struct tensor *tensor, size_t begin) {
    cJSON *object = cJSON_AddObjectToObject(header, tensor->name);
    if (object == NULL || cJSON_AddStringToObject(object, "dtype", "F32") == NULL)
        return false;
    cJSON *shape = cJSON_AddArrayToObject(object, "shape");
    bool done = shape != NULL;
    for (size_t i = 0; i < tensor->n_dims && done; i++)
        done = add_number(shape, tensor->dims[i]);
    cJSON *offsets = done ? cJSON_AddArrayToObject(object, "data_offsets") : NULL;
    return offsets != NULL && add_number(offsets, begin) &&
           add_number(offsets, begin + tensor_size(tensor) * sizeof(float));
}

/* The header as text, freed with cJSON_free; NULL when memory is short. */
static char *header_text(const struct tensor_list *list) {
    cJSON *header = cJSON_CreateObject();
    bool done = header != NULL && add_metadata(header, list);
    size_t begin = 0;
    for (size_t i = 0; i < list->n_tensors && done; i++) {
        done = add_tensor(header, &list->tensors[i], begin);
        begin += tensor_size(&list->tensors[i]) * sizeof(float);
    }
    char *text = done ? cJSON_PrintUnformatted(header) : NULL;
    cJSON_Delete(header);
    return text;
}

/* Length, header padded with spaces so that the values start at a multiple of 8, values. */
static int assemble(const struct tensor_list *list, const char *text, size_t data_size,
                    struct bytes *bytes, struct error *err) {
    size_t length = strlen(text);
    uint64_t padded = (length + HEADER_ALIGNMENT - 1) / HEADER_ALIGNMENT * HEADER_ALIGNMENT;
    if (padded > MAX_HEADER_SIZE)
        return error_set(err, STATUS_FAILED, "more than %zu bytes of header", MAX_HEADER_SIZE);
    bytes->size = LENGTH_SIZE + (size_t)padded + data_size;
    unsigned char *file = bytes->data = memory_alloc(bytes->size, 1, err);
    if (file == NULL)
        return STATUS_NO_MEMORY;
    memcpy(file, &padded, LENGTH_SIZE);
    memset(file + LENGTH_SIZE, ' ', (size_t)padded);
    memcpy(file + LENGTH_SIZE, text, length);
    unsigned char *data = file + LENGTH_SIZE + padded;
    for (size_t i = 0; i < list->n_tensors; i++) {
        size_t n_bytes = tensor_size(&list->tensors[i]) * sizeof(float);
        if (n_bytes > 0)
            memcpy(data, list->tensors[i].values, n_bytes);
        data += n_bytes;
    }
    return STATUS_OK;
}

int safetensors_write(const char *path, const struct tensor_list *list, struct error *err) {
    size_t data_size;
    int status = measure(list, &data_size, err);
    if (status != STATUS_OK)
        return error_prefix(err, status, "%s: cannot write the tensors", path);
    char *text = header_text(list);
    if (text == NULL)
        return error_set(err, STATUS_NO_MEMORY, "%s: out of memory while writing the header", path);
    struct bytes file = {.data = NULL};
    status = assemble(list, text, data_size, &file, err);
    cJSON_free(text);
    if (status != STATUS_OK)
        return error_prefix(err, status, "%s: cannot write the tensors", path);
    status = file_write_atomic(path, file.data, file.size, err);
    free(file.data);
    return status;
}
