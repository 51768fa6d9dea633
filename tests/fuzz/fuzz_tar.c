/* Tar archives. So that the fuzzer gets past the headers' checksums, these are made right where a
 * block looks like a header ("ustar"), unless it begins with '!'. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "io/tar.h"

enum { BLOCK_SIZE = 512, MAX_SIZE = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fix_checksum(unsigned char *header) {
    unsigned sum = 0;
    memset(header + 148, ' ', 8);
    for (size_t i = 0; i < BLOCK_SIZE; i++)
        sum += header[i];
    snprintf((char *)header + 148, 8, "%06o", sum);
}

static void read_archive(const char *path) {
    struct tar tar;
    struct error err;
    bool more = true;
    int status = tar_open(&tar, path, MAX_SIZE, &err);
    for (size_t i = 0; status == STATUS_OK && more; i++) {
        struct bytes content = {NULL, 0};
        status = tar_next(&tar, &more, &err);
        if (status == STATUS_OK && more && i % 2 == 0) /* every other member is skipped */
            status = tar_read(&tar, MAX_SIZE / 2, &content, &err);
        free(content.data);
    }
    tar_close(&tar);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[64];
    unsigned char *copy = malloc(size + 1);
    int fd = memfd_create("fuzz", 0);
    if (copy == NULL || fd < 0)
        abort();
    memcpy(copy, data, size);
    for (size_t i = 0; i + BLOCK_SIZE <= size; i += BLOCK_SIZE)
        if (memcmp(copy + i + 257, "ustar", 5) == 0 && copy[i] != '!')
            fix_checksum(copy + i);
    if (write(fd, copy, size) == (ssize_t)size) {
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        read_archive(path);
    }
    close(fd);
    free(copy);
    return 0;
}
