/* Drawing with gnuplot, a program of its own: a script goes in, a picture comes out. */
#ifndef PLOT_GNUPLOT_H
#define PLOT_GNUPLOT_H

#include <stddef.h>
#include <stdio.h>

#include "base/error.h"

/* "png", "svg" or "pdf"; NULL for what is none of them. */
const char *gnuplot_format(const char *name);

/* Writes a text as gnuplot takes it literally: in single quotes, without control characters. */
void gnuplot_quote(FILE *script, const char *text);

/* Runs the gnuplot that is found in PATH on a script (which sets no terminal and no output) and
 * writes the picture to path, atomically. format: of gnuplot_format. Nothing of the user's own
 * gnuplot settings is read, and no shell is involved.
 *
 * Errors: there is no gnuplot (says how to get it), it fails (with its first message), the picture
 * cannot be written. */
int gnuplot_draw(const char *path, const char *format, const char *script, size_t size,
                 struct error *err);

#endif
