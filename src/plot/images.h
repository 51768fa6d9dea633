/* Test images of a run. */
#ifndef PLOT_IMAGES_H
#define PLOT_IMAGES_H

#include "plot/state.h"

/* The test images with the least and the greatest scores. */
int plot_images(struct plot *plot, struct error *err);

#endif
