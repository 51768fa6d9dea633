/* Data sets are found by name or by what is in a directory, and looked for no more than once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "data/source.h"
#include "io/scratch.h"
#include "support/looks.h"
#include "support/says.h"

static const char *const idx_files[] = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                                        "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"};
static const char *const cifar10_files[] = {"data_batch_1.bin", "data_batch_2.bin",
                                            "data_batch_3.bin", "data_batch_4.bin",
                                            "data_batch_5.bin", "test_batch.bin"};

static void write_files(struct scratch *scratch, const char *const *names, size_t n) {
    for (size_t i = 0; i < n; i++)
        scratch_write(scratch, names[i], "", 0);
}

static void names_of_the_table_touch_no_disk(void **state) {
    (void)state;
    const size_t before = looks;
    for (size_t d = 0; dataset_table[d] != NULL; d++) {
        const struct dataset_info *info = dataset_table[d];
        struct source source;
        struct error err;
        assert_int_equal(source_find(&source, info->name, &err), STATUS_OK);
        assert_ptr_equal(source.info, info);
        assert_false(source.own);
        assert_string_equal(source_name(&source), info->name);
        assert_true(source_is(&source, info->name));
        assert_false(source_is(&source, "other"));
        assert_string_equal(source_family(&source), info->family);
        assert_int_equal(source.channels, info->channels);
        assert_int_equal(source.height, info->height);
        assert_int_equal(source.width, info->width);
        assert_int_equal(source.n_classes, info->n_classes);
        assert_string_equal(source.path, "");
        source_set_place(&source, "some/where");
        assert_string_equal(source.path, "some/where");
    }
    assert_int_equal(looks, before);
}

static void directories_tell_their_format(void **state) {
    struct scratch *scratch = *state;
    struct source source;
    struct error err = {.message = ""};
    assert_int_equal(source_find(&source, scratch->directory, &err), STATUS_MISSING);
    assert_null(source.info);
    assert_null(source_family(&source));
    assert_false(source_is(&source, scratch->directory));
    assert_says(&err, "there is no such data set");
    write_files(scratch, cifar10_files, 5);
    assert_int_equal(source_find(&source, scratch->directory, &err), STATUS_INCOMPLETE);
    assert_says(&err, "(lacks test_batch.bin)");
    write_files(scratch, idx_files, 1);
    assert_int_equal(source_find(&source, scratch->directory, &err), STATUS_INCOMPLETE);
    assert_says(&err, "(lacks train-labels-idx1-ubyte)");
    write_files(scratch, cifar10_files, 6);
    assert_int_equal(source_find(&source, scratch->directory, &err), STATUS_OK);
    assert_string_equal(source.info->name, "own-cifar10");
    assert_int_equal(source.channels, 3);
    write_files(scratch, idx_files, 4);
    assert_int_equal(source_find(&source, scratch->directory, &err), STATUS_OK);
    assert_string_equal(source.info->name, "own-idx");
    assert_true(source.own);
    assert_string_equal(source_name(&source), scratch->directory);
    source_set_place(&source, "elsewhere");
    assert_string_equal(source.path, scratch->directory);
}

static void what_was_recorded_needs_no_disk(void **state) {
    (void)state;
    const size_t before = looks;
    struct source source;
    assert_true(source_of_record(&source, "cifar10", NULL));
    assert_string_equal(source.info->title, "CIFAR-10");
    assert_true(source_of_record(&source, "no/such/directory", "own-cifar10"));
    assert_true(source.own);
    assert_string_equal(source_family(&source), "cifar10");
    assert_string_equal(source_name(&source), "no/such/directory");
    assert_false(source_of_record(&source, "no/such/directory", NULL));
    assert_null(source.info);
    assert_false(source_of_record(&source, "no/such/directory", "mnist"));
    assert_false(source_of_record(&source, "no/such/directory", ""));
    assert_false(source_of_record(&source, NULL, "own-idx"));
    assert_int_equal(looks, before);
}

static void long_names_are_refused(void **state) {
    (void)state;
    char name[SOURCE_PATH_SIZE + 1] = "";
    struct source source;
    struct error err = {.message = ""};
    memset(name, 'x', SOURCE_PATH_SIZE);
    assert_int_equal(source_find(&source, name, &err), STATUS_FAILED);
    assert_says(&err, "longer than 1023 bytes");
    assert_false(source_of_record(&source, name, "own-idx"));
    name[SOURCE_PATH_SIZE - 1] = '\0';
    assert_true(source_of_record(&source, name, "own-idx"));
    assert_string_equal(source_name(&source), name);
}

static void classes_in_words(void **state) {
    (void)state;
    struct source source;
    struct error err;
    char text[64];
    assert_int_equal(source_find(&source, "cifar10", &err), STATUS_OK);
    source_class_text(&source, 8, text, sizeof text);
    assert_string_equal(text, "8 (ship)");
    source_class_text(&source, -1, text, sizeof text);
    assert_string_equal(text, "all others");
    source_class_text(&source, 10, text, sizeof text);
    assert_string_equal(text, "10");
    assert_int_equal(source_find(&source, "mnist", &err), STATUS_OK);
    source_class_text(&source, 3, text, sizeof text);
    assert_string_equal(text, "3");
    source = (struct source){.info = NULL};
    source_class_text(&source, 3, text, sizeof text);
    assert_string_equal(text, "3");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_the_table_touch_no_disk),
        cmocka_unit_test_setup_teardown(directories_tell_their_format, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test(what_was_recorded_needs_no_disk),
        cmocka_unit_test(long_names_are_refused),
        cmocka_unit_test(classes_in_words),
    };
    return cmocka_run_group_tests_name("source", tests, NULL, NULL);
}
