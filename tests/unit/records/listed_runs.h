/* Run directories as the program leaves them, written by hand, for tests of what reads them. */
#ifndef TEST_LISTED_RUNS_H
#define TEST_LISTED_RUNS_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "io/scratch.h"

/* Makes a directory of the scratch directory, and those above it. */
static inline void make_directory(struct scratch *scratch, const char *name) {
    char part[128];
    for (size_t length = 1; length <= strlen(name); length++)
        if (name[length] == '/' || name[length] == '\0') {
            snprintf(part, sizeof part, "%.*s", (int)length, name);
            mkdir(scratch_path(scratch, part), 0777);
        }
}

/* Writes a file of a run, of which only the config.json or the results.json count. */
static inline void write_run_file(struct scratch *scratch, const char *name, const char *file,
                                  const char *text) {
    char path[160];
    make_directory(scratch, name);
    snprintf(path, sizeof path, "%s/%s", name, file);
    scratch_write(scratch, path, text, strlen(text));
}

/* What is set of a complete run; NULL and 0 are the presets of a one-class run on MNIST. */
struct written_run {
    const char *name; /* the directory */
    const char *dataset, *method;
    int normal;
    int outlier; /* plus 1: 0 is -1, all others */
    int seed;
    const char *auc, *dcae_auc; /* as in JSON; the second may be NULL, for null */
    const char *pretrain;       /* seconds; may be NULL */
    bool collapsed;
    const char *config; /* more of config.json: "\"nu\": 0.01"; may be NULL */
    const char *more;   /* more of results.json; may be NULL */
};

/* What "loss" is with a method. */
static inline const char *loss_of(const char *method) {
    const bool is_dcae = strcmp(method, "dcae") == 0;
    return is_dcae ? "autoencoder" : strcmp(method, "ce") == 0 ? "ce" : "svdd";
}

static inline void write_run(struct scratch *scratch, const struct written_run *run) {
    char text[2048];
    const char *method = run->method != NULL ? run->method : "one-class";
    const char *dataset = run->dataset != NULL ? run->dataset : "mnist";
    snprintf(text, sizeof text,
             "{\"format\": 1, \"dataset\": \"%s\", \"normal\": %d, \"outlier\": %d, \"seed\": %d,"
             " \"method\": \"%s\", \"auc\": {\"train\": null, \"val\": null, \"test\": %s},"
             " \"accuracy\": {\"train\": 0.9, \"val\": null, \"test\": 0.75},"
             " \"dcae_auc\": {\"test\": %s}, \"collapsed\": %s,"
             " \"seconds\": {\"pretrain\": %s, \"train\": 20, \"total\": 51.25},"
             " \"peak_memory_bytes\": 112000000%s%s,"
             " \"config\": {\"dataset\": \"%s\", \"loss\": \"%s\"%s%s}}",
             dataset, run->normal, run->outlier - 1, run->seed, method, run->auc,
             run->dcae_auc != NULL ? run->dcae_auc : "null", run->collapsed ? "true" : "false",
             run->pretrain != NULL ? run->pretrain : "30.5", run->more != NULL ? ", " : "",
             run->more != NULL ? run->more : "", dataset, loss_of(method),
             run->config != NULL ? ", " : "", run->config != NULL ? run->config : "");
    write_run_file(scratch, run->name, "results.json", text);
}

#endif
