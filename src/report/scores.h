/* The scores of test images: of a class, and of a run. */
#ifndef REPORT_SCORES_H
#define REPORT_SCORES_H

#include "report/state.h"

/* ROC curves and histograms of the runs of a class that are shown. shown: (n_columns) the run of
 * each column that is shown, NULL where there is none. */
void report_scores(struct report *report, const struct report_class *class,
                   const struct table_run *const shown[]);

/* The scores of a run's test images, from the lowest to the highest. */
struct report_sample {
    struct scored_list list; /* (n > 0) */
    float *scores;           /* (n) finite */
    unsigned char *labels;   /* (n) 0 of a normal image, 1 of an outlier; both occur */
};

/* Reads the scores of what a cell counts. An error when there are none, and when they are not those
 * of which results.json tells: their number is n.test and their AUC auc.test, to 1e-6. Freed with
 * report_sample_free, also after an error. */
int report_sample_read(const struct table_run *run, struct report_sample *sample,
                       struct error *err);
void report_sample_free(struct report_sample *sample);

#endif
