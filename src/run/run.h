/* One experiment and its directory: load, pretrain, train, test, write. */
#ifndef RUN_RUN_H
#define RUN_RUN_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "config/config.h"

/* Where a run stands, told after every epoch (and at the start of each phase with epoch 0). */
struct run_progress {
    const char *phase; /* "load", "pretrain", "train", "test" */
    size_t epoch, n_epochs;
    double loss;         /* objective on the training set; NaN where there is none yet */
    double auc;          /* on the test set, 0..1; NaN where it was not evaluated */
    double seconds;      /* since the start of the phase */
    double seconds_left; /* of the whole run, estimated; NaN while unknown */
};

struct run_observer {
    void (*progress)(void *context, const struct run_progress *progress);
    void (*note)(void *context, const char *text); /* one line: a warning, "resuming at epoch 40" */
    void *context;
    const volatile sig_atomic_t *stop; /* set by a signal handler: stop at the next batch */
};

struct run_result {
    bool was_complete; /* the directory held this run already; nothing was done */
    bool collapsed;
    double auc_train, auc_val, auc_test;                /* 0..1, NaN where undefined */
    double accuracy_train, accuracy_val, accuracy_test; /* same */
    double dcae_auc_test;                               /* NaN without pretraining */
    double seconds_total;
    size_t peak_memory_bytes;
};

/* Runs what `config` (resolved) says, in the directory config->xp_dir.
 *
 * A complete run of the same configuration is reported, not repeated (config->force repeats it); an
 * unfinished one is resumed from its last checkpoint and ends with the same numbers, to the bit; a
 * directory that holds a run of another configuration is an error that names the first difference.
 * STATUS_INTERRUPTED when *observer->stop was set. */
int run_experiment(const struct config *config, const struct run_observer *observer,
                   struct run_result *result, struct error *err);

#endif
