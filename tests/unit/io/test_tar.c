/* Reading tar archives: those that Python's tarfile made (tests/golden/make_cifar10.py), and small
 * ones written here, right and wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>
#include <zlib.h>

#include "io/scratch.h"
#include "io/tar.h"
#include "support/says.h"

enum { BLOCK = 512, MAX_ARCHIVE = 1 << 16, MAX_SIZE = 1 << 22 };

/* An archive that is being written. */
struct archive {
    unsigned char bytes[MAX_ARCHIVE];
    size_t size;
};

static struct archive archive;

static void add_blocks(const void *content, size_t size) {
    size_t padded = (size + BLOCK - 1) / BLOCK * BLOCK;
    assert_true(padded <= MAX_ARCHIVE - archive.size);
    memset(archive.bytes + archive.size, 0, padded);
    memcpy(archive.bytes + archive.size, content, size);
    archive.size += padded;
}

static void set_checksum(unsigned char *header) {
    unsigned sum = 0;
    memset(header + 148, ' ', 8);
    for (size_t i = 0; i < BLOCK; i++)
        sum += header[i];
    snprintf((char *)header + 148, 8, "%06o", sum);
}

/* A header with the size as it stands there. */
static void add_header(const char *name, char type, const char *size) {
    unsigned char header[BLOCK] = {0};
    strncpy((char *)header, name, 100);
    snprintf((char *)header + 100, 8, "0000644");
    strncpy((char *)header + 124, size, 12);
    header[156] = (unsigned char)type;
    memcpy(header + 257, "ustar\00000", 8);
    set_checksum(header);
    add_blocks(header, BLOCK);
}

static void add_member(const char *name, char type, const void *content, size_t size) {
    char digits[32];
    snprintf(digits, sizeof digits, "%011zo", size);
    add_header(name, type, digits);
    add_blocks(content, size);
}

static void add_text(const char *name, char type, const char *text) {
    add_member(name, type, text, strlen(text));
}

static void add_end(void) {
    static const unsigned char zeros[2 * BLOCK];
    add_blocks(zeros, sizeof zeros);
}

/* Removes an old file first: some file systems wait for the disk when one is overwritten. */
static void write_anew(struct scratch *scratch, const char *name, const void *data, size_t size) {
    unlink(scratch_path(scratch, name));
    scratch_write(scratch, name, data, size);
}

static void write_plain(struct scratch *scratch) {
    write_anew(scratch, "a.tar", archive.bytes, archive.size);
}

static void write_gzip(struct scratch *scratch) {
    gzFile file = gzopen(scratch_path(scratch, "a.tar.gz"), "wb");
    assert_non_null(file);
    assert_int_equal(gzwrite(file, archive.bytes, (unsigned)archive.size), archive.size);
    assert_int_equal(gzclose(file), Z_OK);
}

/* Reads all members, or skips them, and counts them. */
static int read_all(const char *path, bool skip, size_t *n_members, struct error *err) {
    struct tar tar;
    bool more = true;
    *n_members = 0;
    int status = tar_open(&tar, path, MAX_SIZE, err);
    while (status == STATUS_OK && more) {
        struct bytes content = {0};
        status = tar_next(&tar, &more, err);
        if (status == STATUS_OK && more && !skip)
            status = tar_read(&tar, MAX_SIZE, &content, err);
        *n_members += status == STATUS_OK && more;
        free(content.data);
    }
    tar_close(&tar);
    return status;
}

static void assert_refused_for(int cause, const char *path, const char *part) {
    for (int skip = 0; skip < 2; skip++) {
        size_t n_members;
        struct error err = {.message = ""};
        assert_int_equal(read_all(path, skip != 0, &n_members, &err), cause);
        assert_says_of(&err, path, part);
    }
}

static void assert_refused(const char *path, const char *part) {
    assert_refused_for(STATUS_DAMAGED, path, part);
}

static void assert_members(const char *path, size_t expected) {
    for (int skip = 0; skip < 2; skip++) {
        size_t n_members;
        struct error err = {.message = ""};
        if (read_all(path, skip != 0, &n_members, &err) != STATUS_OK)
            fail_msg("%s", err.message);
        assert_int_equal(n_members, expected);
    }
}

static void expect_member(struct tar *tar, const char *name, const void *content, size_t size) {
    struct bytes bytes;
    struct error err = {.message = ""};
    bool more;
    if (tar_next(tar, &more, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    assert_true(more);
    assert_string_equal(tar->name, name);
    assert_int_equal(tar->size, size);
    assert_int_equal(tar_read(tar, MAX_SIZE, &bytes, &err), STATUS_OK);
    assert_int_equal(bytes.size, size);
    assert_memory_equal(bytes.data, content, size);
    free(bytes.data);
}

static void expect_end(struct tar *tar) {
    struct error err = {.message = ""};
    bool more = true;
    if (tar_next(tar, &more, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    assert_false(more);
}

static void plain_and_gzipped(void **state) {
    unsigned char block[BLOCK];
    memset(block, 7, sizeof block);
    archive.size = 0;
    add_text("one", '0', "first");
    add_text("a/directory/", '5', "");
    add_text("a/directory/two", '\0', "");
    add_member("/three", '7', block, BLOCK);
    add_text("link", '2', "");
    add_text("./four", '0', "4");
    add_end();
    write_plain(*state);
    for (int i = 0; i < 2; i++) {
        struct scratch *scratch = *state;
        struct tar tar;
        struct error err = {.message = ""};
        assert_int_equal(tar_open(&tar, scratch->path, MAX_SIZE, &err), STATUS_OK);
        expect_member(&tar, "one", "first", 5);
        expect_member(&tar, "two", "", 0);
        expect_member(&tar, "three", block, BLOCK);
        expect_member(&tar, "four", "4", 1);
        expect_end(&tar);
        tar_close(&tar);
        assert_members(scratch->path, 4);
        write_gzip(*state);
    }
}

static void empty_archive(void **state) {
    struct scratch *scratch = *state;
    archive.size = 0;
    add_end();
    write_plain(scratch);
    assert_members(scratch->path, 0);
}

/* Names longer than a header has room for, in each format's way. */
static void what_python_wrote(void **state) {
    static const struct {
        const char *name;
        size_t size;
    } expected[] = {
        {"data_batch_1.bin", 3073},  {"batches.meta", 15},          {"data_batch_3.bin", 9219},
        {"data_batch_4.bin", 6146},  {"test_batch.bin", 12292},     {"readme.html", 15},
        {"data_batch_5.bin", 15365}, {"data_batch_2.bin", 3076073}, {"._data_batch_1.bin", 15},
    };
    static const char *const formats[] = {"ustar", "gnu", "pax"};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        char path[256];
        struct tar tar;
        struct error err = {.message = ""};
        snprintf(path, sizeof path, "tests/golden/cifar10/binary-%s.tar.gz", formats[i]);
        assert_int_equal(tar_open(&tar, path, MAX_SIZE, &err), STATUS_OK);
        for (size_t j = 0; j < sizeof expected / sizeof expected[0]; j++) {
            bool more = false;
            assert_int_equal(tar_next(&tar, &more, &err), STATUS_OK);
            assert_true(more);
            assert_string_equal(tar.name, expected[j].name);
            assert_int_equal(tar.size, expected[j].size);
        }
        expect_end(&tar);
        tar_close(&tar);
    }
}

static void names_and_sizes_from_special_members(void **state) {
    struct scratch *scratch = *state;
    struct tar tar;
    struct error err = {.message = ""};
    char long_name[400] = "d/";
    memset(long_name + 2, 'x', sizeof long_name - 3);
    archive.size = 0;
    add_text("pax_global_header", 'g', "19 comment=nothing\n");
    add_text("x", 'x', "16 path=p/first\n10 size=5\n");
    add_header("wrong", '0', "00000000000");
    add_blocks("12345", 5);
    add_text("longlink", 'K', "somewhere");
    add_text("././@LongLink", 'L', "q/second");
    add_text("wrong", '0', "22");
    add_text("././@LongLink", 'L', long_name);
    add_text("wrong", '0', "");
    add_text("third", '0', "");
    add_header("fourth", '0', "\x80"); /* binary */
    add_text("label", 'V', "of the volume");
    add_header("fifth", '0', " 3 ");
    add_blocks("123", 3);
    add_header("hard-link", '1', "00000001000"); /* has no content, whatever its size */
    add_end();
    write_plain(scratch);
    assert_int_equal(tar_open(&tar, scratch->path, MAX_SIZE, &err), STATUS_OK);
    expect_member(&tar, "first", "12345", 5);
    expect_member(&tar, "second", "22", 2);
    long_name[2 + TAR_NAME_SIZE - 1] = '\0';
    expect_member(&tar, long_name + 2, "", 0);
    expect_member(&tar, "third", "", 0);
    expect_member(&tar, "fourth", "", 0);
    expect_member(&tar, "fifth", "123", 3);
    expect_end(&tar);
    tar_close(&tar);
}

/* A member alone, whose header is then made wrong. */
static void refuse_header(struct scratch *scratch, char type, const char *size, const char *part) {
    archive.size = 0;
    add_header("name", type, size);
    add_blocks("x", 1);
    add_end();
    write_plain(scratch);
    assert_refused(scratch->path, part);
}

static void wrong_headers(void **state) {
    struct scratch *scratch = *state;
    refuse_header(scratch, '0', "00000000008", "a size that makes no sense before byte 512");
    refuse_header(scratch, '0', "-1", "a size that makes no sense");
    refuse_header(scratch, '0', "0x10", "a size that makes no sense");
    refuse_header(scratch, '0', "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "no sense");
    refuse_header(scratch, '0', "\x80\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "no sense");
    refuse_header(scratch, '0', "\x80\x01\x01\x01\xff\xff\xff\xff\xff\xff\xff\xff", "no sense");
    refuse_header(scratch, 'S', "00000000001", "a sparse file");

    archive.size = 0;
    add_text("name", '0', "content");
    add_end();
    for (size_t i = 0; i < BLOCK; i++) {
        if (i == 155) /* what follows the digits of the checksum does not matter */
            continue;
        archive.bytes[i] ^= 1;
        write_plain(scratch);
        assert_refused(scratch->path, "a wrong header checksum before byte 512");
        archive.bytes[i] ^= 1;
    }
    memset(archive.bytes, 'x', archive.size);
    write_plain(scratch);
    assert_refused(scratch->path, "of an unknown kind: get it again");
}

static void refuse_special(struct scratch *scratch, char type, const char *content,
                           const char *part) {
    archive.size = 0;
    add_text("special", type, content);
    add_text("name", '0', "content");
    add_end();
    write_plain(scratch);
    assert_refused(scratch->path, part);
}

static void wrong_special_members(void **state) {
    static const char *const senseless[] = {
        "x",
        "10",
        " path=a\n",
        "8 path=a\n",
        "11 path=a\n",
        "0 path=a\n",
        "-9 path=a\n",
        "10 path=a",
        "2 ",
        "3 a=\n",
        "99999999999999999999 a=b\n",
        "\n",
        "10 path=a\nx",
    };
    for (size_t i = 0; i < sizeof senseless / sizeof senseless[0]; i++)
        refuse_special(*state, 'x', senseless[i], "a pax header that makes no sense");
    refuse_special(*state, 'x', "9 path a\n", "without a value");
    refuse_special(*state, 'x', "10 size=x\n", "a size that makes no sense");
    refuse_special(*state, 'x', "8 size=\n", "a size that makes no sense");
    refuse_special(*state, 'x', "29 size=99999999999999999999\n", "no sense");
    refuse_special(*state, 'x', "22 GNU.sparse.major=1\n", "a sparse file");
    refuse_special(*state, 'g', "10 size=0\n", "for several files");
    refuse_special(*state, 'g', "10 path=a\n", "for several files");
    archive.size = 0;
    add_header("large", 'x', "00010000000");
    write_plain(*state);
    assert_refused(((struct scratch *)*state)->path, "are more than the 1048576 that are allowed");
}

static void cut_off_anywhere(void **state) {
    struct scratch *scratch = *state;
    archive.size = 0;
    add_text("x", 'x', "14 path=first\n");
    add_text("wrong", '0', "content");
    add_text("second", '0', "");
    const size_t end = archive.size;
    add_end();
    for (archive.size = 0; archive.size < end + BLOCK; archive.size++) {
        write_plain(scratch);
        assert_refused(scratch->path, "cut off");
    }
    for (; archive.size <= end + 2 * BLOCK; archive.size += BLOCK) {
        write_plain(scratch);
        assert_members(scratch->path, 2);
    }
    /* Where it is cut within a member, its name is told. */
    archive.size = 3 * BLOCK + 3;
    write_plain(scratch);
    assert_refused(scratch->path, "a.tar: first: the tar archive ends early");
}

static void damaged_gzip(void **state) {
    struct scratch *scratch = *state;
    static unsigned char zipped[MAX_ARCHIVE];
    archive.size = 0;
    add_text("first", '0', "content");
    add_end();
    write_gzip(scratch);
    FILE *file = fopen(scratch->path, "rb");
    assert_non_null(file);
    const size_t size = fread(zipped, 1, sizeof zipped, file);
    fclose(file);
    for (size_t i = 0; i < size; i++) {
        write_anew(scratch, "a.tar.gz", zipped, i);
        assert_refused(scratch->path, "get it again");
    }
    for (size_t i = 0; i < 8; i++) { /* checksum and size */
        zipped[size - 8 + i] ^= 1;
        write_anew(scratch, "a.tar.gz", zipped, size);
        assert_refused(scratch->path, "a.tar.gz: the gzip data is corrupt: ");
        zipped[size - 8 + i] ^= 1;
    }
    write_anew(scratch, "a.tar.gz", zipped, size);
    assert_members(scratch->path, 1);
}

static void sizes_beyond_bounds(void **state) {
    struct scratch *scratch = *state;
    struct tar tar;
    struct bytes content;
    struct error err = {.message = ""};
    bool more;
    archive.size = 0;
    add_header("huge", '0', "77777777777");
    add_blocks("x", 1);
    write_plain(scratch);
    assert_int_equal(tar_open(&tar, scratch->path, MAX_SIZE, &err), STATUS_OK);
    assert_int_equal(tar_next(&tar, &more, &err), STATUS_OK);
    assert_int_equal(tar_read(&tar, MAX_SIZE, &content, &err), STATUS_DAMAGED);
    assert_null(content.data);
    assert_says_of(&err, scratch->path, "huge: the 8589934591 bytes of this member are more than");
    tar_close(&tar);

    assert_int_equal(tar_open(&tar, scratch->path, (size_t)1 << 40, &err), STATUS_OK);
    assert_int_equal(tar_next(&tar, &more, &err), STATUS_OK);
    assert_int_equal(tar_read(&tar, (size_t)1 << 40, &content, &err), STATUS_DAMAGED);
    assert_says_of(&err, scratch->path, "huge: the tar archive ends early");
    tar_close(&tar);

    archive.size = 0;
    add_text("name", '0', "content");
    add_end();
    write_gzip(scratch);
    assert_int_equal(tar_open(&tar, scratch->path, archive.size - 1, &err), STATUS_OK);
    assert_int_equal(tar_next(&tar, &more, &err), STATUS_OK);
    assert_int_equal(tar_next(&tar, &more, &err), STATUS_DAMAGED);
    assert_says_of(&err, scratch->path, "larger than the 2047 bytes that are allowed");
    tar_close(&tar);
    assert_int_equal(tar_open(&tar, scratch->path, archive.size, &err), STATUS_OK);
    assert_int_equal(tar_next(&tar, &more, &err), STATUS_OK);
    expect_end(&tar);
    tar_close(&tar);
}

static void what_is_no_file(void **state) {
    struct scratch *scratch = *state;
    static char long_path[2 * TAR_PATH_SIZE];
    struct tar tar;
    struct error err = {.message = ""};
    assert_refused_for(STATUS_FAILED, scratch->directory, "this is a directory");
    assert_refused_for(STATUS_MISSING, scratch_path(scratch, "absent"), "cannot open the file");
    assert_int_equal(mkfifo(scratch_path(scratch, "pipe"), 0600), 0);
    assert_refused_for(STATUS_FAILED, scratch->path, "not a regular file");
    memset(long_path, 'x', sizeof long_path - 1);
    assert_int_equal(tar_open(&tar, long_path, MAX_SIZE, &err), STATUS_FAILED);
    tar_close(&tar);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(plain_and_gzipped),   TEST(empty_archive),
        TEST(what_python_wrote),   TEST(names_and_sizes_from_special_members),
        TEST(wrong_headers),       TEST(wrong_special_members),
        TEST(cut_off_anywhere),    TEST(damaged_gzip),
        TEST(sizes_beyond_bounds), TEST(what_is_no_file),
    };
    return cmocka_run_group_tests_name("tar", tests, NULL, NULL);
}
