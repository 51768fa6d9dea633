/* A small GTSRB, written without the code under test, and what is made of it. */
#ifndef TEST_GTSRB_FILES_H
#define TEST_GTSRB_FILES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "data/loading.h"
#include "io/file.h"
#include "io/scratch.h"

enum { SIDE = 32, CHANNELS = 3, IMAGE_SIZE = CHANNELS * SIDE * SIDE, N_ADVERSARIAL = 4 };

#define HEADER "Filename;Width;Height;Roi.X1;Roi.Y1;Roi.X2;Roi.Y2;ClassId"
#define SIGNS "Final_Training/Images/00014"

/* Where the files go, below the scratch directory. */
struct layout {
    const char *signs, *adversarial;
};

static const struct layout archive = {"GTSRB/" SIGNS, "GTSRB"};

static inline void make_directory(struct scratch *scratch, const char *name) {
    struct error err = {.message = ""};
    if (file_make_directories(scratch_path(scratch, name), &err) != STATUS_OK)
        fail_msg("%s", err.message);
}

static inline void write_in(struct scratch *scratch, const char *directory, const char *name,
                            const void *data, size_t size) {
    char path[150];
    snprintf(path, sizeof path, "%s%s%s", directory, directory[0] == '\0' ? "" : "/", name);
    scratch_write(scratch, path, data, size);
}

/* ---- stop signs: number i has a region of 32 x 32 pixels, which resizing leaves as it is, at
 * (i % 4, i % 5) of an image with one row and two columns more than that needs. */

static inline unsigned char sign_value(size_t i, size_t channel, size_t y, size_t x) {
    return (unsigned char)(37 * i + (i >> 3) * x + 101 * channel + 5 * y + 3 * x);
}

static inline void write_ppm(struct scratch *scratch, const char *directory, const char *name,
                             size_t width, size_t height, const unsigned char *pixels) {
    unsigned char file[20 + 3 * 80 * 80];
    size_t n = 3 * width * height;
    int header = snprintf((char *)file, 20, "P6\n%zu %zu\n255\n", width, height);
    assert_true((size_t)header + n <= sizeof file);
    memcpy(file + header, pixels, n);
    write_in(scratch, directory, name, file, (size_t)header + n);
}

static inline void write_sign(struct scratch *scratch, const char *directory, size_t i) {
    const size_t x1 = i % 4, y1 = i % 5, width = x1 + SIDE + 2, height = y1 + SIDE + 1;
    unsigned char pixels[3 * 40 * 40];
    char name[40];
    memset(pixels, 0xee, sizeof pixels);
    for (size_t channel = 0; channel < CHANNELS; channel++)
        for (size_t y = 0; y < SIDE; y++)
            for (size_t x = 0; x < SIDE; x++)
                pixels[((y + y1) * width + x + x1) * CHANNELS + channel] =
                    sign_value(i, channel, y, x);
    snprintf(name, sizeof name, "00000_%05zu.ppm", i);
    write_ppm(scratch, directory, name, width, height, pixels);
}

/* The row of the table for that sign, without the end of its line. */
static inline int sign_row(char *row, size_t size, size_t i) {
    const size_t x1 = i % 4, y1 = i % 5;
    return snprintf(row, size, "00000_%05zu.ppm;%zu;%zu;%zu;%zu;%zu;%zu;14", i, x1 + SIDE + 2,
                    y1 + SIDE + 1, x1, y1, x1 + SIDE - 1, y1 + SIDE - 1);
}

static inline void write_signs(struct scratch *scratch, const char *directory, size_t n) {
    static char table[65536];
    size_t length = 0;
    make_directory(scratch, directory);
    length += (size_t)snprintf(table, sizeof table, "%s\r\n", HEADER);
    for (size_t i = 0; i < n; i++) {
        write_sign(scratch, directory, i);
        length += (size_t)sign_row(table + length, sizeof table - length, i);
        length += (size_t)snprintf(table + length, sizeof table - length, "\r\n");
        assert_true(length < sizeof table);
    }
    write_in(scratch, directory, "GT-00014.csv", table, length);
}

/* ---- arrays */

static inline void write_npy(struct scratch *scratch, const char *directory, const char *name,
                             const char *descr, const char *shape, const void *values,
                             size_t size) {
    static unsigned char file[200000];
    int n = snprintf((char *)file + 10, 200,
                     "{'descr': '%s', 'fortran_order': False, 'shape': %s, }\n", descr, shape);
    memcpy(file, "\x93NUMPY\1\0", 8);
    file[8] = (unsigned char)n;
    file[9] = 0;
    assert_true(10 + (size_t)n + size <= sizeof file);
    memcpy(file + 10 + n, values, size);
    write_in(scratch, directory, name, file, 10 + (size_t)n + size);
}

static inline unsigned char adversarial_value(size_t place) {
    return (unsigned char)(place * 7 + place / IMAGE_SIZE);
}

static inline unsigned char adversarial_label(size_t i) {
    return i != 1;
}

static inline void write_images(struct scratch *scratch, const char *directory) {
    static unsigned char values[N_ADVERSARIAL * IMAGE_SIZE];
    for (size_t i = 0; i < sizeof values; i++)
        values[i] = adversarial_value(i);
    make_directory(scratch, directory);
    write_npy(scratch, directory, "Images_150.npy", "|u1", "(4, 3, 32, 32)", values, sizeof values);
}

static inline void write_labels(struct scratch *scratch, const char *directory) {
    int64_t labels[N_ADVERSARIAL];
    for (size_t i = 0; i < N_ADVERSARIAL; i++)
        labels[i] = adversarial_label(i);
    make_directory(scratch, directory);
    write_npy(scratch, directory, "Labels_150.npy", "<i8", "(4,)", labels, sizeof labels);
}

static inline void write_all(struct scratch *scratch, const struct layout *layout, size_t n) {
    write_signs(scratch, layout->signs, n);
    write_images(scratch, layout->adversarial);
    write_labels(scratch, layout->adversarial);
}

/* ---- loading */

static inline int load(const char *data_dir, uint64_t seed, struct dataset *dataset,
                       struct error *err) {
    const struct dataset_info *info = dataset_row("gtsrb");
    struct rng rng;
    rng_seed(&rng, seed, RNG_DATA);
    return info->load(info, data_dir, &rng, dataset, err);
}

static inline void load_good(struct scratch *scratch, uint64_t seed, struct dataset *dataset) {
    struct error err = {.message = ""};
    if (load(scratch->directory, seed, dataset, &err) != STATUS_OK)
        fail_msg("%s", err.message);
}

/* Loading fails, frees everything, and the message has both parts. */
static inline void assert_refused(struct scratch *scratch, const char *file, const char *part) {
    struct dataset dataset;
    struct error err = {.message = ""};
    const int status = load(scratch->directory, 0, &dataset, &err);
    assert_not_loaded(status, &dataset, &err, file, part);
}

/* The number of the stop sign. */
static inline size_t identify(const unsigned char *pixels, size_t n_signs) {
    for (size_t i = 0; i < n_signs; i++) {
        bool same = true;
        for (size_t k = 0; same && k < IMAGE_SIZE; k++)
            same = pixels[k] == sign_value(i, k / (SIDE * SIDE), k / SIDE % SIDE, k % SIDE);
        if (same)
            return i;
    }
    fail_msg("an image is none of the stop signs");
    return n_signs;
}

/* Marks the stop signs among the first n images, which must stand in the order of the table. */
static inline void mark(const struct images *images, size_t n, size_t n_signs,
                        unsigned char *marks) {
    size_t next = 0;
    for (size_t i = 0; i < n; i++) {
        size_t sign = identify(images->pixels + i * IMAGE_SIZE, n_signs);
        assert_true(sign >= next);
        assert_int_equal(marks[sign], 0);
        assert_int_equal(images->labels[i], 0);
        marks[sign] = 1;
        next = sign + 1;
    }
}

/* The data set has n stop signs, n_held_out of them in the test set, and the adversarial images. */
static inline void assert_complete(const struct dataset *dataset, size_t n, size_t n_held_out) {
    unsigned char *marks = calloc(n, 1);
    assert_non_null(marks);
    const struct images *all[] = {&dataset->train, &dataset->test};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(all[i]->channels, CHANNELS);
        assert_int_equal(all[i]->height, SIDE);
        assert_int_equal(all[i]->width, SIDE);
    }
    assert_int_equal(dataset->train.n, n - n_held_out);
    assert_int_equal(dataset->test.n, n_held_out + N_ADVERSARIAL);
    mark(&dataset->train, dataset->train.n, n, marks);
    mark(&dataset->test, n_held_out, n, marks);
    for (size_t i = 0; i < N_ADVERSARIAL; i++)
        assert_int_equal(dataset->test.labels[n_held_out + i], adversarial_label(i));
    const unsigned char *adversarial = dataset->test.pixels + n_held_out * IMAGE_SIZE;
    for (size_t i = 0; i < N_ADVERSARIAL * IMAGE_SIZE; i++)
        assert_int_equal(adversarial[i], adversarial_value(i));
    free(marks);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

#endif
