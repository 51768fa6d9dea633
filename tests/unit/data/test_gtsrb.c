/* Reading the stop signs and the adversarial images, from small files written here. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "data/dataset.h"
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

static void make_directory(struct scratch *scratch, const char *name) {
    struct error err = {""};
    if (file_make_directories(scratch_path(scratch, name), &err) != STATUS_OK)
        fail_msg("%s", err.message);
}

static void write_in(struct scratch *scratch, const char *directory, const char *name,
                     const void *data, size_t size) {
    char path[150];
    snprintf(path, sizeof path, "%s%s%s", directory, directory[0] == '\0' ? "" : "/", name);
    scratch_write(scratch, path, data, size);
}

/* ---- stop signs: number i has a region of 32 x 32 pixels, which resizing leaves as it is, at
 * (i % 4, i % 5) of an image with one row and two columns more than that needs. */

static unsigned char sign_value(size_t i, size_t channel, size_t y, size_t x) {
    return (unsigned char)(37 * i + (i >> 3) * x + 101 * channel + 5 * y + 3 * x);
}

static void write_ppm(struct scratch *scratch, const char *directory, const char *name,
                      size_t width, size_t height, const unsigned char *pixels) {
    unsigned char file[20 + 3 * 80 * 80];
    size_t n = 3 * width * height;
    int header = snprintf((char *)file, 20, "P6\n%zu %zu\n255\n", width, height);
    assert_true((size_t)header + n <= sizeof file);
    memcpy(file + header, pixels, n);
    write_in(scratch, directory, name, file, (size_t)header + n);
}

static void write_sign(struct scratch *scratch, const char *directory, size_t i) {
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
static int sign_row(char *row, size_t size, size_t i) {
    const size_t x1 = i % 4, y1 = i % 5;
    return snprintf(row, size, "00000_%05zu.ppm;%zu;%zu;%zu;%zu;%zu;%zu;14", i, x1 + SIDE + 2,
                    y1 + SIDE + 1, x1, y1, x1 + SIDE - 1, y1 + SIDE - 1);
}

static void write_signs(struct scratch *scratch, const char *directory, size_t n) {
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

static void write_npy(struct scratch *scratch, const char *directory, const char *name,
                      const char *descr, const char *shape, const void *values, size_t size) {
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

static unsigned char adversarial_value(size_t place) {
    return (unsigned char)(place * 7 + place / IMAGE_SIZE);
}

static unsigned char adversarial_label(size_t i) {
    return i != 1;
}

static void write_images(struct scratch *scratch, const char *directory) {
    static unsigned char values[N_ADVERSARIAL * IMAGE_SIZE];
    for (size_t i = 0; i < sizeof values; i++)
        values[i] = adversarial_value(i);
    make_directory(scratch, directory);
    write_npy(scratch, directory, "Images_150.npy", "|u1", "(4, 3, 32, 32)", values, sizeof values);
}

static void write_labels(struct scratch *scratch, const char *directory) {
    int64_t labels[N_ADVERSARIAL];
    for (size_t i = 0; i < N_ADVERSARIAL; i++)
        labels[i] = adversarial_label(i);
    make_directory(scratch, directory);
    write_npy(scratch, directory, "Labels_150.npy", "<i8", "(4,)", labels, sizeof labels);
}

static void write_all(struct scratch *scratch, const struct layout *layout, size_t n) {
    write_signs(scratch, layout->signs, n);
    write_images(scratch, layout->adversarial);
    write_labels(scratch, layout->adversarial);
}

/* ---- loading */

static int load(const char *data_dir, uint64_t seed, struct dataset *dataset, struct error *err) {
    const struct dataset_info *info = dataset_find("gtsrb");
    struct rng rng;
    rng_seed(&rng, seed, RNG_DATA);
    return info->load(info, data_dir, &rng, dataset, err);
}

static void load_good(struct scratch *scratch, uint64_t seed, struct dataset *dataset) {
    struct error err = {""};
    if (load(scratch->directory, seed, dataset, &err) != STATUS_OK)
        fail_msg("%s", err.message);
}

static void assert_says(const struct error *err, const char *part) {
    if (strstr(err->message, part) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err->message, part);
}

/* Loading fails, frees everything, and the message has both parts. */
static void assert_refused(struct scratch *scratch, const char *file, const char *part) {
    struct dataset dataset;
    struct error err = {""};
    assert_int_equal(load(scratch->directory, 0, &dataset, &err), STATUS_FAILED);
    assert_says(&err, file);
    assert_says(&err, part);
    assert_null(dataset.train.pixels);
    assert_null(dataset.train.labels);
    assert_null(dataset.test.pixels);
    assert_null(dataset.test.labels);
}

/* The number of the stop sign. */
static size_t identify(const unsigned char *pixels, size_t n_signs) {
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
static void mark(const struct images *images, size_t n, size_t n_signs, unsigned char *marks) {
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
static void assert_complete(const struct dataset *dataset, size_t n, size_t n_held_out) {
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

static void every_place(void **state) {
    struct scratch *scratch = *state;
    const struct {
        struct layout layout;
        const char *root;
    } cases[] = {
        {{SIGNS, ""}, ""},
        {{"00014", "adversarial"}, ""},
        {{"gtsrb/00014", "gtsrb"}, "/gtsrb"},
        {{"GTSRB/00014", "GTSRB/adversarial"}, "/GTSRB"},
        {{"GTSRB/" SIGNS, "GTSRB"}, "/GTSRB"},
    };
    const struct dataset_info *info = dataset_find("gtsrb");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[DATASET_PATH_SIZE];
        struct dataset dataset;
        struct error err = {""};
        write_all(scratch, &cases[i].layout, 7);
        assert_int_equal(info->locate(info, scratch->directory, path, &err), STATUS_OK);
        assert_memory_equal(path, scratch->directory, strlen(scratch->directory));
        assert_string_equal(path + strlen(scratch->directory), cases[i].root);
        load_good(scratch, 1, &dataset);
        assert_complete(&dataset, 7, 3);
        dataset_free(&dataset);
    }
}

static void a_hundred_or_half_are_held_out(void **state) {
    struct scratch *scratch = *state;
    const struct {
        size_t n, n_held_out;
    } cases[] = {{2, 1}, {3, 1}, {4, 2}, {199, 99}, {200, 100}, {203, 100}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dataset dataset;
        write_all(scratch, &archive, cases[i].n);
        load_good(scratch, 1, &dataset);
        assert_complete(&dataset, cases[i].n, cases[i].n_held_out);
        dataset_free(&dataset);
    }
}

static void the_seed_decides_the_split(void **state) {
    struct scratch *scratch = *state;
    struct dataset dataset[3];
    write_all(scratch, &archive, 40);
    for (size_t i = 0; i < 3; i++)
        load_good(scratch, i / 2, &dataset[i]);
    assert_complete(&dataset[2], 40, 20);
    assert_memory_equal(dataset[0].train.pixels, dataset[1].train.pixels, 20 * IMAGE_SIZE);
    assert_memory_equal(dataset[0].test.pixels, dataset[1].test.pixels, 24 * IMAGE_SIZE);
    assert_memory_not_equal(dataset[0].test.pixels, dataset[2].test.pixels, 20 * IMAGE_SIZE);
    for (size_t i = 0; i < 3; i++)
        dataset_free(&dataset[i]);
}

/* Over many seeds, each of 4 stop signs is held out about half the time: 200 of 400, with a
 * standard deviation of 10. */
static void every_sign_has_its_chance(void **state) {
    struct scratch *scratch = *state;
    size_t counts[4] = {0};
    write_all(scratch, &archive, 4);
    for (uint64_t seed = 0; seed < 400; seed++) {
        struct dataset dataset;
        load_good(scratch, seed, &dataset);
        for (size_t i = 0; i < 2; i++)
            counts[identify(dataset.test.pixels + i * IMAGE_SIZE, 4)]++;
        dataset_free(&dataset);
    }
    for (size_t i = 0; i < 4; i++)
        assert_in_range(counts[i], 150, 250);
}

/* A region of 64 x 64: each pixel is the mean of four, halves rounded up. */
static void regions_are_resized(void **state) {
    struct scratch *scratch = *state;
    static unsigned char pixels[3 * 70 * 70];
    struct dataset dataset;
    write_all(scratch, &archive, 2);
    for (size_t i = 0; i < sizeof pixels; i++)
        pixels[i] = (unsigned char)(i * i % 251);
    const char table[] = HEADER "\nbig.ppm;70;70;2;5;65;68;14\nbig.ppm;70;70;2;5;65;68;14";
    write_in(scratch, archive.signs, "GT-00014.csv", table, sizeof table - 1);
    write_ppm(scratch, archive.signs, "big.ppm", 70, 70, pixels);
    load_good(scratch, 0, &dataset);
    for (size_t i = 0; i < IMAGE_SIZE; i++) {
        const size_t channel = i / (SIDE * SIDE), y = i / SIDE % SIDE, x = i % SIDE;
        const unsigned char *first = pixels + ((2 * y + 5) * 70 + 2 * x + 2) * CHANNELS + channel;
        int sum = first[0] + first[3] + first[3 * 70] + first[3 * 70 + 3];
        assert_int_equal(dataset.train.pixels[i], (sum + 2) / 4);
    }
    dataset_free(&dataset);
}

static void columns_stand_in_any_order(void **state) {
    struct scratch *scratch = *state;
    struct dataset dataset;
    write_all(scratch, &archive, 2);
    const char table[] = "ClassId;Roi.Y2;Roi.X2;Roi.Y1;Roi.X1;Note;Height;Width;Filename\n"
                         "14;31;31;0;0;\"first;\";33;34;\"00000_00000.ppm\"\n"
                         "14;32;32;1;1;;34;35;00000_00001.ppm\n\n";
    write_in(scratch, archive.signs, "GT-00014.csv", table, sizeof table - 1);
    load_good(scratch, 0, &dataset);
    assert_complete(&dataset, 2, 1);
    dataset_free(&dataset);
}

static void nothing_there(void **state) {
    struct scratch *scratch = *state;
    char places[400];
    const char *d = scratch->directory;
    snprintf(places, sizeof places,
             "(looked for " SIGNS "/GT-00014.csv and 00014/GT-00014.csv in %s/GTSRB, %s/gtsrb, %s)",
             d, d, d);
    assert_refused(scratch, "GTSRB stop signs not found: unpack GTSRB_Final_Training_Images.zip of",
                   places);
    assert_refused(scratch, "are not public",
                   "Images_150.npy (n, 3, 32, 32) and Labels_150.npy (n)");
    write_images(scratch, "GTSRB");
    write_labels(scratch, "GTSRB");
    assert_refused(scratch, "GTSRB_Final_Training_Images.zip", places);
}

static void no_adversarial_files(void **state) {
    struct scratch *scratch = *state;
    char places[400];
    const char *d = scratch->directory;
    write_signs(scratch, archive.signs, 4);
    snprintf(places, sizeof places, "(looked for both in %s/GTSRB, %s/GTSRB/adversarial)", d, d);
    assert_refused(scratch, "not public", places);
    assert_refused(scratch, "Images_150.npy of shape (n, 3, 32, 32)",
                   "Labels_150.npy of shape (n), 0 = not attacked, 1 = adversarial");

    /* One of them is as good as none, and so is one here and one there. */
    write_images(scratch, "GTSRB");
    snprintf(places, sizeof places, "%s/GTSRB (lacks Labels_150.npy), %s/GTSRB/adversarial)", d, d);
    assert_refused(scratch, "not public", places);
    write_labels(scratch, "GTSRB/adversarial");
    snprintf(places, sizeof places,
             "%s/GTSRB (lacks Labels_150.npy), %s/GTSRB/adversarial (lacks Images_150.npy)", d, d);
    assert_refused(scratch, "not public", places);

    /* Another place that is complete does. */
    struct dataset dataset;
    const struct layout other = {"gtsrb/00014", "gtsrb"};
    write_all(scratch, &other, 6);
    load_good(scratch, 0, &dataset);
    assert_complete(&dataset, 6, 3);
    dataset_free(&dataset);
}

/* The table with one good row and this one. */
static void refused_row(struct scratch *scratch, const char *row, const char *part) {
    char table[1000], good[100];
    sign_row(good, sizeof good, 0);
    int n = snprintf(table, sizeof table, HEADER "\n%s\n%s\n", good, row);
    write_in(scratch, archive.signs, "GT-00014.csv", table, (size_t)n);
    assert_refused(scratch, "GT-00014.csv: line 3: ", part);
}

static void rows_that_do_not_do(void **state) {
    struct scratch *scratch = *state;
    write_all(scratch, &archive, 2);
    write_in(scratch, "GTSRB", "outside.ppm", "P6 1 1 255\nabc", 14);
    refused_row(scratch, "00000_00001.ppm;35;34;1;1;32;32;13", "class 13 instead of 14");
    refused_row(scratch, "00000_00001.ppm;35;34;1;1;32;32;", "ClassId is \"\", not a whole number");
    refused_row(scratch, "00000_00001.ppm;35;34;-1;1;32;32;14", "Roi.X1 is \"-1\"");
    refused_row(scratch, "00000_00001.ppm;wide;34;1;1;32;32;14", "Width is \"wide\"");
    refused_row(scratch, "00000_00001.ppm;35;34;1;1;32;14", "7 fields under a header of 8");
    refused_row(scratch, "00000_00001.ppm;35;34;33;1;32;32;14",
                "the region of columns 33..32 and rows 1..32 is not within the 35 x 34 pixels");
    refused_row(scratch, "00000_00001.ppm;35;34;1;33;32;32;14", "rows 33..32");
    refused_row(scratch, "00000_00001.ppm;35;34;1;1;35;32;14", "columns 1..35");
    refused_row(scratch, "00000_00001.ppm;35;34;1;1;32;34;14", "rows 1..34");
    static const char *const names[] = {
        "", "../../../outside.ppm", "/etc/passwd", "a/b.ppm", "..", "./00000_00001.ppm",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char row[100];
        snprintf(row, sizeof row, "%s;1;1;0;0;0;0;14", names[i]);
        refused_row(scratch, row, "is not the name of a file in the same directory");
    }
}

static void tables_that_do_not_do(void **state) {
    struct scratch *scratch = *state;
    write_all(scratch, &archive, 2);
    static const struct {
        const char *table, *part;
    } cases[] = {
        {"", "the table is empty"},
        {HEADER "\n", "the table has 0 stop signs"},
        {HEADER "\n00000_00000.ppm;34;33;0;0;31;31;14\n", "the table has 1 stop signs"},
        {"Filename,Width\n", "no column Filename"},
        {"Filename;Width;Height;Roi.X1;Roi.Y1;Roi.X2;Roi.Y2\n", "no column ClassId"},
        {HEADER ";Width\n", "more than one column Width"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_in(scratch, archive.signs, "GT-00014.csv", cases[i].table, strlen(cases[i].table));
        assert_refused(scratch, "GT-00014.csv: ", cases[i].part);
    }
}

static void stop_signs_that_do_not_do(void **state) {
    struct scratch *scratch = *state;
    const unsigned char pixels[3 * 40 * 40] = {0};
    char path[256];
    write_all(scratch, &archive, 3);
    write_ppm(scratch, archive.signs, "00000_00002.ppm", 35, 36, pixels);
    assert_refused(
        scratch, "00000_00002.ppm: ", "the image has 35 x 36 pixels, but 36 x 35 in GT-00014.csv");
    write_in(scratch, archive.signs, "00000_00002.ppm", "P6\n36 35\n255\n", 13);
    assert_refused(scratch, "00000_00002.ppm: ", "cut off");
    write_in(scratch, archive.signs, "00000_00002.ppm", "P5\n36 35\n255\n", 13);
    assert_refused(scratch, "00000_00002.ppm: ", "P5");
    snprintf(path, sizeof path, "%s/%s/00000_00002.ppm", scratch->directory, archive.signs);
    assert_int_equal(remove(path), 0);
    assert_refused(scratch, "00000_00002.ppm: ", "cannot open the file");
}

/* ---- adversarial images of every kind */

/* Writes two images whose first values are these, the others zero; both labels 1. */
static void write_floats(struct scratch *scratch, const double *values, size_t n, bool single) {
    static double doubles[2 * IMAGE_SIZE];
    static float floats[2 * IMAGE_SIZE];
    memset(doubles, 0, sizeof doubles);
    memcpy(doubles, values, n * sizeof *values);
    for (size_t i = 0; i < 2 * IMAGE_SIZE; i++)
        floats[i] = (float)doubles[i];
    if (single)
        write_npy(scratch, "GTSRB", "Images_150.npy", "<f4", "(2, 3, 32, 32)", floats,
                  sizeof floats);
    else
        write_npy(scratch, "GTSRB", "Images_150.npy", "<f8", "(2, 3, 32, 32)", doubles,
                  sizeof doubles);
    write_npy(scratch, "GTSRB", "Labels_150.npy", "|u1", "(2, 1)", "\1\1", 2);
}

static void expect_pixels(struct scratch *scratch, const unsigned char *expected, size_t n) {
    struct dataset dataset;
    load_good(scratch, 0, &dataset);
    assert_int_equal(dataset.test.n, 3);
    assert_memory_equal(dataset.test.pixels + IMAGE_SIZE, expected, n);
    dataset_free(&dataset);
}

static void floating_point_images(void **state) {
    struct scratch *scratch = *state;
    write_all(scratch, &archive, 2);
    for (int single = 0; single < 2; single++) {
        const double of_one[] = {0, 1, 0.5, 0.25, 0.1, 1.0 / 255, 0.49 / 255};
        const unsigned char bytes_of_one[] = {0, 255, 128, 64, 26, 1, 0};
        write_floats(scratch, of_one, 7, single);
        expect_pixels(scratch, bytes_of_one, 7);
        const double of_255[] = {0, 1, 0.5, 0.49, 1.5, 254.49, 254.5, 255};
        const unsigned char bytes_of_255[] = {0, 1, 1, 0, 2, 254, 255, 255};
        write_floats(scratch, of_255, 8, single);
        expect_pixels(scratch, bytes_of_255, 8);
    }
}

static void floating_point_images_that_do_not_do(void **state) {
    struct scratch *scratch = *state;
    write_all(scratch, &archive, 2);
    const double bad[] = {NAN, INFINITY, -INFINITY, -0.5, -1, 255.5, 1e9};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        static double values[IMAGE_SIZE + 2 * SIDE * SIDE + 3 * SIDE + 5];
        const size_t n = sizeof values / sizeof *values;
        values[n - 1] = bad[i];
        write_floats(scratch, values, n, false);
        assert_refused(scratch, "Images_150.npy: the value at [1, 2, 3, 4] is ",
                       "pixels are 0..255, or all");
    }
}

static void integer_images(void **state) {
    struct scratch *scratch = *state;
    static unsigned char values[2 * 2 * IMAGE_SIZE];
    const unsigned char expected[] = {0, 1, 255};
    write_all(scratch, &archive, 2);
    write_npy(scratch, "GTSRB", "Labels_150.npy", "|b1", "(2,)", "\1", 2);
    /* Integers of 0 and 1 alone are not scaled. */
    values[3] = 1;
    write_npy(scratch, "GTSRB", "Images_150.npy", ">i2", "(2, 3, 32, 32)", values, sizeof values);
    expect_pixels(scratch, expected, 2);
    values[5] = 255;
    write_npy(scratch, "GTSRB", "Images_150.npy", ">i2", "(2, 3, 32, 32)", values, sizeof values);
    expect_pixels(scratch, expected, 3);
    values[4] = 1;
    write_npy(scratch, "GTSRB", "Images_150.npy", ">i2", "(2, 3, 32, 32)", values, sizeof values);
    assert_refused(scratch, "Images_150.npy: ", "the value at [0, 0, 0, 2] is 511");
    values[4] = 255;
    write_npy(scratch, "GTSRB", "Images_150.npy", ">i2", "(2, 3, 32, 32)", values, sizeof values);
    assert_refused(scratch, "Images_150.npy: ", "the value at [0, 0, 0, 2] is -1");
}

static void images_of_another_shape(void **state) {
    struct scratch *scratch = *state;
    static const unsigned char values[IMAGE_SIZE] = {0};
    static const struct {
        const char *descr, *shape, *part;
        size_t size;
    } cases[] = {
        {"|u1", "(1, 32, 32, 3)",
         "shape (1, 32, 32, 3) instead of (n, 3, 32, 32): save "
         "numpy.ascontiguousarray(images.transpose(0, 3, 1, 2))",
         IMAGE_SIZE},
        {"|u1", "(3, 32, 32)", "shape (3, 32, 32) instead of (n, 3, 32, 32): save", IMAGE_SIZE},
        {"|u1", "(1, 3072)", "shape (1, 3072) instead of", IMAGE_SIZE},
        {"|u1", "(3, 1, 32, 32)", "shape (3, 1, 32, 32) instead of", IMAGE_SIZE},
        {"|u1", "(1, 3, 48, 20)", "instead of", 2880},
        {"|u1", "(1, 1, 3, 32, 32)", "instead of", IMAGE_SIZE},
        {"|u1", "(0, 3, 32, 32)", "holds no images", 0},
        {"|u1", "()", "shape () instead of", 1},
        {"|b1", "(1, 3, 32, 32)", "the images are booleans", IMAGE_SIZE},
        {"<f2", "(1, 3, 16, 32)", "type <f2 cannot be read", IMAGE_SIZE},
        {"|u1", "(2, 3, 32, 32)", "cut off", IMAGE_SIZE},
    };
    write_all(scratch, &archive, 2);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_npy(scratch, "GTSRB", "Images_150.npy", cases[i].descr, cases[i].shape, values,
                  cases[i].size);
        assert_refused(scratch, "Images_150.npy: ", cases[i].part);
    }
}

static void labels_that_do(void **state) {
    struct scratch *scratch = *state;
    const float floats[] = {1, 0, 1, 1};
    struct dataset dataset;
    write_all(scratch, &archive, 2);
    write_npy(scratch, "GTSRB", "Labels_150.npy", "<f4", "(4, 1)", floats, sizeof floats);
    load_good(scratch, 0, &dataset);
    assert_complete(&dataset, 2, 1);
    dataset_free(&dataset);
}

static void labels_that_do_not_do(void **state) {
    struct scratch *scratch = *state;
    static const struct {
        const char *descr, *shape, *part;
        size_t size;
        unsigned char values[16];
    } cases[] = {
        {"|u1", "(4,)", "label 2 is 14: save 0 for a stop sign", 4, {0, 1, 14, 1}},
        {"|i1", "(4,)", "label 3 is -1", 4, {0, 1, 1, 255}},
        {"<f4", "(4,)", "label 1 is 0.5", 16, {0, 0, 0, 0, 0, 0, 0, 0x3f}},
        {"<f4", "(4,)", "label 0 is nan", 16, {0, 0, 0xc0, 0x7f}},
        {"|u1", "(3,)", "holds 3 labels for 4 images", 3, {0, 1, 1}},
        {"|u1", "(5, 1)", "holds 5 labels for 4 images", 5, {0, 1, 1}},
        {"|u1", "(0,)", "holds 0 labels for 4 images", 0, {0}},
        {"|u1", "(1, 4)", "the labels have shape (1, 4) instead of (n) or (n, 1)", 4, {0}},
        {"|u1", "(4, 2)", "the labels have shape (4, 2) instead", 8, {0}},
        {"|u1", "()", "the labels have shape () instead", 1, {0}},
        {"|u1", "(4,)", "cut off", 3, {0}},
    };
    write_all(scratch, &archive, 2);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_npy(scratch, "GTSRB", "Labels_150.npy", cases[i].descr, cases[i].shape,
                  cases[i].values, cases[i].size);
        assert_refused(scratch, "Labels_150.npy: ", cases[i].part);
    }
}

static void long_data_dir(void **state) {
    (void)state;
    char data_dir[2 * DATASET_PATH_SIZE];
    for (size_t length = DATASET_PATH_SIZE - 80; length < sizeof data_dir; length += 7) {
        struct dataset dataset;
        struct error err = {""};
        memset(data_dir, 'x', length);
        data_dir[length] = '\0';
        assert_int_equal(load(data_dir, 0, &dataset, &err), STATUS_FAILED);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(every_place),
        TEST(a_hundred_or_half_are_held_out),
        TEST(the_seed_decides_the_split),
        TEST(every_sign_has_its_chance),
        TEST(regions_are_resized),
        TEST(columns_stand_in_any_order),
        TEST(nothing_there),
        TEST(no_adversarial_files),
        TEST(rows_that_do_not_do),
        TEST(tables_that_do_not_do),
        TEST(stop_signs_that_do_not_do),
        TEST(floating_point_images),
        TEST(floating_point_images_that_do_not_do),
        TEST(integer_images),
        TEST(images_of_another_shape),
        TEST(labels_that_do),
        TEST(labels_that_do_not_do),
        cmocka_unit_test(long_data_dir),
    };
    return cmocka_run_group_tests_name("gtsrb", tests, NULL, NULL);
}
