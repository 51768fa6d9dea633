/* The paper, section 3.3: the weights W are trained by stochastic gradient descent with c and R2
 * fixed; R2 follows from the distances that they leave; and c, which the paper fixes after the
 * first forward pass, follows with R2 where it is free. */
#include "svdd/fit.h"

#include <stdlib.h>
#include <string.h>

#include "svdd/dual.h"
#include "svdd/radius.h"

static bool warming_up(const struct deep_svdd *svdd, size_t epoch) {
    return epoch <= svdd->options.warm_up_n_epochs;
}

bool fit_radius_due(const struct deep_svdd *svdd, size_t epoch) {
    if (svdd->options.hard_margin)
        return true; /* R2 is no part of the objective, but the threshold of the scores */
    return svdd->options.block_coordinate &&
           (warming_up(svdd, epoch) || epoch % svdd->options.k_update_epochs == 0);
}

static bool center_due(const struct deep_svdd *svdd, size_t epoch) {
    return svdd->options.block_coordinate && svdd->options.center_free &&
           !warming_up(svdd, epoch) && fit_radius_due(svdd, epoch);
}

/* W: equation 4 (one-class) or 3 (soft-boundary), batch by batch. */
static int fit_weights(struct deep_svdd *svdd, struct trainer *trainer, double *objective,
                       struct error *err) {
    const struct objective equation = deep_svdd_objective(svdd);
    return trainer_epoch(trainer, &equation, objective, err);
}

/* R2 given W and c: by line search in the paper, here the quantile that it finds. */
void fit_radius(struct deep_svdd *svdd, size_t epoch, float *distances, size_t n) {
    const bool quantile = svdd->options.hard_margin || warming_up(svdd, epoch);
    svdd->radius_squared = quantile ? radius_quantile(distances, n, svdd->options.nu)
                                    : radius_minimiser(distances, n, svdd->options.nu);
}

/* c and R2 given W: the classical SVDD of the representations. */
static int fit_center(struct deep_svdd *svdd, const struct batch_set *train, struct error *err) {
    float *phi = deep_svdd_representations(svdd, train, err);
    int status = phi ? svdd_dual_solve(phi, train->n_images, svdd->n_dims, svdd->options.nu, NULL,
                                       svdd->center, &svdd->radius_squared, NULL, NULL, err)
                     : STATUS_NO_MEMORY;
    free(phi);
    return status;
}

int fit_sphere(struct deep_svdd *svdd, size_t epoch, const struct batch_set *train,
               float *distances, float *room, struct error *err) {
    const bool with_center = center_due(svdd, epoch);
    int status = with_center ? fit_center(svdd, train, err) : STATUS_OK;
    if (status)
        return error_prefix(err, status, "epoch %zu", epoch);
    deep_svdd_distances(svdd, train, distances);
    if (fit_radius_due(svdd, epoch) && !with_center) {
        memcpy(room, distances, train->n_images * sizeof *room);
        fit_radius(svdd, epoch, room, train->n_images);
    }
    return STATUS_OK;
}

int fit_epoch(struct deep_svdd *svdd, struct trainer *trainer, struct fit_distances *distances,
              double *objective, struct error *err) {
    int status = fit_weights(svdd, trainer, objective, err);
    if (status)
        return status;
    distances->measured = distances->wanted || fit_radius_due(svdd, trainer->epoch);
    return distances->measured ? fit_sphere(svdd, trainer->epoch, trainer->train, distances->values,
                                            distances->room, err)
                               : STATUS_OK;
}
