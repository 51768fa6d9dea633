#include "io/gzip.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "io/buffer.h"

/* zlib counts in 32 bits, so large data goes through it in pieces. */
static const size_t PIECE = (size_t)1 << 30;

static uInt piece(size_t size) {
    return (uInt)(size < PIECE ? size : PIECE);
}

bool gzip_is(const struct bytes *bytes) {
    return bytes->size >= 2 && bytes->data[0] == 0x1f && bytes->data[1] == 0x8b;
}

static bool all_zero(const unsigned char *data, size_t size) {
    for (size_t i = 0; i < size; i++)
        if (data[i] != 0)
            return false;
    return true;
}

/* What stands after a whole member: another one (*more is then true), padding, or garbage. */
static int end_member(const char *path, z_stream *stream, const unsigned char *end, bool *more,
                      struct error *err) {
    struct bytes rest = {stream->next_in, (size_t)(end - stream->next_in)};
    *more = gzip_is(&rest);
    if (!*more && !all_zero(rest.data, rest.size))
        return error_set(
            err, STATUS_DAMAGED,
            "%s: other bytes follow the end of the gzip data; the file is corrupt: get "
            "it again",
            path);
    if (*more && inflateReset(stream) != Z_OK)
        return error_set(err, STATUS_FAILED, "%s: zlib failed", path);
    return STATUS_OK;
}

static int inflate_failed(const char *path, const z_stream *stream, int code, struct error *err) {
    if (code == Z_MEM_ERROR)
        return error_set(err, STATUS_NO_MEMORY, "%s: out of memory while decompressing", path);
    return error_set(err, STATUS_DAMAGED, "%s: the gzip data is corrupt (%s): get the file again",
                     path, stream->msg != NULL ? stream->msg : "not a gzip stream");
}

static int inflate_members(const char *path, z_stream *stream, const unsigned char *end,
                           struct buffer *out, struct error *err) {
    bool more = true;
    while (more) {
        int status = buffer_reserve(out, path, err);
        if (status != STATUS_OK)
            return status;
        uInt room = piece(out->capacity - out->size);
        stream->next_out = out->data + out->size;
        stream->avail_out = room;
        stream->avail_in = piece((size_t)(end - stream->next_in));
        int code = inflate(stream, Z_NO_FLUSH);
        out->size += room - stream->avail_out;
        if (code == Z_STREAM_END) {
            status = end_member(path, stream, end, &more, err);
            if (status != STATUS_OK)
                return status;
        } else if (code != Z_OK && code != Z_BUF_ERROR) {
            return inflate_failed(path, stream, code, err);
        } else if (stream->next_in == end && stream->avail_out > 0) {
            return error_set(err, STATUS_DAMAGED,
                             "%s: the gzip data ends early; the file is cut off: get it again",
                             path);
        }
    }
    /* The last piece may have filled the one byte too many. */
    return out->size > out->max_size ? buffer_reserve(out, path, err) : STATUS_OK;
}

int gzip_inflate(const char *path, const struct bytes *in, size_t max_size, struct bytes *out,
                 struct error *err) {
    *out = (struct bytes){NULL, 0};
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    stream.next_in = in->data;
    enum { LARGEST_WINDOW = 15, GZIP_ONLY = 16 };
    if (inflateInit2(&stream, LARGEST_WINDOW + GZIP_ONLY) != Z_OK)
        return error_set(err, STATUS_NO_MEMORY, "%s: out of memory while decompressing", path);
    struct buffer buffer = {.max_size = max_size};
    int status = inflate_members(path, &stream, in->data + in->size, &buffer, err);
    inflateEnd(&stream);
    if (status != STATUS_OK) {
        free(buffer.data);
        return status;
    }
    *out = (struct bytes){buffer.data, buffer.size};
    return STATUS_OK;
}
