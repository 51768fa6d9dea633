#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <sys/stat.h>
#include <zlib.h>

#include "io/file.h"
#include "scratch.h"
#include "support/says.h"

static const char hello[] = "hello, hello, hello, world\n";
enum { HELLO_SIZE = sizeof hello - 1 };

/* What gzip 1.12 makes of it (gzip -9n). */
static const unsigned char hello_gz[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02,
                                         0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0xd7, 0x51, 0xc8,
                                         0x40, 0xa1, 0xca, 0xf3, 0x8b, 0x72, 0x52, 0xb8, 0x00,
                                         0xc3, 0x70, 0xa3, 0xc2, 0x1b, 0x00, 0x00, 0x00};

static void expect(const char *path, size_t max_size, const void *data, size_t size) {
    struct error err = {.message = ""};
    struct bytes bytes;
    if (file_read(path, max_size, &bytes, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    assert_int_equal(bytes.size, size);
    if (size > 0)
        assert_memory_equal(bytes.data, data, size);
    free(bytes.data);
}

/* The error has that cause; its message starts with the path and holds `part`. */
static void expect_cause(const char *path, size_t max_size, int cause, const char *part) {
    struct error err = {.message = ""};
    struct bytes bytes = {(unsigned char *)&err, 1};
    assert_int_equal(file_read(path, max_size, &bytes, &err), cause);
    assert_int_equal(err.status, cause);
    assert_null(bytes.data);
    assert_memory_equal(err.message, path, strlen(path));
    assert_says(&err, part);
}

/* What is in the file does not do. */
static void expect_error(const char *path, size_t max_size, const char *part) {
    expect_cause(path, max_size, STATUS_DAMAGED, part);
}

static void plain_files(void **state) {
    struct scratch *scratch = *state;
    expect(scratch_write(scratch, "plain", hello, HELLO_SIZE), 1000, hello, HELLO_SIZE);
    expect(scratch->path, HELLO_SIZE, hello, HELLO_SIZE);
    expect_error(scratch->path, HELLO_SIZE - 1, "larger than the 26 bytes");
    expect_error(scratch->path, 0, "larger");
    expect(scratch_write(scratch, "empty", "", 0), 0, NULL, 0);
    expect(scratch->path, SIZE_MAX, NULL, 0);
}

static void large_files(void **state) {
    struct scratch *scratch = *state;
    size_t size = 3000017;
    unsigned char *data = malloc(size);
    assert_non_null(data);
    for (size_t i = 0; i < size; i++)
        data[i] = (unsigned char)(i * i >> 7);
    expect(scratch_write(scratch, "large", data, size), SIZE_MAX, data, size);
    expect(scratch->path, size, data, size);
    expect_error(scratch->path, size - 1, "larger");
    gzFile gz = gzopen(scratch_path(scratch, "large.gz"), "wb");
    assert_int_equal(gzwrite(gz, data, (unsigned)size), size);
    gzclose(gz);
    expect(scratch->path, SIZE_MAX, data, size);
    expect(scratch->path, size, data, size);
    expect_error(scratch->path, size - 1, "larger");
    free(data);
}

static void files_without_a_size(void **state) {
    (void)state;
    /* The kernel says that this one has 0 bytes. */
    struct error err;
    struct bytes bytes;
    assert_int_equal(file_read("/proc/self/status", 1 << 20, &bytes, &err), STATUS_OK);
    assert_true(bytes.size > 0);
    free(bytes.data);
}

static void gzip_files(void **state) {
    struct scratch *scratch = *state;
    expect(scratch_write(scratch, "a.gz", hello_gz, sizeof hello_gz), 1000, hello, HELLO_SIZE);
    expect(scratch->path, HELLO_SIZE, hello, HELLO_SIZE);
    expect_error(scratch->path, HELLO_SIZE - 1, "larger than the 26 bytes");
    expect_error(scratch->path, 0, "larger");
}

static void gzip_members(void **state) {
    struct scratch *scratch = *state;
    enum { SIZE = sizeof hello_gz };
    unsigned char data[2 * SIZE + 3] = {0};
    memcpy(data, hello_gz, SIZE);
    memcpy(data + SIZE, hello_gz, SIZE);
    char twice[2 * HELLO_SIZE + 1];
    snprintf(twice, sizeof twice, "%s%s", hello, hello);
    expect(scratch_write(scratch, "two.gz", data, 2 * SIZE), 1000, twice, 2 * HELLO_SIZE);
    expect_error(scratch->path, 2 * HELLO_SIZE - 1, "larger");
    /* Padding as tapes leave it. */
    expect(scratch_write(scratch, "two.gz", data, sizeof data), 1000, twice, 2 * HELLO_SIZE);
    for (size_t size = SIZE + 2; size < 2 * SIZE; size++)
        expect_error(scratch_write(scratch, "two.gz", data, size), 1000, "cut off");
    data[2 * SIZE + 1] = 'x';
    expect_error(scratch_write(scratch, "two.gz", data, sizeof data), 1000, "other bytes follow");
}

static void gzip_cut_off_anywhere(void **state) {
    struct scratch *scratch = *state;
    for (size_t size = 2; size < sizeof hello_gz; size++)
        expect_error(scratch_write(scratch, "cut.gz", hello_gz, size), 1000, "cut off");
}

static void gzip_damaged_anywhere(void **state) {
    struct scratch *scratch = *state;
    for (size_t i = 2; i < sizeof hello_gz; i++)
        for (int bit = 0; bit < 8; bit++) {
            unsigned char data[sizeof hello_gz];
            memcpy(data, hello_gz, sizeof data);
            data[i] ^= (unsigned char)(1 << bit);
            const char *path = scratch_write(scratch, "bad.gz", data, sizeof data);
            struct error err;
            struct bytes bytes;
            int status = file_read(path, 1000, &bytes, &err);
            /* Time stamp, flags, and system, 3 to 9, are not covered by the checksum. */
            if (i < 3 || i > 9)
                assert_int_equal(status, STATUS_DAMAGED);
            free(bytes.data);
        }
    unsigned char data[sizeof hello_gz];
    memcpy(data, hello_gz, sizeof data);
    data[sizeof data - 8] ^= 1;
    expect_error(scratch_write(scratch, "crc.gz", data, sizeof data), 1000, "incorrect data check");
}

static void gzip_bomb(void **state) {
    struct scratch *scratch = *state;
    static const unsigned char zeros[1 << 20];
    gzFile gz = gzopen(scratch_path(scratch, "bomb.gz"), "wb9");
    for (int i = 0; i < 64; i++)
        assert_int_equal(gzwrite(gz, zeros, sizeof zeros), sizeof zeros);
    gzclose(gz);
    expect_error(scratch->path, 100000, "larger than the 100000 bytes");
}

static void not_files(void **state) {
    struct scratch *scratch = *state;
    expect_cause(scratch->directory, 1000, STATUS_FAILED, "directory");
    expect_cause(scratch_path(scratch, "missing"), 1000, STATUS_MISSING,
                 "cannot open the file: No such file or directory: check the name");
    expect_cause("", 1000, STATUS_MISSING, "No such file");
    expect_cause("/dev/zero", 1000, STATUS_FAILED, "not a regular file");
    assert_int_equal(mkfifo(scratch_path(scratch, "fifo"), 0600), 0);
    expect_cause(scratch->path, 1000, STATUS_FAILED, "not a regular file");
    assert_int_equal(symlink("loop", scratch_path(scratch, "loop")), 0);
    expect_cause(scratch->path, 1000, STATUS_FAILED, "cannot open");
    if (geteuid() != 0) {
        scratch_write(scratch, "secret", "x", 1);
        chmod(scratch->path, 0);
        expect_cause(scratch->path, 1000, STATUS_DENIED, "Permission denied");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_files),
        cmocka_unit_test(large_files),
        cmocka_unit_test(files_without_a_size),
        cmocka_unit_test(gzip_files),
        cmocka_unit_test(gzip_members),
        cmocka_unit_test(gzip_cut_off_anywhere),
        cmocka_unit_test(gzip_damaged_anywhere),
        cmocka_unit_test(gzip_bomb),
        cmocka_unit_test(not_files),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
