#include "model/learner.h"

int learner_create(struct learner *learner, const struct method *method,
                   const struct config *config, struct network *network, struct error *err) {
    *learner = (struct learner){.method = method, .config = config, .network = network};
    return method->create ? method->create(learner, err) : STATUS_OK;
}

void learner_free(struct learner *learner) {
    if (learner->method && learner->method->free)
        learner->method->free(learner);
    network_free(learner->network);
    *learner = (struct learner){0};
}

struct deep_svdd *learner_sphere(struct learner *learner) {
    return learner->method && learner->method->has_sphere ? &learner->svdd : NULL;
}
