/* The table of the stop signs and their images. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "data/gtsrb_files.h"

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

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(regions_are_resized),   TEST(columns_stand_in_any_order), TEST(rows_that_do_not_do),
        TEST(tables_that_do_not_do), TEST(stop_signs_that_do_not_do),
    };
    return cmocka_run_group_tests_name("gtsrb_signs", tests, NULL, NULL);
}
