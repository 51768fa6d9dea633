/* What the paper reports: Table 1 of Ruff et al., Deep One-Class Classification (ICML 2018). */
#ifndef TABLE_PAPER_H
#define TABLE_PAPER_H

#include <stdbool.h>
#include <stddef.h>

enum { PAPER_N_CLASSES = 10 };

/* A test AUC in %, as printed (one decimal): mean and standard deviation over 10 seeds, one normal
 * class against all others. */
struct paper_auc {
    double mean, std;
};

/* The number of a data set ("mnist", "cifar10"), a normal class and a method: a name of
 * results.json ("one-class", "soft-boundary", "dcae", "ocsvm", "kde", "iforest") or "anogan", which
 * this program does not have. NULL where the paper has none. Its column of OC-SVM and SVDD, which
 * agree with the kernel used, is "ocsvm". */
const struct paper_auc *paper_find(const char *dataset, int normal, const char *method);

/* The standard deviation that a difference is held against: 0.05 where the paper prints 0.0, which
 * is what rounding has left of it. */
double paper_spread(const struct paper_auc *auc);

/* True when a mean, in %, is farther from the paper's than that. */
bool paper_is_outside(const struct paper_auc *auc, double mean);

#endif
