/* The curves of a run. */
#ifndef PLOT_CURVES_H
#define PLOT_CURVES_H

#include "plot/state.h"

/* All curves of the history. */
int plot_curves(struct plot *plot, struct error *err);

#endif
