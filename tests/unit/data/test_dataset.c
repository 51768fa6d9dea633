/* The table of data sets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "data/dataset.h"

static void rows_are_complete(void **state) {
    (void)state;
    for (size_t d = 0; dataset_table[d] != NULL; d++) {
        const struct dataset_info *info = dataset_table[d];
        assert_ptr_equal(dataset_row(info->name), info);
        assert_non_null(info->title);
        assert_true(info->channels * info->height * info->width > 0);
        assert_true(info->n_classes >= 2);
        for (size_t i = 0; i < info->n_classes; i++)
            assert_non_null(info->class_names[i]);
        assert_non_null(info->locate);
        assert_non_null(info->load);
        assert_non_null(info->family);
    }
}

static void known_and_unknown_names(void **state) {
    (void)state;
    assert_string_equal(dataset_row("mnist")->title, "MNIST");
    assert_string_equal(dataset_row("mnist")->prefix, "mnist");
    assert_string_equal(dataset_row("fashion-mnist")->class_names[9], "Ankle boot");
    assert_null(dataset_row("fashion-mnist")->prefix);
    assert_string_equal(dataset_row("cifar10")->class_names[8], "ship");
    assert_int_equal(dataset_row("cifar10")->channels, 3);
    assert_non_null(dataset_row("gtsrb"));
    assert_null(dataset_row("imagenet"));
    assert_null(dataset_row(""));
}

static void freeing_twice_is_harmless(void **state) {
    (void)state;
    struct dataset dataset = {0};
    dataset_free(&dataset);
    dataset_free(&dataset);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_complete),
        cmocka_unit_test(known_and_unknown_names),
        cmocka_unit_test(freeing_twice_is_harmless),
    };
    return cmocka_run_group_tests_name("dataset", tests, NULL, NULL);
}
