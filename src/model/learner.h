/* What a run trains and what then scores images: a network, and what its method (method.h) adds. */
#ifndef MODEL_LEARNER_H
#define MODEL_LEARNER_H

#include <stddef.h>

#include "base/error.h"
#include "config/config.h"
#include "data/batches.h"
#include "model/method.h"
#include "nn/network.h"
#include "svdd/deep_svdd.h"
#include "train/classifier.h"

struct learner {
    const struct method *method;
    const struct config *config; /* the owner's; must outlive the learner */
    struct network *network;     /* owned */
    struct deep_svdd svdd;       /* of a method with a sphere */
    struct classifier classifier;
};

/* What a method makes of a set of images; NaN stands for what it has not. */
struct learner_terms {
    double objective;      /* without weight decay */
    double data;           /* its part that is the images' own */
    double reconstruction; /* the part of the reconstruction penalty */
};

/* Gives the learner its network, whose weights may still be to come: takes it over in any case.
 * learner_free is due, also after an error. */
int learner_create(struct learner *learner, const struct method *method,
                   const struct config *config, struct network *network, struct error *err);
void learner_free(struct learner *learner);

/* Centre and radius; NULL where the method has none. */
struct deep_svdd *learner_sphere(struct learner *learner);

#endif
