/* NumPy's array files (format versions 1.0, 2.0 and 3.0): a magic number, a header that is a Python
 * dictionary of the type, the order and the shape, the values. Read here: booleans, integers and
 * floating-point numbers of 32 and 64 bits, of either byte order, in C order. */
#ifndef IO_NPY_H
#define IO_NPY_H

#include <stdbool.h>
#include <stdint.h>

#include "io/file.h"

enum { NPY_MAX_DIMS = 8 };

enum npy_kind { NPY_BOOL, NPY_SIGNED, NPY_UNSIGNED, NPY_FLOAT };

struct npy {
    size_t n_dims; /* 0 is a scalar */
    size_t dims[NPY_MAX_DIMS];
    enum npy_kind kind;
    size_t item_size; /* bytes a value: 1, 2, 4 or 8 */
    bool big_endian;
    const unsigned char *values; /* inside the bytes that were parsed, row-major, not aligned */
    size_t n_values;
};

/* Parses an array; the view lives as long as the bytes. `name` (a path) stands in messages: another
 * format or version, a header that is not as NumPy writes it, a type that is not read, Fortran
 * order, more than NPY_MAX_DIMS dimensions or such that overflow, more or fewer bytes than the
 * header says. */
int npy_parse(struct npy *npy, const char *name, const struct bytes *bytes, struct error *err);

/* Value i < n_values as a double: exact but for integers beyond 2^53, which are rounded. Booleans
 * are 0 or 1. */
double npy_get(const struct npy *npy, size_t i);

enum { NPY_SHAPE_SIZE = 200 };

/* Writes the shape as Python does, "(150, 3, 32, 32)"; for messages. */
const char *npy_shape(const struct npy *npy, char text[NPY_SHAPE_SIZE]);

#endif
