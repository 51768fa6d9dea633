/* What is watched in each epoch besides losses and AUC: quantiles of the test scores, norms of
 * representations, of the centre and of the parameters, the parts of the objective. */
#ifndef RUN_DIAGNOSTICS_H
#define RUN_DIAGNOSTICS_H

#include <stdbool.h>

#include <cjson/cJSON.h>

#include "base/error.h"
#include "nn/network.h"
#include "run/data.h"
#include "svdd/deep_svdd.h"

enum { N_SCORE_QUANTILES = 5 };

/* NaN stands for what there is none of. [0] is of the normal test images, [1] of the outliers. */
struct diagnostics {
    double score_quantiles[2][N_SCORE_QUANTILES]; /* 5, 25, 50, 75 and 95 % */
    double representation_norm[2];                /* mean of ||phi(x)|| */
    /* Terms of the objective on the training set after the epoch, in evaluation mode: the images'
     * own without R2, the reconstruction penalty, the weight decay. */
    double data, reconstruction, decay;
    double center_norm;
    const struct network *network; /* whose parameters' norms are written; NULL: of none */
};

void diagnostics_clear(struct diagnostics *diagnostics);

/* The quantiles of the set's scores. The p-quantile of n scores is the ceil(p n)-th smallest. */
int diagnostics_scores(struct diagnostics *diagnostics, const struct image_set *test,
                       struct error *err);

/* The distances d_i of the set into test->scores, as deep_svdd_distances has them, and the norms of
 * the representations, in one pass through the network. */
int diagnostics_distances(struct diagnostics *diagnostics, struct deep_svdd *svdd,
                          struct image_set *test, struct error *err);

/* Notes the network, and the weight decay lambda / 2 times the sum of squares of its weights, of
 * BatchNorm's scales too where they decay; none for lambda = 0. */
void diagnostics_network(struct diagnostics *diagnostics, const struct network *network,
                         double lambda, bool decay_scales);

/* The Euclidean norm of n values. */
double diagnostics_norm(const float *values, size_t n);

/* Adds all there is to a line of the history, to six significant digits. */
void diagnostics_to_json(const struct diagnostics *diagnostics, cJSON *line);

#endif
