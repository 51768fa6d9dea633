/* Which images a one-class experiment trains, validates and tests on (the paper, section 4). */
#ifndef DATA_SPLIT_H
#define DATA_SPLIT_H

#include <stddef.h>

#include "base/error.h"
#include "base/rng.h"
#include "data/dataset.h"

struct split_options {
    int normal, outlier; /* class numbers; -1 = all but the other one (both -1 is refused) */
    double out_frac;     /* outliers mixed into the training set, [0, 1) */
    double val_frac;     /* held out for validation, [0, 1) */
    size_t batch_size;   /* the training set is cut to a multiple of it */
};

/* A selection of images by their place in the original file. */
struct selection {
    size_t n;
    size_t n_outliers;
    size_t *index;          /* (n) place in the original split, from 0 */
    unsigned char *class;   /* (n) */
    unsigned char *outlier; /* (n) label: 0 normal, 1 outlier */
};

/* The field of the options that an error is about, for who knows what the user calls it. */
enum split_fault { SPLIT_NO_FIELD, SPLIT_OUT_FRAC, SPLIT_VAL_FRAC, SPLIT_BATCH_SIZE };

struct split {
    struct selection train, val, test;
    enum split_fault fault;
};

/* Selects: training set of normal images plus
 * ceil(out_frac * n_norm / (1 - out_frac)) outliers at random; of each, val_frac (to the nearest
 * whole image) held out at random; the rest shuffled once and cut at random to a multiple of the
 * batch size; the test set in file order, both classes. Everything random comes from `rng`.
 *
 * STATUS_USAGE for options that cannot be; STATUS_FAILED for an empty class, too few outliers, all
 * images held out, a training set smaller than one batch; split->fault is then set. Nothing to free
 * after an error. */
int split_create(struct split *split, const struct dataset *dataset,
                 const struct split_options *options, struct rng *rng, struct error *err);
void split_free(struct split *split);

#endif
