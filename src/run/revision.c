#include "run/revision.h"

/* The Makefile works it out (its variable REVISION). */
#ifndef DEEPSVDD_REVISION
#error "DEEPSVDD_REVISION must be defined when this file is compiled"
#endif

const char *run_revision(void) {
    return DEEPSVDD_REVISION;
}
