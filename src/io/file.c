#include "io/file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/buffer.h"
#include "io/gzip.h"

const char *file_hint(int code) {
    switch (code) {
    case ENOSPC:
    case EDQUOT:
        return "free some space";
    case EFBIG:
        return "raise the limit on the size of files (ulimit -f)";
    case EMFILE:
    case ENFILE:
        return "raise the limit on open files (ulimit -n)";
    case EACCES:
    case EPERM:
        return "choose another place or change its permissions";
    case EROFS:
        return "choose another place, or make this one writable";
    case ENOENT:
    case ENOTDIR:
    case ELOOP:
    case ENAMETOOLONG:
        return "check the name";
    default:
        return "check the disk and try again";
    }
}

static int open_named(const char *path, const char *name, int *descriptor, struct error *err) {
    /* Without O_NONBLOCK, opening a pipe waits for a writer. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return error_set(err, status_of_errno(errno), "%s: cannot open the file: %s: %s", name,
                         strerror(errno), file_hint(errno));
    int status = STATUS_OK;
    struct stat info;
    if (fstat(fd, &info) != 0)
        status = error_set(err, status_of_errno(errno), "%s: cannot examine the file: %s: %s", name,
                           strerror(errno), file_hint(errno));
    else if (S_ISDIR(info.st_mode))
        status = error_set(err, STATUS_FAILED, "%s: this is a directory: name a file", name);
    else if (!S_ISREG(info.st_mode))
        status =
            error_set(err, STATUS_FAILED, "%s: not a regular file: name a file on a disk", name);
    if (status == STATUS_OK)
        *descriptor = fd;
    else
        close(fd);
    return status;
}

int file_open(const char *path, int *descriptor, struct error *err) {
    return open_named(path, path, descriptor, err);
}

static int read_all(const char *path, int fd, struct buffer *buffer, struct error *err) {
    for (;;) {
        const int status = buffer_reserve(buffer, path, err);
        if (status != STATUS_OK)
            return status;
        ssize_t n = read(fd, buffer->data + buffer->size, buffer->capacity - buffer->size);
        if (n == 0)
            return STATUS_OK;
        if (n > 0)
            buffer->size += (size_t)n;
        else if (errno != EINTR)
            return error_set(err, status_of_errno(errno), "%s: cannot read the file: %s: %s", path,
                             strerror(errno), file_hint(errno));
    }
}

/* Gzip makes incompressible data a little larger (5 bytes in 16 KB, 18 and the name around it). */
static size_t compressed_bound(size_t max_size) {
    size_t extra = max_size / 1024 + 65536;
    return max_size > SIZE_MAX - extra ? SIZE_MAX : max_size + extra;
}

int file_read_named(const char *path, const char *name, size_t max_size, struct bytes *bytes,
                    struct error *err) {
    *bytes = (struct bytes){NULL, 0};
    int fd = -1;
    int status = open_named(path, name, &fd, err);
    if (status != STATUS_OK)
        return status;
    struct buffer buffer = {.max_size = compressed_bound(max_size)};
    status = read_all(name, fd, &buffer, err);
    close(fd);
    struct bytes content = {buffer.data, buffer.size};
    if (status == STATUS_OK && gzip_is(&content)) {
        status = gzip_inflate(name, &content, max_size, bytes, err);
    } else if (status == STATUS_OK) {
        buffer.max_size = max_size;
        if (buffer.size > max_size)
            status = buffer_reserve(&buffer, name, err);
        if (status == STATUS_OK) {
            *bytes = content;
            return STATUS_OK;
        }
    }
    free(buffer.data);
    return status;
}

int file_read(const char *path, size_t max_size, struct bytes *bytes, struct error *err) {
    return file_read_named(path, path, max_size, bytes, err);
}

bool file_exists(const char *path) {
    struct stat info;
    return stat(path, &info) == 0;
}

static bool is_directory(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* *vanished: what is above it, or it itself, was removed meanwhile. */
static int make_directory(const char *path, bool *vanished, struct error *err) {
    struct stat info;
    *vanished = false;
    if (mkdir(path, 0777) == 0)
        return STATUS_OK;
    /* What is there already may fail with more than EEXIST (a read-only disk, no permission). */
    int code = errno;
    if (is_directory(path))
        return STATUS_OK;
    *vanished = code == ENOENT || (code == EEXIST && lstat(path, &info) != 0);
    if (code == EEXIST)
        return error_set(err, STATUS_FAILED,
                         "%s: a file of this name stands where a directory is needed: choose "
                         "another name or move the file away",
                         path);
    return error_set(err, status_of_errno(code), "%s: cannot make the directory: %s: %s", path,
                     strerror(code), file_hint(code));
}

/* All directories of the path, which is changed on the way, but comes back as it was. */
static int make_each(char *path, bool *vanished, struct error *err) {
    int status = STATUS_OK;
    /* From 1: the root needs no making. */
    for (char *p = path + 1; status == STATUS_OK && *p != '\0'; p++) {
        if (*p == '/' && p[-1] != '/') {
            *p = '\0';
            status = make_directory(path, vanished, err);
            *p = '/';
        }
    }
    return status == STATUS_OK ? make_directory(path, vanished, err) : status;
}

int file_make_directories(const char *path, struct error *err) {
    enum { ATTEMPTS = 100 };
    if (path[0] == '\0')
        return error_set(err, STATUS_FAILED, "cannot make a directory without a name");
    char *partial = strdup(path);
    if (partial == NULL)
        return error_set(err, STATUS_NO_MEMORY, "%s: out of memory", path);
    int status = STATUS_FAILED;
    bool vanished = true;
    /* Another process may remove a directory that is still empty: then again from the top. */
    for (int i = 0; status != STATUS_OK && vanished && i < ATTEMPTS; i++)
        status = make_each(partial, &vanished, err);
    free(partial);
    return status;
}

int file_join(char *path, size_t size, const char *directory, const char *name, struct error *err) {
    size_t length = strlen(directory);
    const char *slash = length == 0 || directory[length - 1] == '/' ? "" : "/";
    int n = snprintf(path, size, "%s%s%s", directory, slash, name);
    if (n < 0 || (size_t)n >= size)
        return error_set(err, STATUS_FAILED,
                         "%.200s/%.200s: the path is longer than %zu bytes: choose a shorter one",
                         directory, name, size > 0 ? size - 1 : 0);
    return STATUS_OK;
}

void file_path(char *path, size_t size, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(path, size, format, arguments);
    va_end(arguments);
    assert(length >= 0 && (size_t)length < size);
    (void)length;
}
