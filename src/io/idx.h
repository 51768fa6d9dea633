/* The IDX format of MNIST: big-endian; two zero bytes, a type code, the number of dimensions, each
 * dimension as 32 bits, the values. Only unsigned bytes (type 8) are read here. */
#ifndef IO_IDX_H
#define IO_IDX_H

#include "io/file.h"

enum { IDX_MAX_DIMS = 4 };

struct idx {
    size_t n_dims;
    size_t dims[IDX_MAX_DIMS];
    const unsigned char *values; /* inside the bytes that were parsed */
    size_t n_values;
};

/* Parses an array that must have n_dims dimensions. `name` (a path) stands in messages: wrong magic
 * number, dimensions that overflow, fewer or more bytes than the dimensions say. */
int idx_parse(struct idx *idx, const char *name, const struct bytes *bytes, size_t n_dims,
              struct error *err);

#endif
