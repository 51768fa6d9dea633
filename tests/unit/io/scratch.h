/* A temporary directory for a group of tests, and files in it that are written without the code
 * under test. */
#ifndef TEST_SCRATCH_H
#define TEST_SCRATCH_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct scratch {
    char directory[64];
    char path[256]; /* of the last scratch_path or scratch_write */
};

static inline int scratch_setup(void **state) {
    struct scratch *scratch = calloc(1, sizeof *scratch);
    if (scratch == NULL)
        return -1;
    strcpy(scratch->directory, "/tmp/deepsvdd-test-XXXXXX");
    *state = scratch;
    return mkdtemp(scratch->directory) == NULL ? -1 : 0;
}

static inline int scratch_remove(const char *path, const struct stat *info, int type,
                                 struct FTW *walk) {
    (void)info;
    (void)type;
    (void)walk;
    return remove(path);
}

static inline int scratch_teardown(void **state) {
    struct scratch *scratch = *state;
    int status = nftw(scratch->directory, scratch_remove, 8, FTW_DEPTH | FTW_PHYS);
    free(scratch);
    return status;
}

static inline const char *scratch_path(struct scratch *scratch, const char *name) {
    snprintf(scratch->path, sizeof scratch->path, "%s/%s", scratch->directory, name);
    return scratch->path;
}

static inline const char *scratch_write(struct scratch *scratch, const char *name, const void *data,
                                        size_t size) {
    FILE *file = fopen(scratch_path(scratch, name), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    return scratch->path;
}

#endif
