/* The paper's numbers against sums of its columns, computed with Python from the printed table. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "table/paper.h"

static void sums_of_columns(void **state) {
    (void)state;
    static const struct {
        const char *dataset;
        enum paper_column column;
        double mean, std; /* the sums of both over the ten classes */
    } sums[] = {
        {"mnist", PAPER_OCSVM, 912.9, 0.1},
        {"mnist", PAPER_KDE, 869.3, 0.0},
        {"mnist", PAPER_IFOREST, 923.0, 4.4},
        {"mnist", PAPER_DCAE, 896.5, 14.2},
        {"mnist", PAPER_ANOGAN, 912.7, 18.8},
        {"mnist", PAPER_SOFT_BOUNDARY, 935.3, 11.9},
        {"mnist", PAPER_ONE_CLASS, 948.0, 8.1},
        {"cifar10", PAPER_OCSVM, 647.8, 6.4},
        {"cifar10", PAPER_KDE, 648.9, 0.0},
        {"cifar10", PAPER_IFOREST, 554.6, 5.5},
        {"cifar10", PAPER_DCAE, 593.9, 27.2},
        {"cifar10", PAPER_ANOGAN, 617.9, 25.7},
        {"cifar10", PAPER_SOFT_BOUNDARY, 632.8, 17.8},
        {"cifar10", PAPER_ONE_CLASS, 648.1, 17.9},
    };
    for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++) {
        double mean = 0, std = 0;
        for (int class = 0; class < PAPER_N_CLASSES; class ++) {
            const struct paper_auc *auc = paper_find(sums[i].dataset, class, sums[i].column);
            assert_non_null(auc);
            assert_true(auc->mean > 40 && auc->mean < 100 && auc->std >= 0 && auc->std < 6);
            mean += auc->mean;
            std += auc->std;
        }
        assert_true(fabs(mean - sums[i].mean) < 1e-9);
        assert_true(fabs(std - sums[i].std) < 1e-9);
    }
}

/* Places in the table, so that no row or column is in another's place. */
static void single_numbers(void **state) {
    (void)state;
    assert_true(paper_find("mnist", 0, PAPER_ONE_CLASS)->mean == 98.0);
    assert_true(paper_find("mnist", 0, PAPER_ONE_CLASS)->std == 0.7);
    assert_true(paper_find("mnist", 2, PAPER_KDE)->mean == 79.0);
    assert_true(paper_find("mnist", 5, PAPER_OCSVM)->mean == 77.1);
    assert_true(paper_find("mnist", 9, PAPER_ANOGAN)->std == 1.1);
    assert_true(paper_find("cifar10", 6, PAPER_IFOREST)->mean == 42.9);
    assert_true(paper_find("cifar10", 8, PAPER_DCAE)->mean == 76.8);
    assert_true(paper_find("cifar10", 9, PAPER_SOFT_BOUNDARY)->mean == 71.0);
}

static void what_the_paper_has_not(void **state) {
    (void)state;
    for (enum paper_column i = 0; i < N_PAPER_COLUMNS; i++) {
        assert_null(paper_find("fashion-mnist", 0, i));
        assert_null(paper_find("", 0, i));
        assert_null(paper_find("mnist", -1, i));
        assert_null(paper_find("mnist", PAPER_N_CLASSES, i));
    }
    assert_null(paper_find("mnist", 0, PAPER_NONE));
}

static void outside_is_beyond_the_printed_deviation(void **state) {
    (void)state;
    const struct paper_auc wide = {98.0, 0.7}, narrow = {99.5, 0.0};
    assert_true(paper_spread(&wide) == 0.7);
    assert_true(paper_spread(&narrow) == 0.05);
    assert_false(paper_is_outside(&wide, 98.7)); /* 98.7 - 98.0 > 0.7 in binary */
    assert_false(paper_is_outside(&wide, 97.3));
    assert_true(paper_is_outside(&wide, 98.71));
    assert_true(paper_is_outside(&wide, 97.29));
    assert_false(paper_is_outside(&narrow, 99.55));
    assert_true(paper_is_outside(&narrow, 99.56));
    assert_true(paper_is_outside(&narrow, 99.44));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_of_columns),
        cmocka_unit_test(single_numbers),
        cmocka_unit_test(what_the_paper_has_not),
        cmocka_unit_test(outside_is_beyond_the_printed_deviation),
    };
    return cmocka_run_group_tests_name("paper", tests, NULL, NULL);
}
