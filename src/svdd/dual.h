/* The classical SVDD dual (Tax and Duin, 2004), which gives soft-boundary block-coordinate descent
 * with a free centre its c and R2. */
#ifndef SVDD_DUAL_H
#define SVDD_DUAL_H

#include <stddef.h>

#include "base/error.h"

/* A 0 stands for the default. */
struct svdd_dual_options {
    double tolerance;      /* of the optimality conditions, see below; 1e-6 */
    size_t cache_bytes;    /* bound on the rows of distances kept, 8 n bytes each; 64 MB */
    size_t max_iterations; /* 1,000,000 + 100 n */
};

struct svdd_dual_report {
    size_t iterations;
    double objective; /* of the dual, which is the primal's: R2 + sum max(0, d_i - R2) / (nu n) */
    double gap;       /* by how much two of the d_i miss the optimality conditions */
};

/* Solves, for representations phi (n, n_dims) and nu in (0, 1],
 *
 *     min over a of  a^T K a - diag(K)^T a,  0 <= a_i <= 1 / (nu n),  sum a = 1,  K = phi phi^T,
 *
 * and writes center (n_dims) = sum a_i phi_i; *radius_squared, the mean of d_i = ||phi_i - c||^2
 * over the samples with 0 < a_i < 1 / (nu n); and, unless it is NULL, alpha (n) = a. The centre and
 * R2 minimise the soft-boundary objective over both. nu n <= 1 gives the smallest enclosing ball,
 * nu = 1 the mean.
 *
 * When every a_i is at one of its bounds, any R2 from the largest d_i with a_i = 0 to the least one
 * with a_i = 1 / (nu n) is optimal. *radius_squared is then the upper end, so that it is always the
 * ceil(nu n)-th largest d_i, as with a fixed centre (radius_minimiser).
 *
 * Optimal is: d_i <= R2 where a_i = 0, d_i >= R2 where a_i = 1 / (nu n), d_i = R2 in between. The
 * solver stops when no two d_i miss that by more than `tolerance` times R2 (or a thousandth of the
 * objective, where R2 is less); the centre's squared distance to the optimal one is then no larger
 * than that either.
 *
 * `options` and `report` may be NULL. Needs memory for O(n + n_dims) numbers and the cache, which
 * has two rows at least. The result does not depend on the size of the cache, to the last bit.
 * STATUS_USAGE: nu out of range, no samples or no dimensions; STATUS_DIVERGED: a representation or
 * R2 is not finite; STATUS_FAILED: max_iterations were not enough; STATUS_NO_MEMORY. After an error
 * nothing but the report is written. */
int svdd_dual_solve(const float *phi, size_t n, size_t n_dims, double nu,
                    const struct svdd_dual_options *options, float *center, float *radius_squared,
                    double *alpha, struct svdd_dual_report *report, struct error *err);

#endif
