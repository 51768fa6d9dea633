/* Tar archives (ustar, GNU, pax), plain or gzipped, read from front to back with little memory.
 *
 * Only regular files are seen, by the last component of their names: that is how members are found
 * here whatever directory they were packed in. */
#ifndef IO_TAR_H
#define IO_TAR_H

#include <stdbool.h>
#include <stddef.h>

#include "io/file.h"
#include "io/gzip_stream.h"

enum { TAR_NAME_SIZE = 256, TAR_PATH_SIZE = 4096 };

struct tar {
    char name[TAR_NAME_SIZE]; /* of the member: the last component, cut when longer */
    size_t size;              /* of its content, in bytes, as the header claims */
    struct gzip_stream stream;
    size_t unread; /* bytes of its content and the padding after it that are still to come */
    char place[TAR_PATH_SIZE + TAR_NAME_SIZE + 2]; /* for messages */
    size_t path_length;
};

/* Opens the archive, of at most max_size bytes after inflation. Messages of all functions start
 * with `path`, followed by the name of the member where one is being read. The struct must stay
 * where it is until it is closed. */
int tar_open(struct tar *tar, const char *path, size_t max_size, struct error *err);

/* Moves on to the next regular file. *more is false after the last: then the file has been read to
 * its end and gzip's checksum was right. An error when a header's checksum is wrong, a header makes
 * no sense, the archive is cut off, or holds a sparse file. */
int tar_next(struct tar *tar, bool *more, struct error *err);

/* Reads the content of the member that tar_next found, of at most max_size bytes; free it with
 * free(). To be called once a member at most. */
int tar_read(struct tar *tar, size_t max_size, struct bytes *content, struct error *err);

/* Also after a failed tar_open. */
void tar_close(struct tar *tar);

#endif
