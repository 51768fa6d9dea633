#include "svdd/radius.h"

#include <math.h>

#include "metrics/metrics.h"

double radius_n_outside(size_t n, double nu) {
    double product = nu * (double)n, nearest = round(product);
    return fabs(product - nearest) < 1e-9 * (double)n ? nearest : product;
}

static float kth_largest(float *distances, size_t n, double k) {
    return metrics_kth_largest(distances, n, k < 1 ? 1 : (size_t)k);
}

float radius_quantile(float *distances, size_t n, double nu) {
    return kth_largest(distances, n, floor(radius_n_outside(n, nu)));
}

float radius_minimiser(float *distances, size_t n, double nu) {
    return kth_largest(distances, n, ceil(radius_n_outside(n, nu)));
}
