/* Arrays that grow by doubling; names are compared one by one, for lists are short. */
#include "io/tensor_list.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

size_t tensor_size(const struct tensor *tensor) {
    size_t size = 1;
    for (size_t i = 0; i < tensor->n_dims; i++)
        size *= tensor->dims[i];
    return size;
}

/* Makes room for one more element of an array of n. The capacity is the next power of two, so it
 * need not be kept anywhere. */
static void *grow(void *array, size_t n, size_t element_size) {
    if ((n & (n - 1)) != 0)
        return array;
    size_t n_bytes;
    if (!memory_multiply(n == 0 ? 1 : 2 * n, element_size, &n_bytes) || n > SIZE_MAX / 2)
        return NULL;
    return realloc(array, n_bytes);
}

static int check_tensor(const struct tensor_list *list, const char *name, size_t n_dims,
                        const size_t *dims, struct error *err) {
    if (strlen(name) >= TENSOR_NAME_SIZE)
        return error_set(err, STATUS_DAMAGED,
                         "tensor \"%.32s...\": the name is longer than %d bytes", name,
                         TENSOR_NAME_SIZE - 1);
    if (strcmp(name, "__metadata__") == 0)
        return error_set(err, STATUS_DAMAGED, "no tensor may have the name \"%s\"", name);
    if (tensor_list_find(list, name) != NULL)
        return error_set(err, STATUS_DAMAGED, "there are two tensors of the name \"%s\"", name);
    if (list->n_tensors >= TENSOR_LIST_MAX)
        return error_set(err, STATUS_DAMAGED, "there are more than %d tensors", TENSOR_LIST_MAX);
    if (n_dims > TENSOR_MAX_DIMS)
        return error_set(err, STATUS_DAMAGED, "tensor \"%s\" has %zu dimensions; at most %d can be",
                         name, n_dims, TENSOR_MAX_DIMS);
    size_t n_bytes = sizeof(float);
    for (size_t i = 0; i < n_dims; i++)
        if (!memory_multiply(n_bytes, dims[i], &n_bytes))
            return error_set(err, STATUS_DAMAGED, "tensor \"%s\" is larger than any memory", name);
    return STATUS_OK;
}

int tensor_list_add(struct tensor_list *list, const char *name, size_t n_dims, const size_t *dims,
                    const float *values, struct error *err) {
    const int status = check_tensor(list, name, n_dims, dims, err);
    if (status != STATUS_OK)
        return status;
    struct tensor *tensors = grow(list->tensors, list->n_tensors, sizeof *tensors);
    if (tensors == NULL)
        return error_set(err, STATUS_NO_MEMORY, "out of memory for the list of tensors");
    list->tensors = tensors;
    struct tensor *tensor = &tensors[list->n_tensors++];
    /* The list never writes values that the caller lent to it. */
    *tensor = (struct tensor){.n_dims = n_dims, .values = (float *)values};
    memcpy(tensor->name, name, strlen(name) + 1);
    for (size_t i = 0; i < n_dims; i++)
        tensor->dims[i] = dims[i];
    return STATUS_OK;
}

int tensor_list_add_metadata(struct tensor_list *list, const char *key, const char *value,
                             struct error *err) {
    if (tensor_list_metadata(list, key) != NULL)
        return error_set(err, STATUS_DAMAGED, "the metadata has \"%.64s\" twice", key);
    if (list->n_metadata >= TENSOR_LIST_MAX)
        return error_set(err, STATUS_DAMAGED, "there are more than %d metadata", TENSOR_LIST_MAX);
    struct metadata *metadata = grow(list->metadata, list->n_metadata, sizeof *metadata);
    if (metadata == NULL)
        return error_set(err, STATUS_NO_MEMORY, "out of memory for the metadata");
    list->metadata = metadata;
    struct metadata pair = {strdup(key), strdup(value)};
    if (pair.key == NULL || pair.value == NULL) {
        free(pair.key);
        free(pair.value);
        return error_set(err, STATUS_NO_MEMORY, "out of memory for the metadata");
    }
    metadata[list->n_metadata++] = pair;
    return STATUS_OK;
}

const struct tensor *tensor_list_find(const struct tensor_list *list, const char *name) {
    for (size_t i = 0; i < list->n_tensors; i++)
        if (strcmp(list->tensors[i].name, name) == 0)
            return &list->tensors[i];
    return NULL;
}

const char *tensor_list_metadata(const struct tensor_list *list, const char *key) {
    for (size_t i = 0; i < list->n_metadata; i++)
        if (strcmp(list->metadata[i].key, key) == 0)
            return list->metadata[i].value;
    return NULL;
}

void tensor_list_free(struct tensor_list *list) {
    for (size_t i = 0; i < list->n_metadata; i++) {
        free(list->metadata[i].key);
        free(list->metadata[i].value);
    }
    free(list->metadata);
    free(list->tensors);
    free(list->storage);
    *list = (struct tensor_list){0};
}
