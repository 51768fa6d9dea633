/* The section of results. */
#ifndef REPORT_RESULTS_H
#define REPORT_RESULTS_H

#include "report/state.h"

void report_results(const struct report *report);

#endif
