/* The section of timings. */
#ifndef REPORT_TIMINGS_H
#define REPORT_TIMINGS_H

#include "report/state.h"

void report_timings(const struct report *report);

#endif
