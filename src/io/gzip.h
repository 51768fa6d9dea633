/* Gzip data in memory, by way of zlib. */
#ifndef IO_GZIP_H
#define IO_GZIP_H

#include <stdbool.h>

#include "io/file.h"

/* True when the bytes start with gzip's magic number. */
bool gzip_is(const struct bytes *bytes);

/* Inflates all members of `in`; zero bytes after the last one are padding. An error when the data
 * is cut off, fails its checksum, is followed by something else, or inflates to more than max_size
 * bytes. Messages start with `path`. */
int gzip_inflate(const char *path, const struct bytes *in, size_t max_size, struct bytes *out,
                 struct error *err);

#endif
