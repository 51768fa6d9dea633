/* The images of a run: loaded, selected, preprocessed and laid out in batches. */
#ifndef RUN_DATA_H
#define RUN_DATA_H

#include "base/error.h"
#include "config/config.h"
#include "data/batches.h"
#include "data/preprocess.h"
#include "data/split.h"

/* The sets of a run, and their names in files (ended by NULL). */
enum { TRAIN, VAL, TEST, N_SETS };
extern const char *const set_names[N_SETS + 1];

/* Images and labels in the same order. */
struct image_set {
    const char *name;
    struct selection selection; /* owned by the split */
    struct batch_set batches;
    float *scores; /* (selection.n): room for anomaly scores */
    float *room;   /* (selection.n): scratch */
};

struct run_data {
    struct split split;
    struct preprocess preprocess;
    struct image_set sets[N_SETS]; /* train, val, test */
};

/* Reads the data set, chooses the images (data/split.h) and preprocesses them (data/preprocess.h).
 * val and test are one batch each, in file order. */
int run_data_load(struct run_data *data, const struct config *config, struct error *err);
void run_data_free(struct run_data *data);

#endif
