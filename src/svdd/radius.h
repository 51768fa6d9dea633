/* R2 from the distances d_i of n samples at a fixed centre: their quantile, and the minimiser of
 * the soft-boundary objective (the paper, section 3.3). Both reorder the distances. */
#ifndef SVDD_RADIUS_H
#define SVDD_RADIUS_H

#include <stddef.h>

/* The (1 - nu)-quantile of the distances: the max(1, floor(nu n))-th largest. */
float radius_quantile(float *distances, size_t n, double nu);

/* argmin over R2 >= 0 of R2 + 1 / (nu n) sum_i max(0, d_i - R2): piecewise linear and convex, with
 * the ceil(nu n)-th largest distance as a minimiser. */
float radius_minimiser(float *distances, size_t n, double nu);

/* nu n, the number of samples outside the sphere, with what binary fractions add to it taken off:
 * 0.1 * 5800 is 580. */
double radius_n_outside(size_t n, double nu);

#endif
