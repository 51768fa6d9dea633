/* A page about runs: their table beside the paper's, every seed, and for each class ROC curves,
 * scores, epochs and images. One HTML file that needs nothing else: no scripts, no network. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stddef.h>

#include "base/error.h"
#include "table/table.h"

struct report_options {
    const char *data_dir; /* where the data sets are; NULL: where each run had them */
};

/* Makes the page of a list of runs and the table of their test AUC, which must have a part. Reads
 * further files of the runs (scores.csv, history.jsonl) and the data sets, for images. What is not
 * there or of no use is named on the page with the reason, and is no error. The same runs give the
 * same page. Fails when out of memory. *page is freed with free. */
int report_make(const struct run_list *list, const struct table *table,
                const struct report_options *options, char **page, size_t *size, struct error *err);

#endif
