/* Tensors by name, with metadata beside them: what is in a weight file. */
#ifndef IO_TENSOR_LIST_H
#define IO_TENSOR_LIST_H

#include <stddef.h>

#include "base/error.h"

enum { TENSOR_MAX_DIMS = 4, TENSOR_NAME_SIZE = 64, TENSOR_LIST_MAX = 4096 };

struct tensor {
    char name[TENSOR_NAME_SIZE];
    size_t n_dims; /* 0 is a scalar */
    size_t dims[TENSOR_MAX_DIMS];
    float *values; /* row-major; owned by the list after a read, by the caller before a write */
};

struct metadata {
    char *key;
    char *value;
};

struct tensor_list {
    struct tensor *tensors;
    size_t n_tensors;
    struct metadata *metadata;
    size_t n_metadata;
    float *storage; /* of all values after a read; NULL in a list of values of the caller's */
};

/* The number of values of a tensor: the product of its dimensions (which do not overflow: they were
 * checked when it was added). */
size_t tensor_size(const struct tensor *tensor);

/* Adds a tensor that owns no values (for writing) or a metadata pair (copied) to a list that was
 * {0} at first. Capacity grows, up to TENSOR_LIST_MAX of each. An error when the name is too long,
 * there already, or reserved. */
int tensor_list_add(struct tensor_list *list, const char *name, size_t n_dims, const size_t *dims,
                    const float *values, struct error *err);
int tensor_list_add_metadata(struct tensor_list *list, const char *key, const char *value,
                             struct error *err);

/* NULL when there is none of that name. */
const struct tensor *tensor_list_find(const struct tensor_list *list, const char *name);
const char *tensor_list_metadata(const struct tensor_list *list, const char *key);

/* Frees what the list owns: all values after safetensors_read, none of those that were added. */
void tensor_list_free(struct tensor_list *list);

#endif
