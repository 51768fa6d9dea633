/* OpenBLAS as this program uses it. */
#ifndef NN_BLAS_H
#define NN_BLAS_H

#include "base/error.h"

/* Puts OpenBLAS on one thread: threads are ours, and how it divides a product among its own would
 * change the rounding. When there is no memory for its work area it tries for ever: so this looks
 * first, and has it take its area at once. Due before anything that may call BLAS. */
int blas_start(struct error *err);

#endif
