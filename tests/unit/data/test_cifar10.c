/* Reading CIFAR-10's files: a small data set in all of its forms, made by Python
 * (tests/golden/make_cifar10.py), and copies of it that are made wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>
#include <sys/stat.h>
#include <zlib.h>

#include "data/loading.h"
#include "data/source.h"
#include "io/scratch.h"
#include "io/tar.h"

enum { N_TRAIN = 1012, N_TEST = 4, N_PIXELS = 3072, MAX_SIZE = 1 << 23 };

static const char *const python_archives[] = {
    "python2",        "python3-2-bytes", "python3-2-text", "python3-3-bytes",
    "python3-3-text", "python3-4-bytes", "python3-4-text",
};

enum { N_PYTHON_ARCHIVES = sizeof python_archives / sizeof python_archives[0] };

static unsigned char expected_pixel(size_t image, size_t place) {
    const size_t c = place / 1024, y = place / 32 % 32, x = place % 32;
    return (unsigned char)(31 * image + 101 * c + 3 * y + 7 * x);
}

static void read_file(const char *path, struct bytes *bytes) {
    struct error err = {.message = ""};
    if (file_read(path, MAX_SIZE, bytes, &err) != STATUS_OK)
        fail_msg("%s", err.message);
}

/* Lays a golden archive into the data directory, packed or (plain tar) not. */
static void lay_archive(struct scratch *scratch, const char *golden, const char *name) {
    char path[256];
    struct bytes bytes;
    snprintf(path, sizeof path, "tests/golden/cifar10/%s.tar.gz", golden);
    read_file(path, &bytes); /* unpacks */
    if (strstr(name, ".gz") == NULL) {
        scratch_write(scratch, name, bytes.data, bytes.size);
    } else {
        gzFile file = gzopen(scratch_path(scratch, name), "wb1");
        assert_non_null(file);
        assert_int_equal(gzwrite(file, bytes.data, (unsigned)bytes.size), bytes.size);
        assert_int_equal(gzclose(file), Z_OK);
    }
    free(bytes.data);
}

/* Unpacks the six files of a golden archive into a directory below the data directory ("" = there),
 * which is made. */
static void lay_files(struct scratch *scratch, const char *golden, const char *directory) {
    char path[256];
    struct tar tar;
    struct error err = {.message = ""};
    bool more = true;
    snprintf(path, sizeof path, "tests/golden/cifar10/%s.tar.gz", golden);
    if (directory[0] != '\0')
        assert_int_equal(mkdir(scratch_path(scratch, directory), 0777), 0);
    assert_int_equal(tar_open(&tar, path, MAX_SIZE, &err), STATUS_OK);
    while (tar_next(&tar, &more, &err) == STATUS_OK && more) {
        struct bytes content;
        char name[128];
        snprintf(name, sizeof name, "%.60s/%.60s", directory, tar.name);
        assert_int_equal(tar_read(&tar, MAX_SIZE, &content, &err), STATUS_OK);
        scratch_write(scratch, name, content.data, content.size);
        free(content.data);
    }
    tar_close(&tar);
}

static int load(struct scratch *scratch, struct dataset *dataset, struct error *err) {
    const struct dataset_info *info = dataset_row("cifar10");
    struct rng rng;
    rng_seed(&rng, 0, RNG_DATA);
    return info->load(info, scratch->directory, &rng, dataset, err);
}

static int locate(struct scratch *scratch, char *path, struct error *err) {
    const struct dataset_info *info = dataset_row("cifar10");
    return info->locate(info, scratch->directory, path, err);
}

static void assert_images(const struct images *images, size_t n, size_t first) {
    assert_int_equal(images->n, n);
    assert_int_equal(images->channels, 3);
    assert_int_equal(images->height, 32);
    assert_int_equal(images->width, 32);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(images->labels[i], 3 * (first + i) % 10);
        for (size_t j = 0; j < N_PIXELS; j++)
            if (images->pixels[i * N_PIXELS + j] != expected_pixel(first + i, j))
                fail_msg("pixel %zu of image %zu is wrong", j, i);
    }
}

/* The data set is found at that place below the data directory, and loads. */
static void assert_loads(struct scratch *scratch, const char *place) {
    char path[DATASET_PATH_SIZE];
    struct dataset dataset;
    struct error err = {.message = ""};
    assert_int_equal(locate(scratch, path, &err), STATUS_OK);
    if (place[0] == '\0')
        assert_string_equal(path, scratch->directory);
    else
        assert_string_equal(path, scratch_path(scratch, place));
    if (load(scratch, &dataset, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    assert_images(&dataset.train, N_TRAIN, 0);
    assert_images(&dataset.test, N_TEST, N_TRAIN);
    dataset_free(&dataset);
}

/* Loading fails, frees everything, and the message names the place and says what is wrong. */
static void assert_refused(struct scratch *scratch, const char *place, const char *part) {
    struct dataset dataset;
    struct error err = {.message = ""};
    const int status = load(scratch, &dataset, &err);
    assert_not_loaded(status, &dataset, &err, place, part);
}

static void binary_directory(void **state) {
    lay_files(*state, "binary-ustar", "cifar-10-batches-bin");
    assert_loads(*state, "cifar-10-batches-bin");
}

static void binary_archives(void **state) {
    lay_archive(*state, "binary-ustar", "cifar-10-binary.tar");
    assert_loads(*state, "cifar-10-binary.tar");
    lay_archive(*state, "binary-gnu", "cifar-10-binary.tar.gz");
    assert_loads(*state, "cifar-10-binary.tar.gz");
    lay_archive(*state, "binary-pax", "cifar-10-binary.tar.gz");
    assert_loads(*state, "cifar-10-binary.tar.gz");
}

static void python_directory(void **state) {
    lay_files(*state, "python2", "cifar-10-batches-py");
    assert_loads(*state, "cifar-10-batches-py");
}

static void python_archives_of_all_protocols(void **state) {
    lay_archive(*state, "python2", "cifar-10-python.tar");
    assert_loads(*state, "cifar-10-python.tar");
    for (size_t i = 0; i < N_PYTHON_ARCHIVES; i++) {
        lay_archive(*state, python_archives[i], "cifar-10-python.tar.gz");
        assert_loads(*state, "cifar-10-python.tar.gz");
    }
}

/* From the last place that is looked in to the first; each takes the place of those before. */
static void order_of_places(void **state) {
    lay_files(*state, "python2", "");
    assert_loads(*state, "");
    lay_files(*state, "binary-ustar", "");
    assert_loads(*state, "");
    lay_archive(*state, "python2", "cifar-10-python.tar");
    assert_loads(*state, "cifar-10-python.tar");
    lay_archive(*state, "python2", "cifar-10-python.tar.gz");
    assert_loads(*state, "cifar-10-python.tar.gz");
    lay_files(*state, "python2", "cifar-10-batches-py");
    assert_loads(*state, "cifar-10-batches-py");
    lay_archive(*state, "binary-ustar", "cifar-10-binary.tar");
    assert_loads(*state, "cifar-10-binary.tar");
    lay_archive(*state, "binary-ustar", "cifar-10-binary.tar.gz");
    assert_loads(*state, "cifar-10-binary.tar.gz");
    lay_files(*state, "binary-ustar", "cifar-10-batches-bin");
    assert_loads(*state, "cifar-10-batches-bin");
    /* What is not complete is passed over. */
    assert_int_equal(unlink(scratch_path(*state, "cifar-10-batches-bin/test_batch.bin")), 0);
    assert_loads(*state, "cifar-10-binary.tar.gz");
}

static void nothing_there(void **state) {
    struct scratch *scratch = *state;
    assert_refused(scratch, scratch->directory, "CIFAR-10 not found: looked in ");
    assert_refused(scratch,
                   "for cifar-10-batches-bin, cifar-10-binary.tar.gz, cifar-10-binary.tar, "
                   "cifar-10-batches-py, cifar-10-python.tar.gz, cifar-10-python.tar, "
                   "data_batch_1.bin, data_batch_1",
                   "");
    lay_files(scratch, "binary-ustar", "cifar-10-batches-bin");
    unlink(scratch_path(scratch, "cifar-10-batches-bin/test_batch.bin"));
    unlink(scratch_path(scratch, "cifar-10-batches-bin/data_batch_3.bin"));
    lay_files(scratch, "python2", "");
    unlink(scratch_path(scratch, "test_batch"));
    assert_refused(scratch, "cifar-10-batches-bin (lacks data_batch_3.bin),",
                   "data_batch_1 (lacks test_batch)");
}

/* Finding an archive does not read it. */
static void archive_of_rubbish(void **state) {
    char path[DATASET_PATH_SIZE];
    struct error err = {.message = ""};
    scratch_write(*state, "cifar-10-binary.tar.gz", "<html>", 6);
    assert_int_equal(locate(*state, path, &err), STATUS_OK);
    assert_refused(*state, "cifar-10-binary.tar.gz", "cut off");
}

static void archive_without_a_file(void **state) {
    lay_archive(*state, "binary-ustar", "cifar-10-python.tar.gz");
    assert_refused(*state, "cifar-10-python.tar.gz",
                   "the archive lacks data_batch_1: it is another file or damaged");
    struct bytes bytes;
    lay_archive(*state, "binary-ustar", "cifar-10-binary.tar");
    read_file(((struct scratch *)*state)->path, &bytes);
    memset(bytes.data + bytes.size - 10240, 0, 10240); /* the end alone */
    unsigned char *header = memmem(bytes.data, bytes.size, "cifar-10-batches-bin/data_batch_2", 33);
    assert_non_null(header);
    memset(header, 0, 512); /* ends the archive here */
    scratch_write(*state, "cifar-10-binary.tar", bytes.data, bytes.size);
    assert_refused(*state, "cifar-10-binary.tar", "the archive lacks data_batch_2.bin");
    free(bytes.data);
}

static void archive_with_a_file_twice(void **state) {
    struct bytes bytes;
    lay_archive(*state, "binary-ustar", "cifar-10-binary.tar");
    read_file(((struct scratch *)*state)->path, &bytes);
    /* Batch 3 is called 1: the sum of the header's characters is 2 less. */
    unsigned char *header = memmem(bytes.data, bytes.size, "cifar-10-batches-bin/data_batch_3", 33);
    assert_non_null(header);
    unsigned checksum = (unsigned)strtoul((char *)header + 148, NULL, 8);
    header[32] = '1';
    snprintf((char *)header + 148, 8, "%06o", checksum - 2);
    scratch_write(*state, "cifar-10-binary.tar", bytes.data, bytes.size);
    assert_refused(*state, "cifar-10-binary.tar: data_batch_1.bin", "stands in the archive twice");
    free(bytes.data);
}

static void damaged_archives(void **state) {
    struct bytes bytes;
    FILE *file;
    lay_archive(*state, "binary-ustar", "cifar-10-binary.tar.gz");
    const char *path = ((struct scratch *)*state)->path;
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    file = fopen(path, "r+b");
    assert_non_null(file);
    fseek(file, -5, SEEK_END); /* the last byte of the checksum */
    int last = fgetc(file);
    fseek(file, -5, SEEK_END);
    fputc(last ^ 1, file);
    fclose(file);
    assert_refused(*state, "cifar-10-binary.tar.gz", "the gzip data is corrupt");
    assert_int_equal(truncate(path, info.st_size / 2), 0);
    assert_refused(*state, "cifar-10-binary.tar.gz: data_batch_2.bin", "is cut off");
    unlink(path);

    lay_archive(*state, "binary-ustar", "cifar-10-binary.tar");
    read_file(path, &bytes);
    unsigned char *header = memmem(bytes.data, bytes.size, "cifar-10-batches-bin/data_batch_3", 33);
    assert_non_null(header);
    header[0]++;
    scratch_write(*state, "cifar-10-binary.tar", bytes.data, bytes.size);
    assert_refused(*state, "cifar-10-binary.tar", "wrong header checksum");
    free(bytes.data);
}

#define GET_AGAIN "it is another file or damaged"

static void binary_files_that_do_not_do(void **state) {
    static unsigned char records[2 * (N_PIXELS + 1)];
    const char *name = "cifar-10-batches-bin/data_batch_4.bin";
    lay_files(*state, "binary-ustar", "cifar-10-batches-bin");
    static const size_t sizes[] = {0, 1, N_PIXELS, N_PIXELS + 2, 2 * N_PIXELS + 1};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char part[256];
        scratch_write(*state, name, records, sizes[i]);
        snprintf(part, sizeof part, "its %zu bytes are no whole number of images of 3073 bytes: %s",
                 sizes[i], GET_AGAIN);
        assert_refused(*state, name, part);
    }
    records[N_PIXELS + 1] = 10;
    scratch_write(*state, name, records, sizeof records);
    assert_refused(*state, name, "label 10 of image 1 is not within 0..9: " GET_AGAIN);
    unlink(scratch_path(*state, name));
    assert_int_equal(mkdir(scratch_path(*state, name), 0777), 0);
    assert_refused(*state, name, "a directory");
}

/* Writes the first Python file (one image) with another piece instead of a piece of it. */
static void change_python_file(struct scratch *scratch, const void *old, size_t old_size,
                               const void *new, size_t new_size) {
    static unsigned char changed[2 * N_PIXELS];
    char path[256];
    struct bytes bytes;
    snprintf(path, sizeof path, "%s/original", scratch->directory);
    read_file(path, &bytes);
    unsigned char *found = memmem(bytes.data, bytes.size, old, old_size);
    assert_non_null(found);
    const size_t before = (size_t)(found - bytes.data), after = bytes.size - before - old_size;
    memcpy(changed, bytes.data, before);
    memcpy(changed + before, new, new_size);
    memcpy(changed + before + new_size, found + old_size, after);
    scratch_write(scratch, "cifar-10-batches-py/data_batch_1", changed, before + new_size + after);
    free(bytes.data);
}

#define CHANGE(old, new) change_python_file(*state, old, sizeof old - 1, new, sizeof new - 1)

static void python_files_that_do_not_do(void **state) {
    const char *name = "cifar-10-batches-py/data_batch_1";
    char copy[256];
    lay_files(*state, "python2", "cifar-10-batches-py");
    snprintf(copy, sizeof copy, "%s/original", ((struct scratch *)*state)->directory);
    assert_int_equal(rename(scratch_path(*state, name), copy), 0);
    CHANGE("K\000aU", "K\000aU"); /* nothing: the one label is 0 */
    assert_loads(*state, "cifar-10-batches-py");
    CHANGE("K\000aU", "K\012aU");
    assert_refused(*state, name, "label 10 of image 0 is not within 0..9: " GET_AGAIN);
    CHANGE("K\000aU", "J\377\377\377\377aU");
    assert_refused(*state, name, "label -1 of image 0 is not within 0..9: " GET_AGAIN);
    CHANGE("K\000aU", "(K\001K\001eU");
    assert_refused(*state, name, "holds 2 labels for 1 images: " GET_AGAIN);
    CHANGE("K\000aU", "U");
    assert_refused(*state, name, "holds 0 labels for 1 images: " GET_AGAIN);
    CHANGE("K\001M\000\014\206", "M\000\014K\001\206");
    assert_refused(*state, name, "\"data\" are no images of 3072 values: " GET_AGAIN);
    CHANGE("K\001M\000\014\206", "(K\001K\003M\000\004t");
    assert_refused(*state, name, "\"data\" are no images of 3072 values: " GET_AGAIN);
    CHANGE("K\001M\000\014\206", "K\002M\000\014\206");
    assert_refused(*state, name, "room for 6144 values but 3072 are there");
    CHANGE("U\004data", "U\004date");
    assert_refused(*state, name, "no array \"data\"");
    CHANGE("U\006labels", "U\006lebals");
    assert_refused(*state, name, "no list of integers \"labels\"");
    CHANGE("cnumpy\ndtype\n", "cos\nsystem\n");
    assert_refused(*state, name, "it asks for os.system");
}

/* A directory that is named instead of a data set: its files alone, with other advice. */
static void own_images(void **state) {
    struct scratch *scratch = *state;
    static const unsigned char wrong[N_PIXELS] = {0};
    struct rng rng;
    struct dataset dataset;
    struct error err = {.message = ""};
    rng_seed(&rng, 0, RNG_DATA);
    struct source source;
    lay_archive(scratch, "binary-ustar", "cifar-10-binary.tar.gz");
    assert_int_equal(source_find(&source, scratch->directory, &err), STATUS_MISSING);
    assert_null(source.info);
    lay_files(scratch, "binary-ustar", "");
    assert_int_equal(source_find(&source, scratch->directory, &err), STATUS_OK);
    assert_true(source.own);
    if (source_load(&source, &rng, &dataset, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    assert_images(&dataset.train, N_TRAIN, 0);
    assert_images(&dataset.test, N_TEST, N_TRAIN);
    dataset_free(&dataset);
    scratch_write(scratch, "test_batch.bin", wrong, sizeof wrong);
    assert_int_equal(source_load(&source, &rng, &dataset, &err), STATUS_DAMAGED);
    assert_says(&err, "your own images must be 32x32 pixels");
    unlink(scratch->path);
    assert_int_equal(source_load(&source, &rng, &dataset, &err), STATUS_INCOMPLETE);
    assert_int_equal(source_find(&source, scratch->directory, &err), STATUS_INCOMPLETE);
    assert_says(&err, "(lacks test_batch.bin)");
}

static void long_data_dir(void **state) {
    (void)state;
    const struct dataset_info *info = dataset_row("cifar10");
    char data_dir[2 * DATASET_PATH_SIZE], path[DATASET_PATH_SIZE];
    struct error err = {.message = ""};
    for (size_t length = DATASET_PATH_SIZE - 60; length < sizeof data_dir; length += 7) {
        memset(data_dir, 'x', length);
        data_dir[length] = '\0';
        assert_int_not_equal(info->locate(info, data_dir, path, &err), STATUS_OK);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(binary_directory),
        TEST(binary_archives),
        TEST(python_directory),
        TEST(python_archives_of_all_protocols),
        TEST(order_of_places),
        TEST(nothing_there),
        TEST(archive_of_rubbish),
        TEST(archive_without_a_file),
        TEST(archive_with_a_file_twice),
        TEST(damaged_archives),
        TEST(binary_files_that_do_not_do),
        TEST(python_files_that_do_not_do),
        TEST(own_images),
        TEST(long_data_dir),
    };
    return cmocka_run_group_tests_name("cifar10", tests, NULL, NULL);
}
