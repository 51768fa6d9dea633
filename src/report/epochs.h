/* The epochs of a class. */
#ifndef REPORT_EPOCHS_H
#define REPORT_EPOCHS_H

#include "report/state.h"

/* What happened over the epochs of all runs; shown as in report/scores.h. */
void report_epochs(const struct report *report, const struct report_class *class,
                   const struct table_run *const shown[]);

#endif
