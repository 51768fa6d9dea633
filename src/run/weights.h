/* The weights that a run begins with. */
#ifndef RUN_WEIGHTS_H
#define RUN_WEIGHTS_H

#include "config/config.h"
#include "data/batches.h"
#include "nn/network.h"

/* Random weights, from the seed. */
void weights_random(const struct config *config, struct network *network);

/* The same, with the first filters from a dictionary of training images where that is wanted; or
 * those of --in-name. `train` is used for a dictionary only. */
int weights_initial(const struct config *config, const struct batch_set *train,
                    struct network *network, struct error *err);

#endif
