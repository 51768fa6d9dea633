/* What a run tells while it goes. */
#ifndef RUN_NOTES_H
#define RUN_NOTES_H

#include "run/parts.h"

/* Tells the observer that a phase without epochs begins: "load", "test". */
void run_enter(const struct run *run, const char *phase);

/* A line for the user and log.txt. */
int run_note(struct run *run, struct error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
