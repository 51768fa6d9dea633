/* Many small images in one picture. */
#ifndef PLOT_MOSAIC_H
#define PLOT_MOSAIC_H

#include "data/images.h"
#include "io/png.h"
#include "io/tensor_list.h"

enum { MOSAIC_GAP = 4 /* white pixels between images and around them */ };

/* Row by row, `columns` images a row, each of their pixels a square of scale x scale. Images have
 * one channel or three. Freed with picture_free. */
int mosaic_create(struct picture *picture, const struct images *images, size_t columns,
                  size_t scale, struct error *err);

/* The filters of a convolution, weights (O, C, 5, 5) with C = 1 or 3, as O images: 0 is middle
 * grey, and the weight farthest from 0 black or white. An error for other shapes. Freed
 * with images_free, also after an error. */
int mosaic_filters(struct images *images, const struct tensor *weight, struct error *err);

#endif
