/* How long a sweep will still take. */
#ifndef SWEEP_TIME_H
#define SWEEP_TIME_H

#include "sweep/schedule.h"

/* Seconds until the end of the sweep, by what an epoch of each phase takes in the runs of this
 * sweep, those at work now among them; NaN before any has had one, unless runs were complete or
 * begun before. Pretraining that is shared counts once. */
double sweep_time_left(const struct sweep_schedule *schedule);

#endif
