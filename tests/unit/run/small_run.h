/* A run on a small data set in MNIST's format, in a directory of its own below the scratch
 * directory. */
#ifndef TEST_SMALL_RUN_H
#define TEST_SMALL_RUN_H

#include "config/option_list.h"
#include "io/scratch.h"
#include "run/run.h"

enum { SMALL_TRAIN = 80, SMALL_TEST = 40 };

/* Grey stripes as wide as the class says. */
static inline void small_write_data(struct scratch *scratch) {
    static unsigned char images[16 + SMALL_TRAIN * 784] = {0, 0, 8, 3},
                                                   labels[8 + SMALL_TRAIN] = {0, 0, 8, 1};
    images[11] = images[15] = 28;
    for (size_t i = 0; i < SMALL_TRAIN; i++) {
        labels[8 + i] = (unsigned char)(i % 10);
        for (size_t p = 0; p < 784; p++)
            images[16 + i * 784 + p] =
                (unsigned char)((p / 28 * (i % 10 + 1) + p % 28 * 3) % 28 * 7 + i * p % 59);
    }
    images[7] = labels[7] = SMALL_TRAIN;
    scratch_write(scratch, "train-images-idx3-ubyte", images, 16 + SMALL_TRAIN * 784);
    scratch_write(scratch, "train-labels-idx1-ubyte", labels, 8 + SMALL_TRAIN);
    images[7] = labels[7] = SMALL_TEST;
    scratch_write(scratch, "t10k-images-idx3-ubyte", images, 16 + SMALL_TEST * 784);
    scratch_write(scratch, "t10k-labels-idx1-ubyte", labels, 8 + SMALL_TEST);
}

/* Adds an option; its value after `before`. */
static inline void small_option(struct option_list *list, const char *name, const char *before,
                                const char *value) {
    struct error err = {.message = ""};
    char text[512];
    snprintf(text, sizeof text, "%s%s", before, value);
    assert_int_equal(option_list_add(list, option_find(name), NULL, text, &err), STATUS_OK);
}

/* The options of a run in <scratch>/<name>: `options`, name and value in turn, ended by NULL, after
 * those that make it short. */
static inline void small_config(struct scratch *scratch, const char *name,
                                const char *const *options, struct config *config) {
    static const char *const usual[] = {"dataset",    "mnist",       "normal", "3",     "seed",
                                        "1",          "lr",          "1e-3",   "ae-lr", "1e-3",
                                        "batch-size", "8",           "quiet",  "1",     "n-epochs",
                                        "2",          "ae-n-epochs", "2",      NULL};
    struct option_list list = {0};
    struct error err = {.message = ""};
    char root[128];
    snprintf(root, sizeof root, "%s/", scratch->directory);
    small_option(&list, "data-dir", root, "");
    small_option(&list, "xp-dir", root, name);
    for (size_t i = 0; usual[i] != NULL; i += 2)
        small_option(&list, usual[i], "", usual[i + 1]);
    for (size_t i = 0; options != NULL && options[i] != NULL; i += 2)
        small_option(&list, options[i], strcmp(options[i], "pretrain-cache") == 0 ? root : "",
                     options[i + 1]);
    const int status = option_list_resolve(&list, config, &err);
    if (status != STATUS_OK)
        fail_msg("%s", err.message);
    option_list_free(&list);
}

#endif
