/* The paper's numbers against sums of its columns, computed with Python from the printed table. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "table/paper.h"

static const char *const methods[] = {"ocsvm",  "kde",           "iforest",  "dcae",
                                      "anogan", "soft-boundary", "one-class"};

static void sums_of_columns(void **state) {
    (void)state;
    static const struct {
        const char *dataset, *method;
        double mean, std; /* the sums of both over the ten classes */
    } sums[] = {
        {"mnist", "ocsvm", 912.9, 0.1},
        {"mnist", "kde", 869.3, 0.0},
        {"mnist", "iforest", 923.0, 4.4},
        {"mnist", "dcae", 896.5, 14.2},
        {"mnist", "anogan", 912.7, 18.8},
        {"mnist", "soft-boundary", 935.3, 11.9},
        {"mnist", "one-class", 948.0, 8.1},
        {"cifar10", "ocsvm", 647.8, 6.4},
        {"cifar10", "kde", 648.9, 0.0},
        {"cifar10", "iforest", 554.6, 5.5},
        {"cifar10", "dcae", 593.9, 27.2},
        {"cifar10", "anogan", 617.9, 25.7},
        {"cifar10", "soft-boundary", 632.8, 17.8},
        {"cifar10", "one-class", 648.1, 17.9},
    };
    for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++) {
        double mean = 0, std = 0;
        for (int class = 0; class < PAPER_N_CLASSES; class ++) {
            const struct paper_auc *auc = paper_find(sums[i].dataset, class, sums[i].method);
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
    assert_true(paper_find("mnist", 0, "one-class")->mean == 98.0);
    assert_true(paper_find("mnist", 0, "one-class")->std == 0.7);
    assert_true(paper_find("mnist", 2, "kde")->mean == 79.0);
    assert_true(paper_find("mnist", 5, "ocsvm")->mean == 77.1);
    assert_true(paper_find("mnist", 9, "anogan")->std == 1.1);
    assert_true(paper_find("cifar10", 6, "iforest")->mean == 42.9);
    assert_true(paper_find("cifar10", 8, "dcae")->mean == 76.8);
    assert_true(paper_find("cifar10", 9, "soft-boundary")->mean == 71.0);
}

static void what_the_paper_has_not(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        assert_null(paper_find("fashion-mnist", 0, methods[i]));
        assert_null(paper_find("", 0, methods[i]));
        assert_null(paper_find("mnist", -1, methods[i]));
        assert_null(paper_find("mnist", PAPER_N_CLASSES, methods[i]));
    }
    assert_null(paper_find("mnist", 0, "ce"));
    assert_null(paper_find("mnist", 0, ""));
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
