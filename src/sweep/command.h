/* The command line of one run of a sweep. */
#ifndef SWEEP_COMMAND_H
#define SWEEP_COMMAND_H

#include "base/error.h"
#include "sweep/grid.h"

/* The command that a run is, ended by NULL: program, "train", options. One allocation, freed with
 * free(); the strings of the options are in it. NULL when out of memory. */
char **sweep_command(const struct sweep_run *run, const char *program);

/* The same as one line for a shell, without a newline; freed with free(). A STATUS_USAGE when it
 * has a line break in it. */
int sweep_command_line(const struct sweep_run *run, const char *program, char **line,
                       struct error *err);

#endif
