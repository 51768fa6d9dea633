/* One point of a sweep's grid. For the files of the sweep. */
#ifndef SWEEP_POINT_H
#define SWEEP_POINT_H

#include <stdint.h>

#include "sweep/grid.h"
#include "sweep/values.h"

/* What the grid is made from. */
struct sweep_plan {
    const struct option_list *options;
    struct sweep_values *axes; /* n_axes, each with more than one value */
    size_t n_axes;
    size_t *place; /* n_axes: the point of the grid */
    const char *root;
    char cache[CONFIG_PATH_SIZE];
    uint64_t *keys;  /* of every run: what its pretraining depends on */
    unsigned losses; /* bit l: a run has enum loss l */
};

/* True when the loss takes no notice of the option, among those that may well have a list. */
bool sweep_point_is_idle(const struct option *option, int loss);

/* How many data sets the points have. */
size_t sweep_point_sources(const struct sweep_plan *plan);

/* Adds the run of the point plan->place to the grid, which has room for it, unless there is none.
 */
int sweep_point_add(struct sweep_plan *plan, struct sweep_grid *grid, struct error *err);

#endif
