/* One run as its pictures see it: where it is, what it was, where pictures go. Shared by the files
 * of plot, and not for others. */
#ifndef PLOT_STATE_H
#define PLOT_STATE_H

#include "io/png.h"
#include "plot/plot.h"
#include "records/history.h"
#include "run/data.h"
#include "run/directory.h"

struct plot {
    const struct plot_options *options;
    const struct plot_observer *observer;
    struct run_directory directory;
    char out[RUN_PATH_SIZE];
    bool has_config;
    struct config config;
    char title[256]; /* the run in words */
    struct history history;
};

/* Tells what is left out, and why (printf format). */
void plot_left_out(const struct plot *plot, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* <out>/<name>.<extension> */
int plot_path(const struct plot *plot, const char *name, const char *extension,
              char path[RUN_PATH_SIZE], struct error *err);

/* Removes <out>/<name>.<extension>, if an earlier run in the directory has left one: this one has
 * nothing to draw in it. */
void plot_discard(const struct plot *plot, const char *name, const char *extension);

/* True when the run has left that file; its path. */
bool plot_has_file(const struct plot *plot, enum run_file file, char path[RUN_PATH_SIZE]);

/* Writes a mosaic of the images as <name>.png. */
int plot_mosaic(const struct plot *plot, const char *name, const struct images *images,
                size_t columns, size_t scale, struct error *err);

#endif
