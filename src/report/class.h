/* The section of classes, one after the other. */
#ifndef REPORT_CLASS_H
#define REPORT_CLASS_H

#include "report/state.h"

void report_classes(struct report *report);

#endif
