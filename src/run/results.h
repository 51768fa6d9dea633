/* The end of a run. */
#ifndef RUN_RESULTS_H
#define RUN_RESULTS_H

#include "run/parts.h"

/* Final evaluation, then scores.csv and last results.json. */
int run_finish(struct run *run, struct run_result *result, struct error *err);

/* Reads what a complete run left in results.json. */
int run_read_result(const struct run_directory *directory, struct run_result *result,
                    struct error *err);

#endif
