/* Data sets: original files -> images and labels. One file a data set, with all that is known of it
 * in a struct dataset_info, and one line each in the table of dataset.c. */
#ifndef DATA_DATASET_H
#define DATA_DATASET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/rng.h"

struct images {
    size_t n;
    size_t channels, height, width;
    unsigned char *pixels; /* (n, channels, height, width), 0..255 */
    unsigned char *labels; /* (n), class number 0 .. n_classes - 1 */
};

struct dataset {
    struct images train, test;
};

enum { DATASET_PATH_SIZE = 4096 };

/* What is known of a data set without reading it. */
struct dataset_info {
    const char *name; /* as on the command line */
    const char *title;
    bool own;           /* one's own images: --dataset names the directory that locate looks in */
    const char *family; /* whose networks and presets are used: "mnist", "cifar10", "gtsrb" */
    const char
        *prefix; /* of the published code's option names ("mnist" in mnist_normal), or NULL */
    size_t channels, height, width;
    size_t n_classes;
    const char *const *class_names;
    /* Where its files stand (a directory or file), looking from data_dir and in the system's own
     * places; an error says where was looked and how to get them. `path` has DATASET_PATH_SIZE
     * bytes. */
    int (*locate)(const struct dataset_info *info, const char *data_dir, char *path,
                  struct error *err);
    /* Reads the files that locate finds; nothing to free after an error. `rng` is for a data set
     * that comes without a test split of its own. */
    int (*load)(const struct dataset_info *info, const char *data_dir, struct rng *rng,
                struct dataset *dataset, struct error *err);
};

/* Names of classes that are numbers and nothing else. */
extern const char *const dataset_digits[10];

/* All data sets, ended by NULL. */
extern const struct dataset_info *const dataset_table[];

/* The row of that name; or, of a directory that holds the files of MNIST's or CIFAR-10's format,
 * the row of one's own images in that format; else NULL. */
const struct dataset_info *dataset_find(const char *name);

/* True when the directory has some, but not all, of the files that one's own images need; the
 * message then says which is missing. */
bool dataset_incomplete(const char *directory, struct error *err);

/* The directory that the row's locate and load take: `name` of one's own images, else data_dir. */
const char *dataset_directory(const struct dataset_info *info, const char *name,
                              const char *data_dir);

void dataset_free(struct dataset *dataset);

#endif
