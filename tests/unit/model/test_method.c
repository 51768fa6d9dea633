/* The table of methods: names and selection as the published interface has them, and that its rows
 * fit together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/method.h"

static void options_select_a_method(void **state) {
    (void)state;
    static const struct {
        int loss, hard_margin;
        const char *name;
    } cases[] = {
        {LOSS_SVDD, 0, "soft-boundary"}, {LOSS_SVDD, 1, "one-class"}, {LOSS_AUTOENCODER, 0, "dcae"},
        {LOSS_AUTOENCODER, 1, "dcae"},   {LOSS_CE, 0, "ce"},          {LOSS_CE, 1, "ce"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct config config = {.loss = cases[i].loss, .hard_margin = cases[i].hard_margin};
        assert_string_equal(method_of(&config)->name, cases[i].name);
    }
    assert_string_equal(method_of_pretraining()->name, "dcae");
}

static void names_are_told_apart(void **state) {
    (void)state;
    for (size_t i = 0; i < method_count; i++) {
        assert_ptr_equal(method_find(method_table[i].name), &method_table[i]);
        assert_int_equal(method_index(&method_table[i]), i);
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(method_table[i].name, method_table[j].name);
            assert_string_not_equal(method_table[i].title, method_table[j].title);
            assert_string_not_equal(method_table[i].directory, method_table[j].directory);
            assert_int_not_equal(method_table[i].colour, method_table[j].colour);
            if (method_table[i].paper != PAPER_NONE)
                assert_true(method_table[i].paper > method_table[j].paper ||
                            method_table[j].paper == PAPER_NONE);
        }
    }
    assert_null(method_find(""));
    assert_null(method_find("svdd"));
}

/* What is trained in epochs has all that training and scoring call. */
static void rows_are_whole(void **state) {
    (void)state;
    for (size_t i = 0; i < method_count; i++) {
        const struct method *method = &method_table[i];
        assert_int_equal(method->has_epochs, method->epoch != NULL);
        assert_int_equal(method->has_epochs, method->measure != NULL);
        assert_int_equal(method->has_epochs, method->score != NULL);
        assert_int_equal(method->has_epochs, method->data_term != NULL);
        assert_int_equal(method->has_epochs, method->loss >= 0);
        assert_true(!method->radius_in_terms || method->has_sphere);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_select_a_method),
        cmocka_unit_test(names_are_told_apart),
        cmocka_unit_test(rows_are_whole),
    };
    return cmocka_run_group_tests_name("method", tests, NULL, NULL);
}
