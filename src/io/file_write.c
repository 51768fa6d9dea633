/* Atomic writing: a temporary file beside the final name, synced, then renamed. */
#include "io/file_write.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/file.h"

static int fail(struct error *err, const char *path, const char *what) {
    const int status = status_of_errno(errno);
    assert(status != STATUS_OK);
    return error_set(err, status, "%s: cannot %s: %s: %s", path, what, strerror(errno),
                     file_hint(errno));
}

/* A rename would replace a device or a pipe with a file, which nobody who names one can want. */
static int check_target(const char *path, struct error *err) {
    struct stat info;
    if (stat(path, &info) != 0 || S_ISREG(info.st_mode))
        return STATUS_OK;
    return error_set(err, STATUS_FAILED, "%s: %s: choose another name", path,
                     S_ISDIR(info.st_mode) ? "this is a directory" : "not a regular file");
}

/* Creates a new file beside `path`; *name is freed by the caller. The number makes the name unique
 * among the threads of a process and what a killed process of the same id left behind. */
static int create_temporary(const char *path, char **name, int *fd, struct error *err) {
    enum { MAX_TRIES = 1000, SUFFIX_SIZE = 64 };
    size_t size = strlen(path) + SUFFIX_SIZE;
    *name = malloc(size);
    if (*name == NULL)
        return error_set(err, STATUS_NO_MEMORY, "%s: out of memory", path);
    for (int i = 0; i < MAX_TRIES; i++) {
        snprintf(*name, size, "%s.%ld-%d.tmp", path, (long)getpid(), i);
        *fd = open(*name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (*fd >= 0)
            return STATUS_OK;
        if (errno != EEXIST)
            break;
    }
    const int code = errno;
    free(*name);
    if (code == ENOENT)
        return error_set(err, STATUS_MISSING,
                         "%s: cannot write: its directory does not exist: make it first, or check "
                         "the name",
                         path);
    errno = code;
    return fail(err, path, "create a temporary file beside it");
}

static int write_all(const char *path, int fd, const unsigned char *data, size_t size,
                     struct error *err) {
    size_t n_written = 0;
    while (n_written < size) {
        ssize_t n = write(fd, data + n_written, size - n_written);
        if (n >= 0)
            n_written += (size_t)n;
        else if (errno != EINTR)
            return fail(err, path, "write the file");
    }
    /* EINVAL: the file system knows no syncing. */
    if (fsync(fd) != 0 && errno != EINVAL)
        return fail(err, path, "write the file");
    return STATUS_OK;
}

/* Makes the rename last through a power cut. The file is in place by now, and some file systems
 * cannot sync a directory, so a failure is none of the caller's. */
static void sync_directory(const char *path) {
    const char *slash = strrchr(path, '/');
    char *directory = slash == NULL   ? strdup(".")
                      : slash == path ? strdup("/")
                                      : strndup(path, (size_t)(slash - path));
    if (directory == NULL)
        return;
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        close(fd);
    }
    free(directory);
}

int file_write_atomic(const char *path, const void *data, size_t size, struct error *err) {
    char *temporary;
    int fd = -1;
    int status = check_target(path, err);
    if (status != STATUS_OK)
        return status;
    status = create_temporary(path, &temporary, &fd, err);
    if (status != STATUS_OK)
        return status;
    status = write_all(path, fd, data, size, err);
    /* Network file systems report some failed writes only here. */
    if (close(fd) != 0 && status == STATUS_OK)
        status = fail(err, path, "write the file");
    if (status == STATUS_OK && rename(temporary, path) != 0)
        status = fail(err, path, "put the file in its place");
    if (status == STATUS_OK)
        sync_directory(path);
    else
        unlink(temporary);
    free(temporary);
    return status;
}
