#include "io/idx.h"

#include <stdint.h>

#include "base/memory.h"

enum { MAGIC_SIZE = 4, DIM_SIZE = 4, TYPE_UNSIGNED_BYTE = 8 };

static size_t read_big_endian(const unsigned char *b) {
    return (size_t)((uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3]);
}

static int check_magic(const char *name, const struct bytes *bytes, size_t n_dims,
                       struct error *err) {
    const unsigned char *b = bytes->data;
    if (bytes->size < MAGIC_SIZE + DIM_SIZE * n_dims)
        return error_set(
            err, STATUS_DAMAGED,
            "%s: %zu bytes are too few for the header of an IDX file; it is cut off or "
            "another kind of file: get it again",
            name, bytes->size);
    if (b[0] != 0 || b[1] != 0)
        return error_set(err, STATUS_DAMAGED,
                         "%s: not an IDX file (magic number %02x%02x%02x%02x): get it again", name,
                         b[0], b[1], b[2], b[3]);
    if (b[2] != TYPE_UNSIGNED_BYTE)
        return error_set(
            err, STATUS_DAMAGED,
            "%s: IDX values of type 0x%02x cannot be read, only unsigned bytes (0x08): "
            "is it the right file?",
            name, b[2]);
    if (b[3] != n_dims)
        return error_set(
            err, STATUS_DAMAGED,
            "%s: the IDX array has %d dimensions instead of %zu: is it the right file?", name, b[3],
            n_dims);
    return STATUS_OK;
}

int idx_parse(struct idx *idx, const char *name, const struct bytes *bytes, size_t n_dims,
              struct error *err) {
    *idx = (struct idx){.n_dims = n_dims};
    if (n_dims < 1 || n_dims > IDX_MAX_DIMS)
        return error_set(err, STATUS_USAGE, "%s: IDX arrays of %zu dimensions cannot be read", name,
                         n_dims);
    const int status = check_magic(name, bytes, n_dims, err);
    if (status != STATUS_OK)
        return status;
    size_t n_values = 1;
    for (size_t i = 0; i < n_dims; i++) {
        idx->dims[i] = read_big_endian(bytes->data + MAGIC_SIZE + DIM_SIZE * i);
        if (!memory_multiply(n_values, idx->dims[i], &n_values))
            return error_set(err, STATUS_DAMAGED,
                             "%s: the dimensions of the IDX array are absurd; the file is corrupt: "
                             "get it again",
                             name);
    }
    size_t header_size = MAGIC_SIZE + DIM_SIZE * n_dims;
    size_t n_there = bytes->size - header_size;
    if (n_there != n_values)
        return error_set(
            err, STATUS_DAMAGED,
            "%s: the IDX header promises %zu values but %zu are there; the file is %s: "
            "get it again",
            name, n_values, n_there, n_there < n_values ? "cut off" : "corrupt");
    idx->values = bytes->data + header_size;
    idx->n_values = n_values;
    return STATUS_OK;
}
