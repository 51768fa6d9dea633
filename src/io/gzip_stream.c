#include "io/gzip_stream.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "io/file.h"

/* zlib's buffer, and the largest piece asked of it at once: it counts in ints. */
enum { BUFFER_SIZE = 1 << 17, PIECE = 1 << 30 };

int gzip_stream_open(struct gzip_stream *stream, const char *path, size_t max_size,
                     struct error *err) {
    int fd;
    *stream = (struct gzip_stream){.name = path, .max_size = max_size};
    const int status = file_open(path, &fd, err);
    if (status != STATUS_OK)
        return status;
    gzFile file = gzdopen(fd, "rb");
    if (file == NULL) {
        close(fd);
        return error_set(err, STATUS_NO_MEMORY, "%s: out of memory", path);
    }
    gzbuffer(file, BUFFER_SIZE);
    stream->file = file;
    return STATUS_OK;
}

static int read_failed(const struct gzip_stream *stream, struct error *err) {
    int saved_errno = errno, code;
    gzerror(stream->file, &code);
    if (code == Z_ERRNO)
        return error_set(err, status_of_errno(saved_errno), "%s: cannot read the file: %s: %s",
                         stream->name, strerror(saved_errno), file_hint(saved_errno));
    if (code == Z_MEM_ERROR)
        return error_set(err, STATUS_NO_MEMORY, "%s: out of memory while decompressing",
                         stream->name);
    if (code == Z_BUF_ERROR)
        return error_set(err, STATUS_DAMAGED,
                         "%s: the gzip data ends early; the file is cut off: get it again",
                         stream->name);
    return error_set(err, STATUS_DAMAGED, "%s: the gzip data is corrupt: get the file again",
                     stream->name);
}

int gzip_stream_read(struct gzip_stream *stream, void *data, size_t size, size_t *n_read,
                     struct error *err) {
    *n_read = 0;
    while (*n_read < size) {
        size_t rest = size - *n_read;
        unsigned want = (unsigned)(rest < PIECE ? rest : PIECE);
        int n = gzread(stream->file, (char *)data + *n_read, want);
        if (n > 0) {
            *n_read += (size_t)n;
            stream->offset += (size_t)n;
        }
        if (stream->offset > stream->max_size)
            return error_set(err, STATUS_DAMAGED,
                             "%s: the content is larger than the %zu bytes that are allowed here: "
                             "is it the right file?",
                             stream->name, stream->max_size);
        if (n == (int)want)
            continue;
        /* A gzip stream that is cut off gives what it has; only gzerror tells. */
        int code;
        gzerror(stream->file, &code);
        return n < 0 || code != Z_OK ? read_failed(stream, err) : STATUS_OK;
    }
    return STATUS_OK;
}

void gzip_stream_close(struct gzip_stream *stream) {
    if (stream->file != NULL)
        gzclose(stream->file);
    *stream = (struct gzip_stream){0};
}
