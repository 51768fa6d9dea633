/* What there is to see of the networks of a run. */
#ifndef PLOT_NETWORKS_H
#define PLOT_NETWORKS_H

#include "plot/state.h"

/* First-layer filters, and reconstructions. */
int plot_networks(struct plot *plot, struct error *err);

#endif
