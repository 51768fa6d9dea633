/* Bytes that grow while a file comes in, up to a bound. For the readers of this folder. */
#ifndef IO_BUFFER_H
#define IO_BUFFER_H

#include <stddef.h>

#include "base/error.h"

struct buffer {
    unsigned char *data; /* freed with free(), after a failure too */
    size_t size;         /* bytes in use */
    size_t capacity;
    size_t max_size; /* one byte more than these may be held, to tell a file that is too large */
};

/* Makes room for at least one more byte by doubling. An error, with `path` in front, when there is
 * no memory or more than max_size bytes are in use. */
int buffer_reserve(struct buffer *buffer, const char *path, struct error *err);

#endif
