/* One run as its files tell. Nothing is written, and nothing is taken on trust: results.json may
 * have been edited, cut off, or be somebody else's file of that name. */
#ifndef RECORDS_LISTED_RUN_H
#define RECORDS_LISTED_RUN_H

#include <stdbool.h>

#include <cjson/cJSON.h>

#include "base/error.h"
#include "data/source.h"
#include "model/method.h"

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
    cJSON *results;       /* the object of results.json; listed_run_number reads its numbers */
    const cJSON *config;  /* its object "config", with values of any type */
    const char *dataset;  /* one line of text, shorter than CONFIG_PATH_SIZE */
    struct source source; /* of that name, as the run has recorded it; without info: unknown */
    const struct method *method;
    int normal, outlier, seed;         /* within the ranges of the option table */
    char normal_name[CLASS_TEXT_SIZE]; /* in words: "3", "8 (ship)", "all others" */
    char outlier_name[CLASS_TEXT_SIZE];
    bool collapsed;
    bool autoencoder_taken; /* ready trained, from the cache: the run's times are without it */
};

/* True when the directory holds a results.json, or a config.json that has a data set in it. */
bool listed_run_exists(const char *path);

/* Fills the rest of the entry of such a directory, whose path is set. Fails when out of memory. */
int listed_run_read(struct listed_run *run, struct error *err);

/* A number of a complete run's results.json, as "auc", "test"; with `key` NULL one outside of
 * objects, as "center_norm". NaN where there is none (null, or left out). AUC and accuracy are
 * within 0..1, seconds and peak_memory_bytes >= 0. */
double listed_run_number(const struct listed_run *run, const char *object, const char *key);

#endif
