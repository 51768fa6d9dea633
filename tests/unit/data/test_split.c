/* Selection of training, validation and test images, against the counts of their rules and
 * the set properties it implies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data/split.h"
#include "support/says.h"

enum { N_TRAIN = 1000, N_TEST = 300, N_CLASSES = 10 };

/* 1000 training images, 100 of each class, and 300 test images, 30 of each, classes interleaved. */
struct fixture {
    unsigned char train[N_TRAIN], test[N_TEST];
    struct dataset dataset;
};

static void fixture_fill(struct fixture *fixture) {
    for (size_t i = 0; i < N_TRAIN; i++)
        fixture->train[i] = (unsigned char)(i % N_CLASSES);
    for (size_t i = 0; i < N_TEST; i++)
        fixture->test[i] = (unsigned char)(i % N_CLASSES);
    fixture->dataset = (struct dataset){
        .train = {.n = N_TRAIN, .labels = fixture->train},
        .test = {.n = N_TEST, .labels = fixture->test},
    };
}

static int create(struct split *split, const struct fixture *fixture,
                  const struct split_options *options, uint64_t seed, struct error *err) {
    struct rng rng;
    rng_seed(&rng, seed, RNG_DATA);
    return split_create(split, &fixture->dataset, options, &rng, err);
}

static bool is_class(int choice, int other, int class) {
    return choice == -1 ? class != other : class == choice;
}

/* Classes and labels belong to the places selected; no place twice. */
static void assert_selection(const struct selection *selection, const struct images *images,
                             const struct split_options *options) {
    bool seen[N_TRAIN] = {false};
    size_t n_outliers = 0;
    for (size_t i = 0; i < selection->n; i++) {
        assert_in_range(selection->index[i], 0, images->n - 1);
        assert_false(seen[selection->index[i]]);
        seen[selection->index[i]] = true;
        int class = images->labels[selection->index[i]];
        assert_int_equal(selection->class[i], class);
        assert_true(selection->outlier[i] ? is_class(options->outlier, options->normal, class)
                                          : is_class(options->normal, options->outlier, class));
        n_outliers += selection->outlier[i];
    }
    assert_int_equal(selection->n_outliers, n_outliers);
}

static void assert_disjoint(const struct selection *a, const struct selection *b) {
    for (size_t i = 0; i < a->n; i++)
        for (size_t j = 0; j < b->n; j++)
            assert_int_not_equal(a->index[i], b->index[j]);
}

static void assert_file_order(const struct selection *selection) {
    for (size_t i = 1; i < selection->n; i++)
        assert_true(selection->index[i - 1] < selection->index[i]);
}

static const struct {
    struct split_options options;
    size_t train, train_outliers, val, val_outliers, test, test_outliers;
} cases[] = {
    /* The paper's experiment: one class against all others. */
    {{3, -1, 0, 0, 20}, 100, 0, 0, 0, 300, 270},
    /* One against one. */
    {{3, 5, 0, 0, 100}, 100, 0, 0, 0, 60, 30},
    /* All but one are normal; 900 of them. */
    {{-1, 4, 0, 0, 1}, 900, 0, 0, 0, 300, 30},
    /* ceil(0.1 * 100 / 0.9) = ceil(11.1) = 12 outliers. */
    {{3, -1, 0.1, 0, 1}, 112, 12, 0, 0, 300, 270},
    /* 100 outliers for as many normals. */
    {{3, 7, 0.5, 0, 1}, 200, 100, 0, 0, 60, 30},
    /* 900 outliers, although 0.9 * 100 / (1 - 0.9) in doubles lies above it. */
    {{3, -1, 0.9, 0, 1}, 1000, 900, 0, 0, 300, 270},
    /* 25 outliers; a fifth of each is held out. */
    {{0, -1, 0.2, 0.2, 1}, 100, 20, 25, 5, 300, 270},
    /* 900 / 6 = 150, although the double next to 1/6 lies below it. */
    {{-1, 9, 0, 1.0 / 6, 1}, 750, 0, 150, 0, 300, 30},
};

enum { N_CASES = sizeof cases / sizeof cases[0] };

static void counts_are_the_methods(void **state) {
    (void)state;
    struct fixture fixture;
    fixture_fill(&fixture);
    for (size_t k = 0; k < N_CASES; k++) {
        const struct split_options *options = &cases[k].options;
        struct split split;
        struct error err = {.message = ""};
        assert_int_equal(create(&split, &fixture, options, k, &err), STATUS_OK);
        assert_int_equal(split.train.n, cases[k].train);
        assert_int_equal(split.train.n_outliers, cases[k].train_outliers);
        assert_int_equal(split.val.n, cases[k].val);
        assert_int_equal(split.val.n_outliers, cases[k].val_outliers);
        assert_int_equal(split.test.n, cases[k].test);
        assert_int_equal(split.test.n_outliers, cases[k].test_outliers);
        assert_selection(&split.train, &fixture.dataset.train, options);
        assert_selection(&split.val, &fixture.dataset.train, options);
        assert_selection(&split.test, &fixture.dataset.test, options);
        assert_disjoint(&split.train, &split.val);
        assert_file_order(&split.test);
        split_free(&split);
    }
}

/* 100 images in batches of 30: 90, and not the same 10 left out for every seed. */
static void training_set_is_cut_at_random(void **state) {
    (void)state;
    struct fixture fixture;
    fixture_fill(&fixture);
    const struct split_options options = {.normal = 3, .outlier = -1, .batch_size = 30};
    bool ever_left_out[N_TRAIN] = {false};
    for (uint64_t seed = 0; seed < 100; seed++) {
        struct split split;
        struct error err = {.message = ""};
        bool taken[N_TRAIN] = {false};
        assert_int_equal(create(&split, &fixture, &options, seed, &err), STATUS_OK);
        assert_int_equal(split.train.n, 90);
        for (size_t i = 0; i < split.train.n; i++)
            taken[split.train.index[i]] = true;
        for (size_t i = 0; i < N_TRAIN; i++)
            ever_left_out[i] |= !taken[i];
        split_free(&split);
    }
    /* An image stays in for 100 seeds with probability 0.9^100 < 3e-5. */
    for (size_t i = 3; i < N_TRAIN; i += N_CLASSES)
        assert_true(ever_left_out[i]);
}

static void assert_same(const struct selection *a, const struct selection *b) {
    assert_int_equal(a->n, b->n);
    assert_memory_equal(a->index, b->index, a->n * sizeof *a->index);
    assert_memory_equal(a->class, b->class, a->n);
    assert_memory_equal(a->outlier, b->outlier, a->n);
}

static void seed_decides_everything_random(void **state) {
    (void)state;
    struct fixture fixture;
    fixture_fill(&fixture);
    const struct split_options options = {3, -1, 0.1, 0.25, 7};
    struct split a, b, other;
    struct error err = {.message = ""};
    assert_int_equal(create(&a, &fixture, &options, 5, &err), STATUS_OK);
    assert_int_equal(create(&b, &fixture, &options, 5, &err), STATUS_OK);
    assert_int_equal(create(&other, &fixture, &options, 6, &err), STATUS_OK);
    assert_same(&a.train, &b.train);
    assert_same(&a.val, &b.val);
    assert_same(&a.test, &b.test);
    assert_same(&a.test, &other.test);
    assert_int_equal(a.train.n, other.train.n);
    assert_memory_not_equal(a.train.index, other.train.index, a.train.n * sizeof(size_t));
    assert_memory_not_equal(a.val.index, other.val.index, a.val.n * sizeof(size_t));
    split_free(&a);
    split_free(&b);
    split_free(&other);
}

/* Normal images and outliers are mixed, not one after the other. */
static void training_set_is_shuffled(void **state) {
    (void)state;
    struct fixture fixture;
    fixture_fill(&fixture);
    const struct split_options options = {3, 5, 0.5, 0, 1};
    struct split split;
    struct error err = {.message = ""};
    assert_int_equal(create(&split, &fixture, &options, 0, &err), STATUS_OK);
    size_t in_first_half = 0;
    for (size_t i = 0; i < 100; i++)
        in_first_half += split.train.outlier[i];
    assert_in_range(in_first_half, 30, 70);
    split_free(&split);
}

static void assert_refused(const struct fixture *fixture, const struct split_options *options,
                           enum status status, const char *part_of_message,
                           enum split_fault fault) {
    struct split split;
    struct error err = {.message = ""};
    assert_int_equal(create(&split, fixture, options, 0, &err), status);
    assert_says(&err, part_of_message);
    assert_int_equal(split.fault, fault);
    assert_null(split.train.index);
    assert_null(split.val.index);
    assert_null(split.test.index);
}

struct refused {
    struct split_options options;
    const char *message;
    enum split_fault fault; /* the field of the options that is told of */
};

static void assert_all_refused(const struct refused *refused, size_t n, enum status status) {
    struct fixture fixture;
    fixture_fill(&fixture);
    for (size_t k = 0; k < n; k++)
        assert_refused(&fixture, &refused[k].options, status, refused[k].message, refused[k].fault);
}

static void options_that_cannot_be_are_refused(void **state) {
    (void)state;
    const struct refused refused[] = {
        {{-1, -1, 0, 0, 1}, "normal and outlier are both -1", SPLIT_NO_FIELD},
        {{4, 4, 0, 0, 1}, "normal and outlier are both 4", SPLIT_NO_FIELD},
        {{-2, 4, 0, 0, 1}, "normal class -2", SPLIT_NO_FIELD},
        {{4, 256, 0, 0, 1}, "outlier class 256", SPLIT_NO_FIELD},
        {{4, -1, 1, 0, 1}, "the fraction of outliers is 1", SPLIT_OUT_FRAC},
        {{4, -1, -0.1, 0, 1}, "the fraction of outliers is -0.1", SPLIT_OUT_FRAC},
        {{4, -1, 0, 1, 1}, "the fraction held out is 1", SPLIT_VAL_FRAC},
        {{4, -1, 0, 0, 0}, "batches of no images", SPLIT_BATCH_SIZE},
    };
    assert_all_refused(refused, sizeof refused / sizeof refused[0], STATUS_USAGE);
}

static void data_that_do_not_do_are_refused(void **state) {
    (void)state;
    const struct refused refused[] = {
        {{3, -1, 0, 0, 101},
         "100 images (100 normal, 0 outliers; 0 are held out), fewer than one "
         "batch of 101: choose batches of at most 100",
         SPLIT_BATCH_SIZE},
        {{3, -1, 0, 0.1, 100},
         "90 images (90 normal, 0 outliers; 10 are held out)",
         SPLIT_BATCH_SIZE},
        {{12, -1, 0, 0, 1}, "no normal images (class 12) in the training split", SPLIT_NO_FIELD},
        {{3, 12, 0, 0, 1}, "no outliers (class 12) in the test split", SPLIT_NO_FIELD},
        {{3, 5, 0.6, 0, 1},
         "asks for 150 outliers beside 100 normal images, but the training "
         "split has 100",
         SPLIT_OUT_FRAC},
        {{3, 12, 0.1, 0, 1}, "the training split has 0", SPLIT_OUT_FRAC},
        {{3, -1, 0, 0.999, 1}, "holds out all 100 normal", SPLIT_VAL_FRAC},
    };
    assert_all_refused(refused, sizeof refused / sizeof refused[0], STATUS_FAILED);
}

static void test_set_of_one_label_is_refused(void **state) {
    (void)state;
    struct fixture fixture;
    fixture_fill(&fixture);
    const struct split_options one = {3, -1, 0, 0, 1}, all_but_one = {-1, 3, 0, 0, 1};
    memset(fixture.test, 3, N_TEST);
    assert_refused(&fixture, &one, STATUS_FAILED, "no outliers (all classes but 3) in the test",
                   SPLIT_NO_FIELD);
    assert_refused(&fixture, &all_but_one, STATUS_FAILED,
                   "no normal images (all classes but 3) in the test split", SPLIT_NO_FIELD);
    memset(fixture.test, 4, N_TEST);
    assert_refused(&fixture, &one, STATUS_FAILED, "no normal images (class 3) in the test split",
                   SPLIT_NO_FIELD);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_the_methods),
        cmocka_unit_test(training_set_is_cut_at_random),
        cmocka_unit_test(seed_decides_everything_random),
        cmocka_unit_test(training_set_is_shuffled),
        cmocka_unit_test(options_that_cannot_be_are_refused),
        cmocka_unit_test(data_that_do_not_do_are_refused),
        cmocka_unit_test(test_set_of_one_label_is_refused),
    };
    return cmocka_run_group_tests_name("split", tests, NULL, NULL);
}
