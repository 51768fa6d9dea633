/* Deep SVDD (Ruff et al., 2018): the sphere and both objectives (the paper, sections 3.1 and 3.2).
 * How it is trained is in fit.h.
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

/* phi of all images, (images, n_dims), in evaluation mode; freed by the caller. NULL with a message
 * when there is no memory. */
float *deep_svdd_representations(struct deep_svdd *svdd, const struct batch_set *set,
                                 struct error *err);

/* Hypersphere collapse: the n training scores (or distances) are all but equal, their standard
 * deviation below 1e-6 of the squared norm of the centre, which is what a constant network leaves.
 */
bool deep_svdd_collapsed(const struct deep_svdd *svdd, const float *scores, size_t n);

#endif
