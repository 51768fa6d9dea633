/* A dictionary of image patches: the initial filters of the first convolution when weight_dict_init
 * is set. */
#ifndef NN_DICTIONARY_H
#define NN_DICTIONARY_H

#include <stddef.h>

#include "base/error.h"
#include "base/rng.h"
#include "nn/patches.h"

/* Learns n_atoms atoms from all size x size patches (all channels together: dim = channels *
 * size^2) of n_images images, given as (n_images, channels, height, width). Every patch dimension
 * is standardised over the patches (mean 0, standard deviation 1; a constant one is left at 0).
 *
 * Online dictionary learning (Mairal et al., ICML 2009): start from the leading right singular
 * vectors of the patches scaled by their singular values; then 1000 steps, each of which takes the
 * next 10 patches of a random order, finds their codes min_a 1/2 |x - sum_k a_k d_k|^2 + |a|_1,
 * folds them into the statistics A and B with the paper's forgetting factor, and updates the atoms
 * one by one to unit L2 norm.
 *
 * atoms: (n_atoms, channels, size, size). More atoms than dimensions are filled with random
 * patches. Allocates; O(dim^2) beyond the patches. */
int dictionary_learn(float *atoms, size_t n_atoms, const float *images, size_t n_images,
                     size_t channels, size_t height, size_t width, size_t size,
                     enum patch_layout layout, struct rng *rng, struct error *err);

/* The code of one patch x (dim) for atoms (n_atoms, dim): min_a 1/2 |x - a D|^2 + penalty |a|_1, by
 * coordinate descent until no step exceeds 1e-7 of the largest coefficient (1000 sweeps at most).
 * `code` holds the start and the result. residual: scratch (n_atoms). gram: D D^T
 * (n_atoms, n_atoms). */
void dictionary_code(float *code, double *residual, const float *x, const float *atoms,
                     const float *gram, size_t n_atoms, size_t dim, float penalty);

#endif
