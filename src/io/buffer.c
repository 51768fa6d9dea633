#include "io/buffer.h"

#include <stdint.h>
#include <stdlib.h>

enum { FIRST_CAPACITY = 1 << 16 };

int buffer_reserve(struct buffer *buffer, const char *path, struct error *err) {
    if (buffer->size > buffer->max_size)
        return error_set(
            err, STATUS_DAMAGED,
            "%s: the content is larger than the %zu bytes that are allowed here: is it "
            "the right file?",
            path, buffer->max_size);
    if (buffer->size < buffer->capacity)
        return STATUS_OK;
    size_t capacity = FIRST_CAPACITY;
    if (buffer->capacity > SIZE_MAX / 2)
        capacity = SIZE_MAX;
    else if (buffer->capacity > 0)
        capacity = 2 * buffer->capacity;
    if (capacity > buffer->max_size && buffer->max_size < SIZE_MAX)
        capacity = buffer->max_size + 1;
    unsigned char *data = capacity > PTRDIFF_MAX ? NULL : realloc(buffer->data, capacity);
    if (data == NULL)
        return error_set(err, STATUS_NO_MEMORY, "%s: out of memory: no %zu bytes are free", path,
                         capacity);
    buffer->data = data;
    buffer->capacity = capacity;
    return STATUS_OK;
}
