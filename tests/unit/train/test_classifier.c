/* The classifier: its loss against closed forms, and labels that stay with their images. Whole
 * trainings are compared with PyTorch's in test_trajectory.c. */
#include <string.h>

#include "base/rng.h"
#include "nn/init.h"
#include "support/golden.h"
#include "train/classifier.h"

static const struct solver_options adam = {.type = SOLVER_ADAM};

/* log(1 + exp(-a)) for label 1, log(1 + exp(a)) for label 0 */
static const struct {
    float logit;
    unsigned char label;
    double loss;
} samples[] = {
    {0, 0, 0.69314718055994531},
    {0, 1, 0.69314718055994531},
    {2, 0, 2.1269280110429727},
    {2, 1, 0.12692801104297250},
    {-2, 0, 0.12692801104297250},
    {-2, 1, 2.1269280110429727},
    {20, 0, 20.0000000020611536},
    {20, 1, 2.0611536203143807e-9},
    {-50, 0, 1.9287498479639178e-22},
    {-50, 1, 50},
    {1000, 0, 1000},
    {1000, 1, 0},
    {-1000, 0, 0},
    {-3e38F, 1, (double)3e38F},
};
enum { N_SAMPLES = sizeof samples / sizeof *samples };

static void the_loss_is_exact(void **state) {
    (void)state;
    float logits[N_SAMPLES];
    unsigned char labels[N_SAMPLES];
    double sum = 0;
    for (size_t i = 0; i < N_SAMPLES; i++) {
        logits[i] = samples[i].logit;
        labels[i] = samples[i].label;
        sum += samples[i].loss;
        assert_relative("classifier", "loss", classifier_loss(logits + i, labels + i, 1),
                        samples[i].loss, 1e-14);
    }
    assert_relative("classifier", "mean", classifier_loss(logits, labels, N_SAMPLES),
                    sum / N_SAMPLES, 1e-14);
}

/* The second group of a batch: its labels are not the first ones. */
static void gradients_are_probability_minus_label(void **state) {
    (void)state;
    struct classifier classifier = {NULL, NULL};
    const struct objective objective = classifier_objective(&classifier);
    struct batch_set set;
    struct error err = {.message = ""};
    float output[LANES], gradient[LANES];
    const size_t n_batch = LANES + N_SAMPLES;
    const struct network_view view = {.first_image = LANES,
                                      .n_images = N_SAMPLES,
                                      .n_batch = n_batch,
                                      .output = output,
                                      .gradient = gradient};
    double sum = 0;
    assert_ok(batch_set_create(&set, 2 * n_batch, 1, n_batch, &err), &err);
    for (size_t l = 0; l < LANES; l++) {
        output[l] = gradient[l] = NAN; /* in the padding there may be anything */
        if (l < N_SAMPLES) {
            output[l] = samples[l].logit;
            set.labels[n_batch + LANES + l] = samples[l].label;
            sum += samples[l].loss;
        }
    }
    objective.before_batch(objective.context, &set, 1);
    assert_relative("classifier", "loss", objective.loss(objective.context, &view), sum, 1e-14);
    for (size_t l = 0; l < LANES; l++) {
        double p = 1 / (1 + exp(-(double)output[l])), expected = 0;
        if (l < N_SAMPLES)
            expected = (p - samples[l].label) / (double)n_batch;
        assert_relative("classifier", "gradient", (double)gradient[l], expected, 1e-6);
    }
    batch_set_free(&set);
}

/* Images that say which they are and which label they have. */
enum { N_IMAGES = 90, BATCH = 30, N_BATCHES = 3, N_VALUES = 4 };

static unsigned char label_of(size_t image) {
    return image % 7 < 2;
}

static void create_images(struct batch_set *images) {
    struct rng rng;
    struct error err = {.message = ""};
    rng_seed(&rng, 1, RNG_DATA);
    assert_ok(batch_set_create(images, N_IMAGES, N_VALUES, BATCH, &err), &err);
    for (size_t i = 0; i < N_IMAGES; i++) {
        float values[N_VALUES] = {(float)i / N_IMAGES, label_of(i), (float)rng_uniform(&rng),
                                  (float)rng_uniform(&rng)};
        batch_set_put(images, i, values);
        images->labels[i] = label_of(i);
    }
}

static struct network *create_network(void) {
    const struct layer_spec layers[] = {
        {.kind = LAYER_DENSE, .units = 5},
        {.kind = LAYER_LEAKY_RELU, .slope = 0.01F},
        {.kind = LAYER_DENSE, .units = 1, .bias = true, .part = PART_HEAD},
    };
    const struct kernels *kernels;
    struct network *network = NULL;
    struct error err = {.message = ""};
    struct rng rng;
    rng_seed(&rng, 1, RNG_WEIGHTS);
    assert_ok(kernels_find(&kernels, "auto", &err), &err);
    assert_ok(network_create(&network, layers, 3, (struct shape){N_VALUES, 1, 1}, BATCH, kernels,
                             NULL, &err),
              &err);
    init_glorot(network, &rng);
    return network;
}

/* A classifier that looks at its batches. */
struct witness {
    struct objective objective; /* the classifier's */
    size_t order[2 * N_IMAGES]; /* the images in the order in which they came */
    size_t n;
};

static double pass_on_loss(void *context, const struct network_view *view) {
    const struct witness *witness = context;
    return witness->objective.loss(witness->objective.context, view);
}

static void look_at_batch(void *context, const struct batch_set *set, size_t batch) {
    struct witness *witness = context;
    const unsigned char *labels = batch_set_labels(set, batch);
    for (size_t i = 0; i < batch_set_count(set, batch); i++) {
        float values[N_VALUES];
        batch_set_get(set, batch * set->batch_size + i, values);
        size_t image = (size_t)lroundf(values[0] * N_IMAGES);
        assert_int_equal(labels[i], label_of(image));
        assert_true(witness->n < 2 * N_IMAGES);
        witness->order[witness->n++] = image;
    }
    witness->objective.before_batch(witness->objective.context, set, batch);
}

static void create_trainer(struct trainer *trainer, struct network *network,
                           const struct batch_set *images, bool shuffle_samples) {
    const struct schedule schedule = {.lr = 1e-2, .shuffle_samples = shuffle_samples};
    struct error err = {.message = ""};
    assert_ok(trainer_create(trainer, network, &adam, &schedule, images, (struct rng){{1, 2, 3, 4}},
                             NULL, &err),
              &err);
}

/* The network's parameters after the same training on sets that were put in that order by hand. */
static void train_in_order(struct network *network, const struct batch_set *images,
                           const size_t *order) {
    struct classifier classifier = {network, NULL};
    const struct objective objective = classifier_objective(&classifier);
    struct batch_set sorted;
    struct trainer trainer;
    struct error err = {.message = ""};
    assert_ok(batch_set_create(&sorted, N_IMAGES, N_VALUES, BATCH, &err), &err);
    create_trainer(&trainer, network, &sorted, false);
    for (size_t epoch = 0; epoch < 2; epoch++) {
        for (size_t i = 0; i < N_IMAGES; i++) {
            float values[N_VALUES];
            batch_set_get(images, order[epoch * N_IMAGES + i], values);
            batch_set_put(&sorted, i, values);
            sorted.labels[i] = label_of(order[epoch * N_IMAGES + i]);
        }
        for (size_t batch = 0; batch < N_BATCHES; batch++)
            trainer_step(&trainer, &sorted, batch, &objective);
    }
    trainer_free(&trainer);
    batch_set_free(&sorted);
}

/* All images once an epoch. */
static void assert_epoch(const size_t *order) {
    size_t counts[N_IMAGES] = {0};
    for (size_t i = 0; i < N_IMAGES; i++)
        counts[order[i]]++;
    for (size_t i = 0; i < N_IMAGES; i++)
        assert_int_equal(counts[i], 1);
}

static void check_order(bool shuffle_samples) {
    struct batch_set images;
    struct trainer trainer;
    struct error err = {.message = ""};
    double mean;
    struct network *network = create_network(), *by_hand = create_network();
    struct classifier classifier = {network, NULL};
    struct witness witness = {.objective = classifier_objective(&classifier)};
    const struct objective objective = {
        .loss = pass_on_loss, .before_batch = look_at_batch, .context = &witness};
    create_images(&images);
    create_trainer(&trainer, network, &images, shuffle_samples);
    for (size_t epoch = 0; epoch < 2; epoch++) {
        assert_ok(trainer_epoch(&trainer, &objective, &mean, &err), &err);
        assert_epoch(witness.order + epoch * N_IMAGES);
    }
    size_t first = witness.order[0], in_order = 0;
    for (size_t i = 0; i < BATCH; i++)
        in_order += witness.order[i] == first + i;
    assert_int_equal(in_order == BATCH, !shuffle_samples);
    train_in_order(by_hand, &images, witness.order);
    assert_memory_equal(network->parameters, by_hand->parameters,
                        network->n_parameters * sizeof(float));
    trainer_free(&trainer);
    batch_set_free(&images);
    network_free(network);
    network_free(by_hand);
}

static void labels_follow_their_images(void **state) {
    (void)state;
    check_order(false);
    check_order(true);
}

/* The label is one of the values: it is learnt, and outliers' scores are positive. Training is not
 * the only set: there are others, whose last batch has fewer images. */
static void scores_tell_outliers(void **state) {
    (void)state;
    enum { N_TEST = 41 };
    struct batch_set images, test;
    struct trainer trainer;
    struct error err = {.message = ""};
    double mean = 0, loss = 0;
    float scores[N_TEST];
    struct network *network = create_network();
    struct classifier classifier = {network, NULL};
    const struct objective objective = classifier_objective(&classifier);
    create_images(&images);
    create_trainer(&trainer, network, &images, true);
    for (size_t epoch = 0; epoch < 150; epoch++)
        assert_ok(trainer_epoch(&trainer, &objective, &mean, &err), &err);
    assert_ok(batch_set_create(&test, N_TEST, N_VALUES, 16, &err), &err);
    size_t order[N_TEST];
    for (size_t i = 0; i < N_TEST; i++)
        order[i] = N_IMAGES - 1 - i;
    batch_set_permute(&test, &images, order);
    classifier_scores(&classifier, &test, scores);
    for (size_t i = 0; i < N_TEST; i++) {
        double logit = (double)scores[i];
        assert_int_equal(scores[i] > 0, test.labels[i]);
        loss += log1p(exp(test.labels[i] ? -logit : logit)) / N_TEST;
    }
    assert_relative("classifier", "loss", classifier_loss(scores, test.labels, N_TEST), loss,
                    1e-12);
    assert_true(loss < 2 * mean);
    trainer_free(&trainer);
    batch_set_free(&images);
    batch_set_free(&test);
    network_free(network);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_loss_is_exact),
        cmocka_unit_test(gradients_are_probability_minus_label),
        cmocka_unit_test(labels_follow_their_images),
        cmocka_unit_test(scores_tell_outliers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
