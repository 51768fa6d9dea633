/* A split is made of three lists of places in the original files; class and label of each place
 * follow from the file and the options. */
#include "data/split.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { ALL_BUT_THE_OTHER = -1, MAX_CLASS = 255 };

/* The normal images or the outliers of the training file that take part, in random order: the first
 * n_val of them are held out for validation. */
struct candidates {
    size_t n, n_val;
    size_t *index;
};

static bool is_normal(const struct split_options *options, int class) {
    return options->normal == ALL_BUT_THE_OTHER ? class != options->outlier
                                                : class == options->normal;
}

static bool is_outlier(const struct split_options *options, int class) {
    return options->outlier == ALL_BUT_THE_OTHER ? class != options->normal
                                                 : class == options->outlier;
}

static int blame(enum split_fault *fault, enum split_fault field, int status) {
    *fault = field;
    return status;
}

static int check_options(const struct split_options *options, enum split_fault *fault,
                         struct error *err) {
    if (options->normal < ALL_BUT_THE_OTHER || options->normal > MAX_CLASS)
        return error_set(err, STATUS_USAGE, "normal class %d: there is no such class",
                         options->normal);
    if (options->outlier < ALL_BUT_THE_OTHER || options->outlier > MAX_CLASS)
        return error_set(err, STATUS_USAGE, "outlier class %d: there is no such class",
                         options->outlier);
    if (options->normal == options->outlier)
        return error_set(err, STATUS_USAGE, "normal and outlier are both %d: %s", options->normal,
                         options->normal == ALL_BUT_THE_OTHER ? "one of them must be a class"
                                                              : "they must be different classes");
    if (!(options->out_frac >= 0 && options->out_frac < 1))
        return blame(fault, SPLIT_OUT_FRAC,
                     error_set(err, STATUS_USAGE, "the fraction of outliers is %g, not in [0, 1)",
                               options->out_frac));
    if (!(options->val_frac >= 0 && options->val_frac < 1))
        return blame(fault, SPLIT_VAL_FRAC,
                     error_set(err, STATUS_USAGE, "the fraction held out is %g, not in [0, 1)",
                               options->val_frac));
    if (options->batch_size == 0)
        return blame(fault, SPLIT_BATCH_SIZE, error_set(err, STATUS_USAGE, "batches of no images"));
    return STATUS_OK;
}

/* "No normal images (class 3) in the training split", with the class as the options give it. */
static int error_empty(const char *what, int class, int other, const char *part,
                       struct error *err) {
    if (class == ALL_BUT_THE_OTHER)
        return error_set(err, STATUS_FAILED,
                         "no %s (all classes but %d) in the %s split: choose another class", what,
                         other, part);
    return error_set(err, STATUS_FAILED, "no %s (class %d) in the %s split: choose another class",
                     what, class, part);
}

/* The places, in file order, of the images whose class `takes_part`. */
static int collect(const struct images *images, const struct split_options *options,
                   bool (*takes_part)(const struct split_options *, int), size_t **index, size_t *n,
                   struct error *err) {
    size_t count = 0;
    for (size_t i = 0; i < images->n; i++)
        count += takes_part(options, images->labels[i]);
    *index = memory_alloc(count, sizeof **index, err);
    if (*index == NULL)
        return STATUS_NO_MEMORY;
    *n = 0;
    for (size_t i = 0; i < images->n; i++)
        if (takes_part(options, images->labels[i]))
            (*index)[(*n)++] = i;
    return STATUS_OK;
}

/* ceil(f n / (1 - f)), with what binary fractions add taken off: 0.46 of 4671 + 3979 is 3979. */
static double count_outliers(size_t n_normal, double f) {
    double exact = f * (double)n_normal / (1 - f), nearest = round(exact);
    return fabs(exact - nearest) < 1e-9 * exact ? nearest : ceil(exact);
}

/* Keeps of the outliers as many, at random, as out_frac asks for. */
static int cut_outliers(struct candidates *outliers, size_t n_normal, double out_frac,
                        enum split_fault *fault, struct error *err) {
    double n_wanted = count_outliers(n_normal, out_frac);
    if (n_wanted > (double)outliers->n)
        return blame(fault, SPLIT_OUT_FRAC,
                     error_set(err, STATUS_FAILED,
                               "a fraction of %g asks for %.0f outliers beside %zu normal images, "
                               "but the training split has %zu: choose a smaller one",
                               out_frac, n_wanted, n_normal, outliers->n));
    outliers->n = (size_t)n_wanted;
    return STATUS_OK;
}

/* Chooses the images of the training file that take part and how many of them are held out. To the
 * nearest image, because fractions such as 1/6 have no exact double. */
static int choose(struct candidates *normals, struct candidates *outliers,
                  const struct images *images, const struct split_options *options, struct rng *rng,
                  enum split_fault *fault, struct error *err) {
    int status = collect(images, options, is_normal, &normals->index, &normals->n, err);
    if (status == STATUS_OK)
        status = collect(images, options, is_outlier, &outliers->index, &outliers->n, err);
    if (status != STATUS_OK)
        return status;
    if (normals->n == 0)
        return error_empty("normal images", options->normal, options->outlier, "training", err);
    rng_shuffle(rng, normals->index, normals->n);
    rng_shuffle(rng, outliers->index, outliers->n);
    status = cut_outliers(outliers, normals->n, options->out_frac, fault, err);
    if (status != STATUS_OK)
        return status;
    normals->n_val = (size_t)llround(options->val_frac * (double)normals->n);
    outliers->n_val = (size_t)llround(options->val_frac * (double)outliers->n);
    return STATUS_OK;
}

static int check_train_size(const struct candidates *normals, const struct candidates *outliers,
                            const struct split_options *options, enum split_fault *fault,
                            struct error *err) {
    size_t n_normals = normals->n - normals->n_val;
    size_t n_outliers = outliers->n - outliers->n_val;
    if (n_normals == 0)
        return blame(fault, SPLIT_VAL_FRAC,
                     error_set(err, STATUS_FAILED,
                               "a fraction of %g holds out all %zu normal training images: choose "
                               "a smaller one",
                               options->val_frac, normals->n));
    if (n_normals + n_outliers < options->batch_size)
        return blame(fault, SPLIT_BATCH_SIZE,
                     error_set(err, STATUS_FAILED,
                               "the training set has %zu images (%zu normal, %zu outliers; %zu are "
                               "held out), fewer than one batch of %zu: choose batches of at most "
                               "%zu",
                               n_normals + n_outliers, n_normals, n_outliers,
                               normals->n_val + outliers->n_val, options->batch_size,
                               n_normals + n_outliers));
    return STATUS_OK;
}

static void selection_free(struct selection *selection) {
    free(selection->index);
    free(selection->class);
    free(selection->outlier);
    *selection = (struct selection){0};
}

/* A selection of n_a + n_b places, not labelled yet. */
static int selection_concatenate(struct selection *selection, const size_t *a, size_t n_a,
                                 const size_t *b, size_t n_b, struct error *err) {
    selection->n = n_a + n_b;
    selection->index = memory_alloc(selection->n, sizeof *selection->index, err);
    if (selection->index == NULL)
        return STATUS_NO_MEMORY;
    memcpy(selection->index, a, n_a * sizeof *a);
    memcpy(selection->index + n_a, b, n_b * sizeof *b);
    return STATUS_OK;
}

/* Fills in class and label of the selected places. */
static int selection_label(struct selection *selection, const struct images *images,
                           const struct split_options *options, struct error *err) {
    selection->class = memory_alloc(selection->n, 1, err);
    selection->outlier = selection->class == NULL ? NULL : memory_alloc(selection->n, 1, err);
    if (selection->outlier == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < selection->n; i++) {
        selection->class[i] = images->labels[selection->index[i]];
        selection->outlier[i] = is_outlier(options, selection->class[i]);
        selection->n_outliers += selection->outlier[i];
    }
    return STATUS_OK;
}

/* Training and validation set from the chosen images. */
static int fill_train_val(struct split *split, const struct candidates *normals,
                          const struct candidates *outliers, const struct images *images,
                          const struct split_options *options, struct rng *rng, struct error *err) {
    int status = selection_concatenate(&split->val, normals->index, normals->n_val, outliers->index,
                                       outliers->n_val, err);
    if (status == STATUS_OK)
        status = selection_label(&split->val, images, options, err);
    if (status == STATUS_OK)
        status = selection_concatenate(
            &split->train, normals->index + normals->n_val, normals->n - normals->n_val,
            outliers->index + outliers->n_val, outliers->n - outliers->n_val, err);
    if (status != STATUS_OK)
        return status;
    rng_shuffle(rng, split->train.index, split->train.n);
    split->train.n -= split->train.n % options->batch_size;
    return selection_label(&split->train, images, options, err);
}

static int create_train_val(struct split *split, const struct images *images,
                            const struct split_options *options, struct rng *rng,
                            struct error *err) {
    struct candidates normals = {0}, outliers = {0};
    int status = choose(&normals, &outliers, images, options, rng, &split->fault, err);
    if (status == STATUS_OK)
        status = check_train_size(&normals, &outliers, options, &split->fault, err);
    if (status == STATUS_OK)
        status = fill_train_val(split, &normals, &outliers, images, options, rng, err);
    free(normals.index);
    free(outliers.index);
    return status;
}

static bool is_in_test(const struct split_options *options, int class) {
    return is_normal(options, class) || is_outlier(options, class);
}

/* The test set: both classes must be there, or there is no AUC. */
static int create_test(struct selection *test, const struct images *images,
                       const struct split_options *options, struct error *err) {
    int status = collect(images, options, is_in_test, &test->index, &test->n, err);
    if (status == STATUS_OK)
        status = selection_label(test, images, options, err);
    if (status != STATUS_OK)
        return status;
    if (test->n_outliers == test->n)
        return error_empty("normal images", options->normal, options->outlier, "test", err);
    if (test->n_outliers == 0)
        return error_empty("outliers", options->outlier, options->normal, "test", err);
    return STATUS_OK;
}

int split_create(struct split *split, const struct dataset *dataset,
                 const struct split_options *options, struct rng *rng, struct error *err) {
    *split = (struct split){0};
    int status = check_options(options, &split->fault, err);
    if (status == STATUS_OK)
        status = create_train_val(split, &dataset->train, options, rng, err);
    if (status == STATUS_OK)
        status = create_test(&split->test, &dataset->test, options, err);
    if (status != STATUS_OK)
        split_free(split);
    return status;
}

/* Leaves the fault, which is looked at after an error. */
void split_free(struct split *split) {
    selection_free(&split->train);
    selection_free(&split->val);
    selection_free(&split->test);
}
