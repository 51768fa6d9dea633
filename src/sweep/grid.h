/* The runs of a sweep: a grid over the options that were given a list of values. */
#ifndef SWEEP_GRID_H
#define SWEEP_GRID_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "config/config.h"
#include "config/option_list.h"
#include "records/history.h"

#define SWEEP_NO_GROUP ((size_t)-1)

struct sweep_run {
    struct option_list options; /* those of `deepsvdd train`, xp-dir among them */
    const char *directory;      /* the value of xp-dir */
    const char *out_name;       /* that of out-name, or "" */
    const char *method;         /* its name, of method.h */
    int normal, outlier, seed;
    size_t n_epochs[N_HISTORY_PHASES]; /* 0 where it has no such phase */
    bool force;
    size_t group;  /* runs of one group have the same pretraining; SWEEP_NO_GROUP: none to share */
    size_t member; /* how many runs of the group come before it */
};

struct sweep_grid {
    struct sweep_run
        *runs; /* in the order of the option table, the last of its lists the fastest */
    size_t n, n_groups;
    struct source *sources; /* (n_sources) the data sets, each found once for all of its runs */
    size_t n_sources;
    char without_effect[256]; /* "--nu, --lr": whose lists change nothing in any of the runs */
};

/* The grid that the options span, where lists of values (values.h) stand in the place of
 * values. Below `root` (NULL: "log") every run has the directory
 *
 *     <dataset>/<directory of the method>/<normal>vs<outlier or all>/seed_<seed>
 *
 * with, before the classes, a part such as nu_0.01 for every other option that has a list. The
 * runs' pretrain-cache is `cache` ("": none; NULL: <root>/cache). What the options say of xp-dir
 * and pretrain-cache does not count.
 *
 * Lists of options that an autoencoder or a classifier does not have (hard-margin) do not multiply
 * its runs: it has their presets. Where a class has a list, pairs of the same are left out.
 *
 * STATUS_USAGE when a run's options are not valid, when there are none or more than SWEEP_MAX_RUNS,
 * or when two would share a directory. Freed with sweep_grid_free, also after an error. */
int sweep_grid_make(struct sweep_grid *grid, const struct option_list *options, const char *root,
                    const char *cache, struct error *err);

void sweep_grid_free(struct sweep_grid *grid);

#endif
