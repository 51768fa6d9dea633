/* Where the files may stand, and which stop signs are held out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "data/gtsrb_files.h"

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
    const struct dataset_info *info = dataset_row("gtsrb");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[DATASET_PATH_SIZE];
        struct dataset dataset;
        struct error err = {.message = ""};
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

static void long_data_dir(void **state) {
    (void)state;
    char data_dir[2 * DATASET_PATH_SIZE];
    for (size_t length = DATASET_PATH_SIZE - 80; length < sizeof data_dir; length += 7) {
        struct dataset dataset;
        struct error err = {.message = ""};
        memset(data_dir, 'x', length);
        data_dir[length] = '\0';
        assert_int_not_equal(load(data_dir, 0, &dataset, &err), STATUS_OK);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(every_place),
        TEST(a_hundred_or_half_are_held_out),
        TEST(the_seed_decides_the_split),
        TEST(every_sign_has_its_chance),
        TEST(nothing_there),
        TEST(no_adversarial_files),
        cmocka_unit_test(long_data_dir),
    };
    return cmocka_run_group_tests_name("gtsrb", tests, NULL, NULL);
}
