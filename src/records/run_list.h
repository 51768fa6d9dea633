/* The runs below some directories, as their files tell: what tables, reports and plots are made of.
 * Nothing is written, and nothing is taken on trust: results.json may have been edited, cut off, or
 * be somebody else's file of that name. */
#ifndef RECORDS_RUN_LIST_H
#define RECORDS_RUN_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

#include "base/error.h"
#include "data/source.h"

/* In the order of the paper's columns. */
enum method {
    METHOD_OCSVM,
    METHOD_KDE,
    METHOD_IFOREST,
    METHOD_DCAE,
    METHOD_CE,
    METHOD_SOFT_BOUNDARY,
    METHOD_ONE_CLASS,
    N_METHODS
};

/* The names in results.json: "ocsvm", ..., "one-class"; and as in a heading: "OC-SVM". */
extern const char *const method_names[N_METHODS];
extern const char *const method_titles[N_METHODS];

enum listed_state {
    LISTED_COMPLETE,   /* results.json is there, and sound */
    LISTED_INCOMPLETE, /* a run's config.json, but no results.json */
    LISTED_DAMAGED,    /* results.json is there, and of no use, or contradicts its "config" */
    LISTED_UNREADABLE, /* a directory that cannot be looked into */
};

enum { CLASS_TEXT_SIZE = 64 };

struct listed_run {
    char *path; /* the directory, beginning as the caller named it, without a final slash */
    enum listed_state state;
    char *problem; /* one line without the path; NULL when complete */

    /* Of a complete run only, checked; else NULL and 0. */
    cJSON *results;       /* the object of results.json; run_list_number reads its numbers */
    const cJSON *config;  /* its object "config", with values of any type */
    const char *dataset;  /* one line of text, shorter than CONFIG_PATH_SIZE */
    struct source source; /* of that name, as the run has recorded it; without info: unknown */
    enum method method;
    int normal, outlier, seed;         /* within the ranges of the option table */
    char normal_name[CLASS_TEXT_SIZE]; /* in words: "3", "8 (ship)", "all others" */
    char outlier_name[CLASS_TEXT_SIZE];
    bool collapsed;
    bool autoencoder_taken; /* ready trained, from the cache: the run's times are without it */
};

struct run_list {
    struct listed_run *runs; /* (n), in the order of their paths by bytes */
    size_t n, capacity;
};

/* Finds the runs in and below the directories: those that hold a results.json or the config.json of
 * a run. The order of the directories and of their entries on the disk does not matter. Symbolic
 * links are followed, each directory is looked into once (whatever ways lead there), down to 16
 * levels; names that begin with a dot are passed over. What cannot be looked into is in the list as
 * LISTED_UNREADABLE. Files other than config.json and results.json are not opened.
 *
 * Fails only when memory runs out. Freed with run_list_free, also after an error. */
int run_list_read(struct run_list *list, char *const *directories, size_t n_directories,
                  struct error *err);
void run_list_free(struct run_list *list);

/* The number of runs in a state. */
size_t run_list_count(const struct run_list *list, enum listed_state state);

/* A number of a complete run's results.json, as "auc", "test"; with `key` NULL one outside of
 * objects, as "center_norm". NaN where there is none (null, or left out). AUC and accuracy are
 * within 0..1, seconds and peak_memory_bytes >= 0. */
double run_list_number(const struct listed_run *run, const char *object, const char *key);

/* True when an option, by its key in config.json ("ae_n_epochs"), does not change the numbers of a
 * run: where files are, what is written and evaluated on the way, threads, and the code of the hot
 * loops (last digits only). */
bool run_list_key_without_effect(const char *key);

#endif
