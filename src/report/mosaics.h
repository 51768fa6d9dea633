/* The images of a class. */
#ifndef REPORT_MOSAICS_H
#define REPORT_MOSAICS_H

#include "report/state.h"

/* The most normal and most anomalous images of the runs that are shown, as in report/scores.h. */
void report_mosaics(struct report *report, const struct report_class *class,
                    const struct table_run *const shown[]);

void report_images_free(struct report_images *images);

#endif
