/* What the paper reports: Table 1 of Ruff et al., Deep One-Class Classification (ICML 2018). */
#ifndef TABLE_PAPER_H
#define TABLE_PAPER_H

#include <stdbool.h>
#include <stddef.h>

#include "model/method.h"

enum { PAPER_N_CLASSES = 10 };

/* A test AUC in %, as printed (one decimal): mean and standard deviation over 10 seeds, one normal
 * class against all others. */
struct paper_auc {
    double mean, std;
};

/* The number of a data set ("mnist", "cifar10"), a normal class and a column. NULL where the paper
 * has none. */
const struct paper_auc *paper_find(const char *dataset, int normal, enum paper_column column);

/* The standard deviation that a difference is held against: 0.05 where the paper prints 0.0, which
 * is what rounding has left of it. */
double paper_spread(const struct paper_auc *auc);

/* True when a mean, in %, is farther from the paper's than that. */
bool paper_is_outside(const struct paper_auc *auc, double mean);

#endif
