/* The files of one run, read with suspicion. For run_list.c. */
#ifndef RECORDS_RUN_LIST_FILE_H
#define RECORDS_RUN_LIST_FILE_H

#include "records/run_list.h"

/* True when the directory holds a results.json, or a config.json that has a data set in it. */
bool run_list_file_is_run(const char *path);

/* Fills the rest of the entry of such a directory, whose path is set. Fails when out of memory. */
int run_list_file_read(struct listed_run *run, struct error *err);

#endif
