/* Tar archives. So that the fuzzer gets past the headers' checksums, these are made right where a
 * block looks like a header ("ustar"), unless it begins with '!'. */
#include "fuzz.h"
#include "fuzz_file.h"
#include "io/tar.h"

enum { BLOCK_SIZE = 512, MAX_SIZE = 1 << 20, MAX_MEMBER = MAX_SIZE / 2 };

static void fix_checksum(unsigned char *header) {
    unsigned sum = 0;
    memset(header + 148, ' ', 8);
    for (size_t i = 0; i < BLOCK_SIZE; i++)
        sum += header[i];
    snprintf((char *)header + 148, 8, "%06o", sum);
}

static int read_member(struct tar *tar, struct error *err) {
    struct bytes content;
    FUZZ_CHECK(strnlen(tar->name, TAR_NAME_SIZE) < TAR_NAME_SIZE && !strchr(tar->name, '/'));
    int status = tar_read(tar, MAX_MEMBER, &content, err);
    if (status == STATUS_OK)
        FUZZ_CHECK(content.size == tar->size && content.size <= MAX_MEMBER);
    else
        FUZZ_CHECK(content.data == NULL && content.size == 0);
    free(content.data);
    return status;
}

static void read_archive(const char *path) {
    struct tar tar;
    struct error err = {.message = ""};
    bool more = true;
    int status = tar_open(&tar, path, MAX_SIZE, &err);
    for (size_t i = 0; status == STATUS_OK && more; i++) {
        status = tar_next(&tar, &more, &err);
        if (status == STATUS_OK && more && i % 2 == 0) /* every other member is skipped */
            status = read_member(&tar, &err);
        FUZZ_CHECK(status != STATUS_OK || tar.stream.offset <= MAX_SIZE);
    }
    if (status != STATUS_OK)
        fuzz_check_message(&err);
    tar_close(&tar);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    unsigned char *copy = malloc(size + 1);
    FUZZ_CHECK(copy != NULL);
    memcpy(copy, data, size);
    for (size_t i = 0; i + BLOCK_SIZE <= size; i += BLOCK_SIZE)
        if (memcmp(copy + i + 257, "ustar", 5) == 0 && copy[i] != '!')
            fix_checksum(copy + i);
    read_archive(fuzz_file(copy, size));
    free(copy);
    return 0;
}
