/* Data sets: original files -> images and labels. One file a data set, with all that is known of it
 * in a struct dataset_info, and one line each in a table of dataset.c. Which of them a run has, and
 * where, is a struct source (source.h). */
#ifndef DATA_DATASET_H
#define DATA_DATASET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/rng.h"
#include "data/images.h"

struct dataset {
    struct images train, test;
};

enum { DATASET_PATH_SIZE = 4096 };

/* What is known of a data set without reading it. */
struct dataset_info {
    const char *name; /* as on the command line; of one's own images, of the format */
    const char *title;
    bool has_script;    /* scripts/get_data.sh gets it */
    bool own;           /* one's own images: they stand in the directory itself, not below it */
    const char *family; /* whose networks and presets are used: "mnist", "cifar10", "gtsrb" */
    const char
        *prefix; /* of the published code's option names ("mnist" in mnist_normal), or NULL */
    size_t channels, height, width;
    size_t n_classes;
    const char *const *class_names;
    /* Where its files stand (a directory or file), looking from `directory` and in the system's own
     * places; an error says where was looked: STATUS_INCOMPLETE where some of the files are there,
     * but not all, else STATUS_MISSING. `path` has DATASET_PATH_SIZE bytes. */
    int (*locate)(const struct dataset_info *info, const char *directory, char *path,
                  struct error *err);
    /* Reads the files that locate finds; nothing to free after an error. `rng` is for a data set
     * that comes without a test split of its own. */
    int (*load)(const struct dataset_info *info, const char *directory, struct rng *rng,
                struct dataset *dataset, struct error *err);
};

/* Names of classes that are numbers and nothing else. */
extern const char *const dataset_digits[10];

/* All data sets with a name, and the formats that one's own images may have; both ended by NULL. */
extern const struct dataset_info *const dataset_table[];
extern const struct dataset_info *const dataset_own_table[];

/* The row of dataset_table of that name; NULL when there is none. */
const struct dataset_info *dataset_row(const char *name);

void dataset_free(struct dataset *dataset);

#endif
