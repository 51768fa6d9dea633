/* The section of configuration. */
#ifndef REPORT_CONFIG_H
#define REPORT_CONFIG_H

#include "report/state.h"

void report_configuration(const struct report *report);

#endif
