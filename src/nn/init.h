/* Initial weights (Glorot and Bengio, 2010; the paper, section 4.1). */
#ifndef NN_INIT_H
#define NN_INIT_H

#include "base/rng.h"
#include "nn/network.h"
#include "nn/patches.h"

/* Glorot and Bengio, 2010: every weight uniform in +-g sqrt(6 / (fan_in + fan_out)), with
 * g = sqrt(2 / (1 + 0.01^2)) for convolutions and 1 for dense layers, layers in order. Biases and
 * shifts 0, scales 1, running means 0, running variances 1. */
void init_glorot(struct network *network, struct rng *rng);

/* Replaces the first convolution's filters by the atoms of a dictionary (dictionary.h) of n images
 * of the network's input: the values of an atom, in the order of its patch, are a filter
 * (channels, 5, 5). */
int init_first_filters(struct network *network, const float *images, size_t n,
                       enum patch_layout layout, struct rng *rng, struct error *err);

#endif
