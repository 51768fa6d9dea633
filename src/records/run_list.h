/* The runs below some directories: what tables and reports are made of. */
#ifndef RECORDS_RUN_LIST_H
#define RECORDS_RUN_LIST_H

#include <stddef.h>

#include "base/error.h"
#include "records/listed_run.h"

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

#endif
