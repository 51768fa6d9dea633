/* The training loop: learning rates by their formulas, the order of batches,
 * and the call after every batch. */
#include <string.h>

#include "base/rng.h"
#include "support/golden.h"
#include "train/trainer.h"

static const struct solver_options sgd = {.type = SOLVER_SGD};

/* lr_drop: a tenth from epoch 50 on; lr_decay: E / epoch from epoch E on; epochs count from 0. */
#define DROP(e, factor) .lr_drop = true, .lr_drop_in_epoch = (e), .lr_drop_factor = (factor)
#define DECAY(e) .lr_decay_after_epoch = (e)

static const struct {
    struct schedule schedule;
    size_t epoch;
    double rate; /* as part of lr */
} rates[] = {
    {{.lr_drop = false}, 0, 1},
    {{.lr_drop = false}, 1000, 1},
    {{.lr_drop_in_epoch = 50, .lr_drop_factor = 10}, 50, 1}, /* not asked for */
    {{DROP(50, 10)}, 0, 1},
    {{DROP(50, 10)}, 49, 1},
    {{DROP(50, 10)}, 50, 0.1},
    {{DROP(50, 10)}, 51, 0.1},
    {{DROP(0, 4)}, 0, 0.25},
    {{DECAY(0)}, 7, 1}, /* never */
    {{DECAY(10)}, 0, 1},
    {{DECAY(10)}, 9, 1},
    {{DECAY(10)}, 10, 1},
    {{DECAY(10)}, 11, 10.0 / 11},
    {{DECAY(10)}, 12, 10.0 / 12},
    {{DECAY(10)}, 100, 0.1},
    {{DECAY(1)}, 1, 1},
    {{DECAY(1)}, 2, 0.5},
    {{DROP(50, 10), DECAY(20)}, 20, 1},
    {{DROP(50, 10), DECAY(20)}, 49, 20.0 / 49},
    {{DROP(50, 10), DECAY(20)}, 50, 0.1 * 20.0 / 50},
    {{DROP(50, 10), DECAY(20)}, 80, 0.1 * 20.0 / 80},
    {{DROP(50, 10), DECAY(60)}, 59, 0.1},
    {{DROP(50, 10), DECAY(60)}, 61, 0.1 * 60.0 / 61},
};

static void rates_are_the_methods(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        struct trainer trainer = {.schedule = rates[i].schedule, .epoch = rates[i].epoch};
        trainer.schedule.lr = 2e-4;
        assert_relative("rate", "of an epoch", trainer_rate(&trainer), 2e-4 * rates[i].rate, 1e-14);
    }
}

/* One dense unit with bias, images that say which they are, and a loss that moves the bias by the
 * learning rate. */
enum { N_IMAGES = 60, BATCH = 20, N_BATCHES = 3 };

struct fixture {
    struct network *network;
    struct batch_set images;
    struct trainer trainer;
    size_t images_seen[N_IMAGES]; /* in the order in which they came */
    size_t n_seen;
    double losses[2 * N_BATCHES]; /* that the call after a batch was told */
    size_t n_batches;
    size_t fail_after; /* a batch; 0: none */
    volatile sig_atomic_t stop;
    size_t stop_after;
};

/* The batch's images, all from the same place: their number is the loss. */
static double one_each(void *context, const struct network_view *view) {
    struct fixture *fixture = context;
    double sum = 0;
    for (size_t l = 0; l < LANES; l++)
        view->gradient[l] = l < view->n_images ? 1 / (float)view->n_batch : 0;
    for (size_t l = 0; l < view->n_images; l++) {
        fixture->images_seen[fixture->n_seen++] = (size_t)view->input[l];
        sum += (double)view->input[l];
    }
    return sum;
}

static int note_batch(void *context, size_t batch, double loss, struct error *err) {
    struct fixture *fixture = context;
    assert_int_equal(batch, fixture->n_batches % N_BATCHES + 1);
    fixture->losses[fixture->n_batches++] = loss;
    fixture->stop |= batch == fixture->stop_after;
    if (batch == fixture->fail_after)
        return error_set(err, STATUS_USAGE, "the disk is full");
    return STATUS_OK;
}

static void create_fixture(struct fixture *fixture, struct schedule schedule) {
    const struct layer_spec layer = {.kind = LAYER_DENSE, .units = 1, .bias = true};
    const struct kernels *kernels;
    struct error err = {.message = ""};
    struct rng rng;
    *fixture = (struct fixture){.n_seen = 0};
    assert_ok(kernels_find(&kernels, "auto", &err), &err);
    assert_ok(network_create(&fixture->network, &layer, 1, (struct shape){1, 1, 1}, BATCH, kernels,
                             NULL, &err),
              &err);
    assert_ok(batch_set_create(&fixture->images, N_IMAGES, 1, BATCH, &err), &err);
    for (size_t i = 0; i < N_IMAGES; i++) {
        float value = (float)i;
        batch_set_put(&fixture->images, i, &value);
    }
    rng_seed(&rng, 1, RNG_TRAIN);
    assert_ok(trainer_create(&fixture->trainer, fixture->network, &sgd, &schedule, &fixture->images,
                             rng, &fixture->stop, &err),
              &err);
    fixture->trainer.after_batch = note_batch;
    fixture->trainer.after_batch_context = fixture;
}

static void free_fixture(struct fixture *fixture) {
    trainer_free(&fixture->trainer);
    batch_set_free(&fixture->images);
    network_free(fixture->network);
}

static int epoch(struct fixture *fixture, double *mean, struct error *err) {
    const struct objective objective = {.loss = one_each, .context = fixture};
    fixture->n_seen = 0;
    return trainer_epoch(&fixture->trainer, &objective, mean, err);
}

static double bias_of(const struct fixture *fixture) {
    const struct layer *layer = &fixture->network->layers[0];
    return (double)fixture->network->parameters[layer->parameters[1].offset];
}

/* In steps, too: the bias moves by as much as the epochs' rates add up to. */
static void steps_are_taken_at_the_rate(void **state) {
    (void)state;
    struct fixture fixture;
    struct error err = {.message = ""};
    double mean, sum = 0;
    create_fixture(&fixture, (struct schedule){.lr = 0.5, DROP(3, 8), DECAY(2)});
    const double expected[] = {0.5, 0.5, 0.5, 2.0 / 3 * 0.5 / 8, 2.0 / 4 * 0.5 / 8};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        fixture.n_batches = 0;
        assert_ok(epoch(&fixture, &mean, &err), &err);
        assert_int_equal(fixture.trainer.epoch, i + 1);
        sum += N_BATCHES * expected[i];
        assert_relative("bias", "moved", -bias_of(&fixture), sum, 1e-5);
    }
    free_fixture(&fixture);
}

/* The mean loss of each batch, in order, and their mean. */
static void check_batches(const struct fixture *fixture, double mean) {
    double sum = 0;
    assert_int_equal(fixture->n_seen, N_IMAGES);
    assert_int_equal(fixture->n_batches, N_BATCHES);
    for (size_t batch = 0; batch < N_BATCHES; batch++) {
        double of_batch = 0;
        for (size_t i = 0; i < BATCH; i++)
            of_batch += (double)fixture->images_seen[batch * BATCH + i] / BATCH;
        assert_relative("batch", "loss", fixture->losses[batch], of_batch, 1e-6);
        sum += of_batch;
    }
    assert_relative("epoch", "mean", mean, sum / N_BATCHES, 1e-6);
}

/* All images once an epoch, in a fresh order; without shuffle_samples batches stay together. */
static void check_orders(bool shuffle_samples) {
    struct fixture fixture;
    struct error err = {.message = ""};
    double mean;
    size_t orders[4][N_IMAGES], n_different = 0;
    create_fixture(&fixture, (struct schedule){.lr = 1, .shuffle_samples = shuffle_samples});
    for (size_t e = 0; e < 4; e++) {
        size_t counts[N_IMAGES] = {0}, n_together = 0;
        fixture.n_batches = 0;
        assert_ok(epoch(&fixture, &mean, &err), &err);
        check_batches(&fixture, mean);
        for (size_t i = 0; i < N_IMAGES; i++) {
            assert_int_equal(counts[fixture.images_seen[i]]++, 0);
            n_together += fixture.images_seen[i] % BATCH == i % BATCH;
        }
        assert_int_equal(n_together == N_IMAGES, !shuffle_samples);
        memcpy(orders[e], fixture.images_seen, sizeof orders[e]);
        n_different += e > 0 && memcmp(orders[e], orders[e - 1], sizeof *orders) != 0;
    }
    assert_true(n_different > 0);
    for (size_t i = 0; i < N_IMAGES; i++) { /* the set itself stays as it is */
        float value;
        batch_set_get(&fixture.images, i, &value);
        assert_true(value == (float)i);
    }
    free_fixture(&fixture);
}

static void every_image_comes_once_an_epoch(void **state) {
    (void)state;
    check_orders(false);
    check_orders(true);
}

static void a_failure_after_a_batch_ends_the_epoch(void **state) {
    (void)state;
    struct fixture fixture;
    struct error err = {.message = ""};
    double mean;
    create_fixture(&fixture, (struct schedule){.lr = 0.25});
    fixture.fail_after = 2;
    assert_int_equal(epoch(&fixture, &mean, &err), STATUS_USAGE);
    assert_string_equal(err.message, "the disk is full");
    assert_int_equal(fixture.n_batches, 2);
    assert_int_equal(fixture.n_seen, 2 * BATCH);
    assert_int_equal(fixture.trainer.epoch, 0);
    assert_relative("bias", "moved", -bias_of(&fixture), 0.5, 1e-6);
    free_fixture(&fixture);
}

static void a_stop_takes_effect_after_the_batch(void **state) {
    (void)state;
    struct fixture fixture;
    struct error err = {.message = ""};
    double mean;
    create_fixture(&fixture, (struct schedule){.lr = 0.25});
    fixture.stop_after = 1;
    assert_int_equal(epoch(&fixture, &mean, &err), STATUS_INTERRUPTED);
    assert_int_equal(fixture.n_batches, 1);
    assert_int_equal(fixture.trainer.epoch, 0);
    free_fixture(&fixture);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rates_are_the_methods),
        cmocka_unit_test(steps_are_taken_at_the_rate),
        cmocka_unit_test(every_image_comes_once_an_epoch),
        cmocka_unit_test(a_failure_after_a_batch_ends_the_epoch),
        cmocka_unit_test(a_stop_takes_effect_after_the_batch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
