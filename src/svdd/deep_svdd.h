/* Deep SVDD (Ruff et al., 2018): centre, radius, both objectives (the paper, section 3).
 *
 * d_i = ||phi(x_i; W) - c||^2; radius_squared is R2, compared with d_i. */
#ifndef SVDD_DEEP_SVDD_H
#define SVDD_DEEP_SVDD_H

#include <stdbool.h>
#include <stddef.h>

#include "data/batches.h"
#include "nn/network.h"
#include "nn/solver.h"
#include "train/trainer.h"

struct svdd_options {
    bool hard_margin;      /* one-class; else soft-boundary */
    double nu;             /* (0, 1] */
    bool c_mean_init;      /* centre from the data; else 0.5 and R2 = 1 */
    size_t c_mean_batches; /* how many batches the mean is over; 0 = all */
    bool center_free;      /* c moves: with the weights, or, with block_coordinate, by the dual */
    bool block_coordinate; /* soft-boundary: R2 solved for exactly; else trained by the solver */
    size_t k_update_epochs, warm_up_n_epochs;
    double penalty; /* 1 / C_rec of the reconstruction penalty; 0 = none. The network then ends with
                       a decoder */
};

struct deep_svdd {
    struct network *network;
    struct svdd_options options;
    size_t n_dims;
    float *center; /* (n_dims) */
    float radius_squared;
    struct solver radius_solver; /* when the solver trains R2 */
    struct solver center_solver; /* when it trains c */
    float *distances;            /* (max_batch): of the batch at hand */
    float *center_gradients;     /* (max_groups, n_dims): of its groups; in [0] of all */
};

int deep_svdd_create(struct deep_svdd *svdd, struct network *network,
                     const struct svdd_options *options, const struct solver_options *solver,
                     struct error *err);
void deep_svdd_free(struct deep_svdd *svdd);

/* c = mean of phi over the training set in evaluation mode, every |c_j| < 0.1 moved to +-0.1 by its
 * sign (+ for 0), and R2 the quantile; or, without c_mean_init, 0.5 everywhere and 1. */
int deep_svdd_init_center(struct deep_svdd *svdd, const struct batch_set *train, struct error *err);

/* Equation 4 (one-class) or 3 (soft-boundary) of the paper, with the reconstruction penalty
 * (1/2) (1/C_rec) mean_i sum over pixels of (x_hat - x)^2 where there is one, without the weight
 * decay, which is the trainer's; its context is the svdd. */
struct objective deep_svdd_objective(struct deep_svdd *svdd);

/* d_i of the images of a group from their representations, (n_dims, LANES). */
void deep_svdd_group_distances(const struct deep_svdd *svdd, const float *representations,
                               float distances[LANES]);

/* d_i of every image of the set, in evaluation mode. */
void deep_svdd_distances(struct deep_svdd *svdd, const struct batch_set *set, float *distances);

/* The images' own term of the objective for n distances: the mean of d_i, or of
 * max(0, d_i - R2) / nu. */
double deep_svdd_data_term(const struct deep_svdd *svdd, const float *distances, size_t n);

/* The objective without weight decay and penalty: R2 (soft-boundary only) and the data term. */
double deep_svdd_loss(const struct deep_svdd *svdd, const float *distances, size_t n);

/* The penalty's term of the objective on a whole set, in evaluation mode. errors: (set->n_images),
 * room for reconstruction errors. */
double deep_svdd_penalty(struct deep_svdd *svdd, const struct batch_set *set, float *errors);

/* What is due after epoch 1.. of training: R2 from the training distances (deep_svdd_update_radius)
 * or, with a free centre in block-coordinate descent past the warm-up, c and R2 from the dual
 * (svdd_dual.h). distances: (train->n_images), afterwards d_i of the images in evaluation mode;
 * room: as many, scratch. Where nothing is due it does nothing but measure the distances. */
int deep_svdd_end_epoch(struct deep_svdd *svdd, size_t epoch, const struct batch_set *train,
                        float *distances, float *room, struct error *err);

/* True when R2 is due after that epoch (1..). */
bool deep_svdd_radius_due(const struct deep_svdd *svdd, size_t epoch);

/* Sets R2 from the n training distances after that epoch: the quantile, or in soft-boundary
 * block-coordinate descent the exact minimiser. Reorders `distances`. */
void deep_svdd_update_radius(struct deep_svdd *svdd, size_t epoch, float *distances, size_t n);

/* The (1 - nu)-quantile of the distances: the max(1, floor(nu n))-th largest. Reorders them. */
float deep_svdd_quantile(float *distances, size_t n, double nu);

/* argmin over R2 >= 0 of R2 + 1 / (nu n) sum_i max(0, d_i - R2): piecewise linear and convex, with
 * the ceil(nu n)-th largest distance as a minimiser. Reorders them. */
float deep_svdd_optimal_radius(float *distances, size_t n, double nu);

/* Hypersphere collapse: the n training scores (or distances) are all but equal, their standard
 * deviation below 1e-6 of the squared norm of the centre, which is what a constant network leaves.
 */
bool deep_svdd_collapsed(const struct deep_svdd *svdd, const float *scores, size_t n);

#endif
