/* Pictures of one run: curves of its history, its filters, its most normal and most anomalous test
 * images, what its autoencoder makes of some. */
#ifndef PLOT_PLOT_H
#define PLOT_PLOT_H

#include "base/error.h"

struct plot_options {
    const char *run_dir;
    const char *out;      /* directory of the pictures, not named as a picture is (x.svg);
                             NULL: <run_dir>/plots */
    const char *format;   /* of the curves: png, svg or pdf (gnuplot_format); mosaics are PNG */
    const char *data_dir; /* NULL: that of the run */
};

struct plot_observer {
    void (*wrote)(void *context, const char *path);
    void (*left_out)(void *context, const char *text); /* one line: what could not be made, why */
    void *context;
};

/* Writes what the run has data for; the rest is told to the observer, and is no error. Errors: the
 * directory holds no run, gnuplot is missing, or it fails (all other pictures are made all the
 * same), a picture cannot be written. */
int plot_run(const struct plot_options *options, const struct plot_observer *observer,
             struct error *err);

#endif
