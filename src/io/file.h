/* Files read whole, gzip or plain, with a bound on the size; and paths. */
#ifndef IO_FILE_H
#define IO_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct bytes {
    unsigned char *data; /* freed with free() */
    size_t size;
};

/* Opens a regular file for reading and no other: a read from a terminal or a pipe might never end.
 */
int file_open(const char *path, int *descriptor, struct error *err);

/* Reads the file whole. A file that starts with the gzip magic is inflated (all its members).
 * STATUS_MISSING or STATUS_DENIED when it cannot be opened, STATUS_DAMAGED when it is corrupt or
 * cut off, or has more than max_size bytes (after inflation). Every message starts with the path.
 */
int file_read(const char *path, size_t max_size, struct bytes *bytes, struct error *err);

/* The same, with `name` for the path in messages. */
int file_read_named(const char *path, const char *name, size_t max_size, struct bytes *bytes,
                    struct error *err);

/* mkdir -p, also while other processes remove directories of the path that are empty. */
int file_make_directories(const char *path, struct error *err);

/* What to do about a failed call, by its errno: "free some space". To end a message with. */
const char *file_hint(int code);

/* True when the path is there (whatever it is). */
bool file_exists(const char *path);

/* Writes "<directory>/<name>" into `path`; an error when it does not fit. */
int file_join(char *path, size_t size, const char *directory, const char *name, struct error *err);

/* Writes a path, or a name in one, by a printf format. It must fit: for who knows a bound. */
void file_path(char *path, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
