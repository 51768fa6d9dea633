/* The sections of each seed and of remarks. */
#ifndef REPORT_SEEDS_H
#define REPORT_SEEDS_H

#include "report/state.h"

void report_seeds(const struct report *report);
void report_remarks(const struct report *report);

#endif
