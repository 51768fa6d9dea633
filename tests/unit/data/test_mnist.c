/* Reading MNIST's files, from small files written here. */
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "data/loading.h"

enum { N_TRAIN = 30, N_TEST = 20, SIDE = 28, MAX_FILE = 65536 };

#define TRAIN_IMAGES "train-images-idx3-ubyte"
#define TRAIN_LABELS "train-labels-idx1-ubyte"
#define TEST_IMAGES "t10k-images-idx3-ubyte"
#define TEST_LABELS "t10k-labels-idx1-ubyte"

/* CRC-32 of Fashion-MNIST's training labels and of MNIST's test labels. */
static const uint32_t fashion_train_crc = 0x2ed6e46a, mnist_test_crc = 0xee8604d9;

struct idx_file {
    unsigned char bytes[MAX_FILE];
    size_t size;
};

static unsigned char pixel_of(size_t image, size_t place) {
    return (unsigned char)(image * 31 + place);
}

static void put_u32(struct idx_file *file, size_t value) {
    for (int shift = 24; shift >= 0; shift -= 8)
        file->bytes[file->size++] = (unsigned char)(value >> shift);
}

static void make_images(struct idx_file *file, size_t n, size_t height, size_t width) {
    file->size = 0;
    put_u32(file, 0x803);
    put_u32(file, n);
    put_u32(file, height);
    put_u32(file, width);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < height * width; j++)
            file->bytes[file->size++] = pixel_of(i, j);
}

static void make_labels(struct idx_file *file, size_t n) {
    file->size = 0;
    put_u32(file, 0x801);
    put_u32(file, n);
    for (size_t i = 0; i < n; i++)
        file->bytes[file->size++] = (unsigned char)(i % 10);
}

static void write_plain(const char *directory, const char *name, const void *data, size_t size) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void write_gzip(const char *directory, const char *name, const void *data, size_t size) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s.gz", directory, name);
    gzFile file = gzopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(gzwrite(file, data, (unsigned)size), size);
    assert_int_equal(gzclose(file), Z_OK);
}

typedef void write_file(const char *directory, const char *name, const void *data, size_t size);

/* A small but complete data set in the directory. */
static void write_all(const char *directory, write_file *write) {
    struct idx_file file;
    make_images(&file, N_TRAIN, SIDE, SIDE);
    write(directory, TRAIN_IMAGES, file.bytes, file.size);
    make_labels(&file, N_TRAIN);
    write(directory, TRAIN_LABELS, file.bytes, file.size);
    make_images(&file, N_TEST, SIDE, SIDE);
    write(directory, TEST_IMAGES, file.bytes, file.size);
    make_labels(&file, N_TEST);
    write(directory, TEST_LABELS, file.bytes, file.size);
}

static void subdirectory(char *path, size_t size, const char *directory, const char *name) {
    snprintf(path, size, "%s/%s", directory, name);
    assert_int_equal(mkdir(path, 0777), 0);
}

static int setup(void **state) {
    char *directory = strdup("/tmp/test_mnist_XXXXXX");
    *state = directory;
    return directory != NULL && mkdtemp(directory) != NULL ? 0 : -1;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *ftw) {
    (void)status;
    (void)type;
    (void)ftw;
    return remove(path);
}

static int teardown(void **state) {
    int status = nftw(*state, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    free(*state);
    return status;
}

static int load(const char *name, const char *data_dir, struct dataset *dataset,
                struct error *err) {
    const struct dataset_info *info = dataset_row(name);
    struct rng rng;
    rng_seed(&rng, 0, RNG_DATA);
    return info->load(info, data_dir, &rng, dataset, err);
}

static int locate(const char *name, const char *data_dir, char *path, struct error *err) {
    const struct dataset_info *info = dataset_row(name);
    return info->locate(info, data_dir, path, err);
}

static void assert_images(const struct images *images, size_t n) {
    assert_int_equal(images->n, n);
    assert_int_equal(images->channels, 1);
    assert_int_equal(images->height, SIDE);
    assert_int_equal(images->width, SIDE);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(images->labels[i], i % 10);
        for (size_t j = 0; j < SIDE * SIDE; j++)
            assert_int_equal(images->pixels[i * SIDE * SIDE + j], pixel_of(i, j));
    }
}

static void assert_loads(const char *name, const char *data_dir) {
    struct dataset dataset;
    struct error err = {.message = ""};
    if (load(name, data_dir, &dataset, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    assert_images(&dataset.train, N_TRAIN);
    assert_images(&dataset.test, N_TEST);
    dataset_free(&dataset);
    assert_null(dataset.train.pixels);
}

/* Loading MNIST fails, frees everything, and the message names the file and says what is wrong. */
static void assert_refused(const char *data_dir, const char *file, const char *part) {
    struct dataset dataset;
    struct error err = {.message = ""};
    const int status = load("mnist", data_dir, &dataset, &err);
    assert_not_loaded(status, &dataset, &err, file, part);
}

static void plain_files(void **state) {
    char path[DATASET_PATH_SIZE];
    struct error err = {.message = ""};
    write_all(*state, write_plain);
    assert_int_equal(locate("mnist", *state, path, &err), STATUS_OK);
    assert_string_equal(path, *state);
    assert_loads("mnist", *state);
}

static void gzipped_files_in_subdirectories(void **state) {
    const char *const names[] = {"mnist", "fashion-mnist"};
    for (size_t i = 0; i < 2; i++) {
        char directory[256], path[DATASET_PATH_SIZE];
        struct error err = {.message = ""};
        subdirectory(directory, sizeof directory, *state, names[i]);
        write_all(directory, write_gzip);
        assert_int_equal(locate(names[i], *state, path, &err), STATUS_OK);
        assert_string_equal(path, directory);
        assert_loads(names[i], *state);
    }
}

static void missing_files(void **state) {
    char directory[256], part[512];
    struct dataset dataset;
    struct error err = {.message = ""};
    assert_int_equal(load("mnist", *state, &dataset, &err), STATUS_MISSING);
    snprintf(part, sizeof part, "MNIST not found: looked in %s, %s/mnist", (char *)*state,
             (char *)*state);
    assert_says(&err, part);

    subdirectory(directory, sizeof directory, *state, "mnist");
    write_plain(directory, TRAIN_IMAGES, "", 0);
    write_plain(directory, TEST_IMAGES, "", 0);
    write_plain(directory, TEST_LABELS, "", 0);
    assert_refused(*state, "/mnist", "(lacks " TRAIN_LABELS ")");
    assert_int_equal(load("mnist", *state, &dataset, &err), STATUS_INCOMPLETE);
}

/* Four bytes that, put after the n bytes of data, give the whole this CRC-32. The CRC is affine in
 * the bits of those bytes, so this is a linear system over GF(2), solved by elimination. */
static void forge_crc(unsigned char *data, size_t n, uint32_t crc) {
    uint32_t bits[32], sums[32], solution = 0;
    memset(data + n, 0, 4);
    uint32_t zero = (uint32_t)crc32(0, data, (uInt)n + 4), rest = crc ^ zero;
    for (int i = 0; i < 32; i++) {
        memset(data + n, 0, 4);
        data[n + (size_t)i / 8] = (unsigned char)(1u << i % 8);
        bits[i] = 1u << i;
        sums[i] = (uint32_t)crc32(0, data, (uInt)n + 4) ^ zero;
    }
    for (int i = 0; i < 32; i++) {
        uint32_t lead = sums[i] & -sums[i];
        for (int j = 0; j < 32; j++)
            if (j != i && (sums[j] & lead) != 0) {
                sums[j] ^= sums[i];
                bits[j] ^= bits[i];
            }
    }
    for (int i = 0; i < 32; i++) {
        uint32_t lead = sums[i] & -sums[i];
        if ((rest & lead) != 0)
            solution ^= bits[i];
    }
    for (size_t i = 0; i < 4; i++)
        data[n + i] = (unsigned char)(solution >> 8 * i);
    assert_int_equal(crc32(0, data, (uInt)n + 4), crc);
}

/* Labels that pass for those of an original distribution. */
static void write_forged_labels(const char *directory, const char *name, uint32_t crc) {
    struct idx_file file;
    make_labels(&file, 14);
    forge_crc(file.bytes + 8, 10, crc);
    write_plain(directory, name, file.bytes, file.size);
}

static void fashion_mnist_is_not_taken_for_mnist(void **state) {
    char directory[256], path[DATASET_PATH_SIZE];
    struct error err = {.message = ""};
    write_all(*state, write_plain);
    write_forged_labels(*state, TRAIN_LABELS, fashion_train_crc);
    assert_refused(*state, *state, "(holds Fashion-MNIST, not MNIST)");

    /* The next place is looked in all the same. */
    subdirectory(directory, sizeof directory, *state, "mnist");
    write_all(directory, write_gzip);
    assert_int_equal(locate("mnist", *state, path, &err), STATUS_OK);
    assert_string_equal(path, directory);
    assert_loads("mnist", *state);
}

/* Where the system has Fashion-MNIST's package, that is found instead. */
static void mnist_is_not_taken_for_fashion_mnist(void **state) {
    char path[DATASET_PATH_SIZE];
    struct error err = {.message = ""};
    write_all(*state, write_gzip);
    write_forged_labels(*state, TEST_LABELS, mnist_test_crc);
    if (locate("fashion-mnist", *state, path, &err) == STATUS_OK) {
        assert_string_equal(path, "/usr/share/datasets/fashion-mnist");
    } else {
        assert_says(&err, "(holds MNIST, not Fashion-MNIST)");
    }
}

static void wrong_magic(void **state) {
    struct idx_file file;
    write_all(*state, write_plain);
    make_labels(&file, N_TRAIN);
    write_plain(*state, TRAIN_IMAGES, file.bytes, file.size);
    assert_refused(*state, TRAIN_IMAGES, "");
    write_all(*state, write_plain);
    make_images(&file, N_TEST, SIDE, SIDE);
    write_plain(*state, TEST_LABELS, file.bytes, file.size);
    assert_refused(*state, TEST_LABELS, "");
}

static void truncated_files(void **state) {
    struct idx_file file;
    write_all(*state, write_plain);
    make_images(&file, N_TEST, SIDE, SIDE);
    const size_t sizes[] = {0, 3, 15, 16, file.size - 1};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        write_plain(*state, TEST_IMAGES, file.bytes, sizes[i]);
        assert_refused(*state, TEST_IMAGES, "");
    }
}

static void corrupt_gzip(void **state) {
    char path[512];
    struct idx_file file = {.size = 0};
    write_all(*state, write_gzip);
    snprintf(path, sizeof path, "%s/%s.gz", (char *)*state, TRAIN_LABELS);
    FILE *stream = fopen(path, "rb");
    assert_non_null(stream);
    file.size = fread(file.bytes, 1, sizeof file.bytes, stream);
    fclose(stream);
    file.bytes[file.size - 6] ^= 1; /* the checksum */
    write_plain(*state, TRAIN_LABELS ".gz", file.bytes, file.size);
    assert_refused(*state, TRAIN_LABELS ".gz", "");
    write_plain(*state, TRAIN_LABELS ".gz", file.bytes, file.size / 2);
    assert_refused(*state, TRAIN_LABELS ".gz", "");
}

#define GET_AGAIN ": it is another file or damaged"

static void contents_that_do_not_do(void **state) {
    struct idx_file file;
    write_all(*state, write_plain);
    make_labels(&file, N_TRAIN - 1);
    write_plain(*state, TRAIN_LABELS, file.bytes, file.size);
    assert_refused(*state, TRAIN_LABELS, "holds 29 labels for 30 images" GET_AGAIN);

    write_all(*state, write_plain);
    make_labels(&file, N_TEST);
    file.bytes[8 + 13] = 10;
    write_plain(*state, TEST_LABELS, file.bytes, file.size);
    assert_refused(*state, TEST_LABELS, "label 10 of image 13 is above 9" GET_AGAIN);

    write_all(*state, write_plain);
    make_images(&file, N_TEST, 32, 28);
    write_plain(*state, TEST_IMAGES, file.bytes, file.size);
    assert_refused(*state, TEST_IMAGES, "images are 32x28 pixels, not 28x28" GET_AGAIN);

    write_all(*state, write_plain);
    make_images(&file, 0, SIDE, SIDE);
    write_plain(*state, TRAIN_IMAGES, file.bytes, file.size);
    assert_refused(*state, TRAIN_IMAGES, "holds no images" GET_AGAIN);

    /* no labels have the checksum 0, which is that of no distribution */
    write_all(*state, write_plain);
    make_labels(&file, 0);
    write_plain(*state, TRAIN_LABELS, file.bytes, file.size);
    assert_refused(*state, TRAIN_LABELS, "holds 0 labels for 30 images" GET_AGAIN);
}

static void long_data_dir(void **state) {
    (void)state;
    char data_dir[2 * DATASET_PATH_SIZE], path[DATASET_PATH_SIZE];
    struct error err = {.message = ""};
    for (size_t length = DATASET_PATH_SIZE - 40; length < sizeof data_dir; length += 7) {
        memset(data_dir, 'x', length);
        data_dir[length] = '\0';
        assert_int_not_equal(locate("mnist", data_dir, path, &err), STATUS_OK);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(plain_files),
        TEST(gzipped_files_in_subdirectories),
        TEST(missing_files),
        TEST(fashion_mnist_is_not_taken_for_mnist),
        TEST(mnist_is_not_taken_for_fashion_mnist),
        TEST(wrong_magic),
        TEST(truncated_files),
        TEST(corrupt_gzip),
        TEST(contents_that_do_not_do),
        TEST(long_data_dir),
    };
    return cmocka_run_group_tests_name("mnist", tests, NULL, NULL);
}
