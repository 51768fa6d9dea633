/* What quantiles of the distances and the SVDD dual have in common. */
#ifndef SVDD_RADIUS_H
#define SVDD_RADIUS_H

#include <stddef.h>

/* nu n, the number of samples outside the sphere, with what binary fractions add to it taken off:
 * 0.1 * 5800 is 580. */
double radius_n_outside(size_t n, double nu);

#endif
