/* The radius of Deep SVDD: quantiles of the training distances. */
#include "svdd/radius.h"

#include <math.h>

#include "metrics/metrics.h"
#include "svdd/deep_svdd.h"

double radius_n_outside(size_t n, double nu) {
    double product = nu * (double)n, nearest = round(product);
    return fabs(product - nearest) < 1e-9 * (double)n ? nearest : product;
}

static float kth_largest(float *distances, size_t n, double k) {
    return metrics_kth_largest(distances, n, k < 1 ? 1 : (size_t)k);
}

float deep_svdd_quantile(float *distances, size_t n, double nu) {
    return kth_largest(distances, n, floor(radius_n_outside(n, nu)));
}

float deep_svdd_optimal_radius(float *distances, size_t n, double nu) {
    return kth_largest(distances, n, ceil(radius_n_outside(n, nu)));
}

static bool warming_up(const struct deep_svdd *svdd, size_t epoch) {
    return epoch <= svdd->options.warm_up_n_epochs;
}

bool deep_svdd_radius_due(const struct deep_svdd *svdd, size_t epoch) {
    if (svdd->options.hard_margin)
        return true;
    return svdd->options.block_coordinate &&
           (warming_up(svdd, epoch) || epoch % svdd->options.k_update_epochs == 0);
}

void deep_svdd_update_radius(struct deep_svdd *svdd, size_t epoch, float *distances, size_t n) {
    double nu = svdd->options.nu;
    bool quantile = svdd->options.hard_margin || warming_up(svdd, epoch);
    svdd->radius_squared = quantile ? deep_svdd_quantile(distances, n, nu)
                                    : deep_svdd_optimal_radius(distances, n, nu);
}
