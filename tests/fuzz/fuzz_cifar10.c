/* CIFAR-10's loader: the first byte says which distribution and whether in an archive; what follows
 * is the content of all six files. */
#include <unistd.h>

#include "data/cifar10.h"
#include "fuzz.h"

enum { BLOCK_SIZE = 512, N_FILES = 6 };

static char directory[] = "/tmp/fuzz-cifar10-XXXXXX";

static const char *const file_names[N_FILES] = {
    "data_batch_3", "data_batch_1", "test_batch", "data_batch_2", "data_batch_5", "data_batch_4",
};

static const char *const archive_names[] = {"cifar-10-binary.tar", "cifar-10-python.tar"};

static void path_of(char *path, size_t path_size, const char *name, const char *suffix) {
    snprintf(path, path_size, "%s/%s%s", directory, name, suffix);
}

static void remove_all(void) {
    char path[256];
    for (size_t i = 0; i < N_FILES; i++) {
        path_of(path, sizeof path, file_names[i], "");
        unlink(path);
        path_of(path, sizeof path, file_names[i], ".bin");
        unlink(path);
    }
    for (size_t i = 0; i < 2; i++) {
        path_of(path, sizeof path, archive_names[i], "");
        unlink(path);
    }
}

static void remove_directory(void) {
    remove_all();
    rmdir(directory);
}

static void write_files(const char *suffix, const uint8_t *data, size_t size) {
    for (size_t i = 0; i < N_FILES; i++) {
        char path[256];
        path_of(path, sizeof path, file_names[i], suffix);
        FILE *file = fopen(path, "wb");
        FUZZ_CHECK(file != NULL);
        FUZZ_CHECK(fwrite(data, 1, size, file) == size && fclose(file) == 0);
    }
}

static void write_member(FILE *file, const char *name, const char *suffix, const uint8_t *data,
                         size_t size) {
    static const unsigned char zeros[BLOCK_SIZE];
    char header[BLOCK_SIZE] = {0};
    unsigned sum = 0;
    snprintf(header, 100, "directory/%s%s", name, suffix);
    snprintf(header + 124, 12, "%011o", (unsigned)size);
    memset(header + 148, ' ', 8);
    header[156] = '0';
    for (size_t i = 0; i < BLOCK_SIZE; i++)
        sum += (unsigned char)header[i];
    snprintf(header + 148, 8, "%06o", sum);
    fwrite(header, 1, BLOCK_SIZE, file);
    fwrite(data, 1, size, file);
    fwrite(zeros, 1, (BLOCK_SIZE - size % BLOCK_SIZE) % BLOCK_SIZE, file);
}

static void write_archive(const char *name, const char *suffix, const uint8_t *data, size_t size) {
    static const unsigned char end[2 * BLOCK_SIZE];
    char path[256];
    path_of(path, sizeof path, name, "");
    FILE *file = fopen(path, "wb");
    FUZZ_CHECK(file != NULL);
    for (size_t i = 0; i < N_FILES; i++)
        write_member(file, file_names[i], suffix, data, size);
    fwrite(end, 1, sizeof end, file);
    FUZZ_CHECK(fclose(file) == 0);
}

static void check_images(const struct images *images, size_t n_files) {
    FUZZ_CHECK(images->n >= n_files && images->n % n_files == 0);
    FUZZ_CHECK(images->channels == 3 && images->height == 32 && images->width == 32);
    volatile unsigned sum = 0; /* touches the last pixel */
    sum = sum + images->pixels[images->n * 3 * 32 * 32 - 1];
    for (size_t i = 0; i < images->n; i++)
        FUZZ_CHECK(images->labels[i] < 10);
}

static void load(void) {
    struct dataset dataset;
    struct error err = {.message = ""};
    struct rng rng;
    rng_seed(&rng, 0, RNG_DATA);
    if (dataset_cifar10.load(&dataset_cifar10, directory, &rng, &dataset, &err) == STATUS_OK) {
        check_images(&dataset.train, N_FILES - 1);
        check_images(&dataset.test, 1);
        dataset_free(&dataset);
    } else {
        FUZZ_CHECK(dataset.train.pixels == NULL && dataset.test.pixels == NULL);
        fuzz_check_message(&err);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static bool is_made;
    if (!is_made)
        FUZZ_CHECK(mkdtemp(directory) != NULL && atexit(remove_directory) == 0);
    is_made = true;
    if (size == 0)
        return 0;
    const bool is_python = (data[0] & 1) != 0, is_archive = (data[0] & 2) != 0;
    const char *suffix = is_python ? "" : ".bin";
    if (is_archive)
        write_archive(archive_names[is_python], suffix, data + 1, size - 1);
    else
        write_files(suffix, data + 1, size - 1);
    load();
    remove_all();
    return 0;
}
