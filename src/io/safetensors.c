/* Reading trusts nothing: the tensors must lie in the file one after the other, without a gap or
 * an overlap, from the first byte after the header to the last of the file. */
#include "io/safetensors.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "io/file.h"
#include "io/json.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && sizeof(float) == 4,
               "values are copied between file and memory as they are");

enum { LENGTH_SIZE = 8 };
static const size_t MAX_HEADER_SIZE = (size_t)16 << 20;
static const size_t MAX_DATA_SIZE = (size_t)1 << 30;
static const char METADATA_KEY[] = "__metadata__";

/* A tensor as the header describes it. */
struct entry {
    const char *name;
    size_t n_dims;
    size_t dims[TENSOR_MAX_DIMS];
    size_t begin; /* of its values in the data, in bytes */
    size_t end;
};

/* True when the item is a whole number that a double holds exactly. */
static bool read_size(const cJSON *item, size_t *value) {
    const double largest = 9007199254740992.0; /* 2^53 */
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0 && item->valuedouble <= largest))
        return false;
    *value = (size_t)item->valuedouble;
    return (double)*value == item->valuedouble;
}

static bool read_shape(const cJSON *shape, struct entry *entry) {
    if (!cJSON_IsArray(shape))
        return false;
    const cJSON *dim;
    cJSON_ArrayForEach(dim, shape) {
        if (entry->n_dims == TENSOR_MAX_DIMS || !read_size(dim, &entry->dims[entry->n_dims]))
            return false;
        entry->n_dims++;
    }
    return true;
}

static bool read_offsets(const cJSON *offsets, struct entry *entry) {
    return cJSON_IsArray(offsets) && cJSON_GetArraySize(offsets) == 2 &&
           read_size(offsets->child, &entry->begin) &&
           read_size(offsets->child->next, &entry->end) && entry->begin <= entry->end;
}

static int read_entry(const cJSON *item, struct entry *entry, struct error *err) {
    *entry = (struct entry){.name = item->string};
    if (!cJSON_IsObject(item))
        return error_set(err, STATUS_DAMAGED, "tensor \"%.64s\" is not described by an object",
                         entry->name);
    const cJSON *dtype = cJSON_GetObjectItemCaseSensitive(item, "dtype");
    if (!cJSON_IsString(dtype) || strcmp(dtype->valuestring, "F32") != 0)
        return error_set(err, STATUS_DAMAGED, "tensor \"%.64s\" has dtype %.16s; only F32 is read",
                         entry->name, cJSON_IsString(dtype) ? dtype->valuestring : "missing");
    if (!read_shape(cJSON_GetObjectItemCaseSensitive(item, "shape"), entry))
        return error_set(err, STATUS_DAMAGED, "tensor \"%.64s\" has no shape of at most %d sizes",
                         entry->name, TENSOR_MAX_DIMS);
    if (!read_offsets(cJSON_GetObjectItemCaseSensitive(item, "data_offsets"), entry))
        return error_set(err, STATUS_DAMAGED, "tensor \"%.64s\" has no valid data_offsets",
                         entry->name);
    size_t n_bytes = sizeof(float);
    bool fits = true;
    for (size_t i = 0; i < entry->n_dims; i++)
        fits = fits && memory_multiply(n_bytes, entry->dims[i], &n_bytes);
    if (!fits || n_bytes != entry->end - entry->begin)
        return error_set(err, STATUS_DAMAGED, "shape and data_offsets of tensor \"%.64s\" disagree",
                         entry->name);
    return STATUS_OK;
}

static int read_metadata(const cJSON *object, struct tensor_list *list, struct error *err) {
    if (!cJSON_IsObject(object))
        return error_set(err, STATUS_DAMAGED, "%s is not an object", METADATA_KEY);
    const cJSON *item;
    cJSON_ArrayForEach(item, object) {
        if (!cJSON_IsString(item))
            return error_set(err, STATUS_DAMAGED, "%s holds a value that is not a string",
                             METADATA_KEY);
        const int status = tensor_list_add_metadata(list, item->string, item->valuestring, err);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static int compare_entries(const void *a, const void *b) {
    const struct entry *x = a;
    const struct entry *y = b;
    if (x->begin != y->begin)
        return x->begin < y->begin ? -1 : 1;
    if (x->end != y->end)
        return x->end < y->end ? -1 : 1;
    return strcmp(x->name, y->name);
}

/* Checks that the entries, sorted, cover the data exactly. */
static int check_cover(const struct entry *entries, size_t n_entries, size_t data_size,
                       struct error *err) {
    size_t end = 0;
    for (size_t i = 0; i < n_entries; i++) {
        if (entries[i].begin != end)
            return error_set(err, STATUS_DAMAGED, "tensor \"%.64s\" starts at byte %zu, not %zu",
                             entries[i].name, entries[i].begin, end);
        end = entries[i].end;
    }
    if (end != data_size)
        return error_set(err, STATUS_DAMAGED, "the tensors have %zu bytes, but %zu are there", end,
                         data_size);
    return STATUS_OK;
}

/* Copies the values out of the file, where they need not be aligned. */
static int add_tensors(const struct entry *entries, size_t n_entries, const unsigned char *data,
                       size_t data_size, struct tensor_list *list, struct error *err) {
    list->storage = memory_alloc(data_size, 1, err);
    if (list->storage == NULL)
        return STATUS_NO_MEMORY;
    memcpy(list->storage, data, data_size);
    for (size_t i = 0; i < n_entries; i++) {
        const struct entry *entry = &entries[i];
        const float *values = list->storage + entry->begin / sizeof(float);
        const int status =
            tensor_list_add(list, entry->name, entry->n_dims, entry->dims, values, err);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static int read_entries(const cJSON *header, struct entry *entries, size_t *n_entries,
                        struct tensor_list *list, struct error *err) {
    bool has_metadata = false;
    const cJSON *item;
    cJSON_ArrayForEach(item, header) {
        if (strcmp(item->string, METADATA_KEY) == 0) {
            if (has_metadata)
                return error_set(err, STATUS_DAMAGED, "%s is there twice", METADATA_KEY);
            has_metadata = true;
            const int status = read_metadata(item, list, err);
            if (status != STATUS_OK)
                return status;
        } else if (*n_entries == TENSOR_LIST_MAX) {
            return error_set(err, STATUS_DAMAGED, "more than %d tensors", TENSOR_LIST_MAX);
        } else {
            const int status = read_entry(item, &entries[(*n_entries)++], err);
            if (status != STATUS_OK)
                return status;
        }
    }
    return STATUS_OK;
}

static int read_tensors(const cJSON *header, const unsigned char *data, size_t data_size,
                        struct tensor_list *list, struct error *err) {
    if (!cJSON_IsObject(header))
        return error_set(err, STATUS_DAMAGED, "the header is not a JSON object");
    struct entry *entries = memory_alloc(TENSOR_LIST_MAX, sizeof *entries, err);
    if (entries == NULL)
        return STATUS_NO_MEMORY;
    size_t n_entries = 0;
    int status = read_entries(header, entries, &n_entries, list, err);
    if (status == STATUS_OK) {
        qsort(entries, n_entries, sizeof *entries, compare_entries);
        status = check_cover(entries, n_entries, data_size, err);
    }
    if (status == STATUS_OK)
        status = add_tensors(entries, n_entries, data, data_size, list, err);
    free(entries);
    return status;
}

static int read_bytes(const struct bytes *bytes, struct tensor_list *list, struct error *err) {
    if (bytes->size < LENGTH_SIZE)
        return error_set(err, STATUS_DAMAGED, "%zu bytes are too few", bytes->size);
    uint64_t header_size;
    memcpy(&header_size, bytes->data, LENGTH_SIZE);
    size_t rest = bytes->size - LENGTH_SIZE;
    if (header_size > rest || header_size > MAX_HEADER_SIZE)
        return error_set(err, STATUS_DAMAGED,
                         "the header's length is wrong or the file is cut off");
    const unsigned char *text = bytes->data + LENGTH_SIZE;
    cJSON *header;
    int status = json_parse("header", (const char *)text, (size_t)header_size, &header, err);
    if (status != STATUS_OK)
        return status;
    status = read_tensors(header, text + header_size, rest - (size_t)header_size, list, err);
    cJSON_Delete(header);
    return status;
}

int safetensors_read(const char *path, struct tensor_list *list, struct error *err) {
    *list = (struct tensor_list){0};
    struct bytes bytes;
    size_t max_size = LENGTH_SIZE + MAX_HEADER_SIZE + MAX_DATA_SIZE;
    int status = file_read(path, max_size, &bytes, err);
    if (status != STATUS_OK)
        return status;
    status = read_bytes(&bytes, list, err);
    free(bytes.data);
    if (status != STATUS_OK) {
        tensor_list_free(list);
        return error_prefix(err, status, "%s%s", path,
                            status == STATUS_DAMAGED ? ": not a safetensors file that can be read"
                                                     : "");
    }
    return STATUS_OK;
}
