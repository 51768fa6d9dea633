/* The layout of batches, against the formula in batches.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "data/batches.h"

enum { N_VALUES = 7 };

/* A value that says which image and place it is from; never 0. */
static float value_of(size_t image, size_t place) {
    return (float)(1 + image * N_VALUES + place);
}

static void fill(struct batch_set *set) {
    for (size_t image = 0; image < set->n_images; image++) {
        float values[N_VALUES];
        for (size_t i = 0; i < N_VALUES; i++)
            values[i] = value_of(image, i);
        batch_set_put(set, image, values);
    }
}

/* So many different ones that no two images near one another have the same. */
static unsigned char label_of(size_t image) {
    return (unsigned char)(1 + image * 7 % 251);
}

static void set_labels(const struct batch_set *set) {
    for (size_t image = 0; image < set->n_images; image++)
        set->labels[image] = label_of(image);
}

/* The label of every image, through its batch. */
static void assert_labels(const struct batch_set *set, const size_t *order) {
    for (size_t batch = 0; batch < set->n_batches; batch++)
        for (size_t i = 0; i < batch_set_count(set, batch); i++) {
            size_t image = batch * set->batch_size + i;
            assert_int_equal(batch_set_labels(set, batch)[i],
                             label_of(order == NULL ? image : order[image]));
        }
}

/* Every value of the set by its four coordinates; the padding is 0. */
static void assert_layout(const struct batch_set *set, const size_t *order) {
    for (size_t batch = 0; batch < set->n_batches; batch++)
        for (size_t group = 0; group < set->groups_per_batch; group++)
            for (size_t i = 0; i < N_VALUES; i++)
                for (size_t lane = 0; lane < LANES; lane++) {
                    size_t place = group * LANES + lane;
                    size_t image = batch * set->batch_size + place;
                    float expected = 0;
                    if (place < set->batch_size && image < set->n_images)
                        expected = value_of(order == NULL ? image : order[image], i);
                    assert_true(batch_set_batch(
                                    set, batch)[(group * N_VALUES + i) * LANES + lane] == expected);
                }
}

static const struct {
    size_t n_images, batch_size, n_batches, groups_per_batch, last_count;
} shapes[] = {
    {400, 200, 2, 13, 200}, {41, 16, 3, 1, 9},  {64, 64, 1, 4, 64}, {5, 200, 1, 13, 5},
    {7, 1, 7, 1, 1},        {50, 17, 3, 2, 16}, {1, 1, 1, 1, 1},
};

enum { N_SHAPES = sizeof shapes / sizeof shapes[0] };

static void put_and_get_round_trip(void **state) {
    (void)state;
    for (size_t k = 0; k < N_SHAPES; k++) {
        struct batch_set set;
        struct error err = {.message = ""};
        assert_int_equal(
            batch_set_create(&set, shapes[k].n_images, N_VALUES, shapes[k].batch_size, &err),
            STATUS_OK);
        assert_int_equal(set.n_batches, shapes[k].n_batches);
        assert_int_equal(set.groups_per_batch, shapes[k].groups_per_batch);
        for (size_t batch = 0; batch + 1 < set.n_batches; batch++)
            assert_int_equal(batch_set_count(&set, batch), shapes[k].batch_size);
        assert_int_equal(batch_set_count(&set, set.n_batches - 1), shapes[k].last_count);
        for (size_t image = 0; image < set.n_images; image++)
            assert_int_equal(set.labels[image], 0);
        set_labels(&set);
        fill(&set);
        assert_layout(&set, NULL);
        assert_labels(&set, NULL);
        for (size_t image = 0; image < set.n_images; image++) {
            float values[N_VALUES];
            batch_set_get(&set, image, values);
            for (size_t i = 0; i < N_VALUES; i++)
                assert_true(values[i] == value_of(image, i));
        }
        batch_set_free(&set);
        assert_null(set.values);
        assert_null(set.labels);
    }
}

/* With its label. Also between sets of different batch sizes. */
static void permute_moves_every_image(void **state) {
    (void)state;
    struct rng rng;
    rng_seed(&rng, 1, RNG_DATA);
    for (size_t k = 0; k < N_SHAPES; k++) {
        struct batch_set source, destination;
        struct error err = {.message = ""};
        size_t order[400];
        size_t n = shapes[k].n_images;
        assert_int_equal(batch_set_create(&source, n, N_VALUES, 16, &err), STATUS_OK);
        assert_int_equal(batch_set_create(&destination, n, N_VALUES, shapes[k].batch_size, &err),
                         STATUS_OK);
        fill(&source);
        set_labels(&source);
        for (size_t i = 0; i < n; i++)
            order[i] = i;
        rng_shuffle(&rng, order, n);
        batch_set_permute(&destination, &source, order);
        assert_layout(&destination, order);
        assert_labels(&destination, order);
        assert_layout(&source, NULL);
        assert_labels(&source, NULL);
        batch_set_free(&source);
        batch_set_free(&destination);
    }
}

static void empty_set(void **state) {
    (void)state;
    struct batch_set set;
    struct error err = {.message = ""};
    assert_int_equal(batch_set_create(&set, 0, N_VALUES, 200, &err), STATUS_OK);
    assert_int_equal(set.n_batches, 0);
    batch_set_free(&set);
}

static void sizes_that_cannot_be_are_refused(void **state) {
    (void)state;
    const size_t sizes[][3] = {
        {10, 0, 5},         {10, 5, 0},       {SIZE_MAX, 784, 1},    {1, SIZE_MAX, 1},
        {1, 784, SIZE_MAX}, {SIZE_MAX, 1, 1}, {SIZE_MAX / 64, 1, 1},
    };
    for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
        struct batch_set set;
        struct error err = {.message = ""};
        assert_int_not_equal(batch_set_create(&set, sizes[k][0], sizes[k][1], sizes[k][2], &err),
                             STATUS_OK);
        assert_true(strlen(err.message) > 0);
        assert_null(set.values);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(put_and_get_round_trip),
        cmocka_unit_test(permute_moves_every_image),
        cmocka_unit_test(empty_set),
        cmocka_unit_test(sizes_that_cannot_be_are_refused),
    };
    return cmocka_run_group_tests_name("batches", tests, NULL, NULL);
}
