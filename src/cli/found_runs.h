/* What commands about the runs below some directories share: which directories, the runs summed up,
 * and what is said of those that are left out. */
#ifndef CLI_FOUND_RUNS_H
#define CLI_FOUND_RUNS_H

#include "cli/own_options.h"
#include "table/table.h"

struct found_runs {
    const char *command; /* "table" */
    char **directories;  /* (n_directories), of argv */
    size_t n_directories;
    struct run_list list;
    struct table table;
};

/* Sets the directories: own_options_parse, with a check of the names in place of own->check_name.
 * There must be one, unless *action is to answer. STATUS_USAGE. */
int found_runs_parse(struct found_runs *runs, struct own_options own, int argc, char **argv,
                     enum arguments_action *action, struct error *err);

/* Finds the runs, sums them up, and tells on standard error what is left out and why. An error when
 * no run is complete or none has the metric. Freed with found_runs_free, also after an error. */
int found_runs_read(struct found_runs *runs, const struct table_metric *metric, struct error *err);
void found_runs_free(struct found_runs *runs);

/* What comes last, when the command has done its work: an error when a directory could not be
 * looked into, so that the work is of the other runs. */
int found_runs_check_all(const struct found_runs *runs, struct error *err);

#endif
