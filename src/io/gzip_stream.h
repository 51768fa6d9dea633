/* A file read from front to back, inflated on the way when it is gzipped: for what is too large to
 * be held whole. */
#ifndef IO_GZIP_STREAM_H
#define IO_GZIP_STREAM_H

#include <stddef.h>

#include "base/error.h"

struct gzip_stream {
    void *file;       /* zlib's */
    const char *name; /* stands in front of messages; may be changed on the way */
    size_t offset;    /* bytes read so far, after inflation */
    size_t max_size;
};

/* Opens a regular file, plain or gzipped, that may hold at most max_size bytes after inflation.
 * Messages of all functions start with stream->name, at first `path` itself: the string must live
 * as long as the stream. */
int gzip_stream_open(struct gzip_stream *stream, const char *path, size_t max_size,
                     struct error *err);

/* Reads `size` bytes into `data`; *n_read is smaller only at the end of the file. An error when
 * gzip data is cut off or corrupt (its checksum is compared where it ends), when the disk fails, or
 * when there are more than max_size bytes. */
int gzip_stream_read(struct gzip_stream *stream, void *data, size_t size, size_t *n_read,
                     struct error *err);

/* Also after a failed gzip_stream_open. */
void gzip_stream_close(struct gzip_stream *stream);

#endif
