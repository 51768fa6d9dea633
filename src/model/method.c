#include "model/method.h"

#include <assert.h>
#include <string.h>

#include "config/option.h"
#include "model/classifier.h"
#include "model/dcae.h"
#include "model/deep_svdd.h"

/* What the two objectives of Deep SVDD have in common. */
#define DEEP_SVDD                                                                                  \
    .loss = LOSS_SVDD, .uses = USED_BY_SVDD, .has_epochs = true, .has_sphere = true,               \
    .has_threshold = true, .use = ARCHITECTURE_ENCODER, .use_penalised = ARCHITECTURE_PENALISED,   \
    .create = learn_svdd_create, .begin = learn_svdd_begin, .epoch = learn_svdd_epoch,             \
    .measure = learn_svdd_measure, .score = learn_svdd_score, .free = learn_svdd_free

const struct method method_table[] = {
    {"ocsvm", "OC-SVM", "ocsvm", PAPER_OCSVM, .colour = 3, .loss = -1, .hard_margin = -1},
    {"kde", "KDE", "kde", PAPER_KDE, .colour = 4, .loss = -1, .hard_margin = -1},
    {"iforest", "IF", "iforest", PAPER_IFOREST, .colour = 5, .loss = -1, .hard_margin = -1},
    {"dcae", "DCAE", "autoencoder", PAPER_DCAE, .colour = 2, .loss = LOSS_AUTOENCODER,
     .hard_margin = -1, .uses = USED_BY_ALL, .has_epochs = true, .is_pretraining = true,
     .data_term = "reconstruction error", .use = ARCHITECTURE_AUTOENCODER,
     .use_penalised = ARCHITECTURE_AUTOENCODER, .epoch = learn_dcae_epoch,
     .measure = learn_dcae_measure, .score = learn_dcae_score},
    {"ce", "classifier", "ce", PAPER_NONE, .colour = 6, .loss = LOSS_CE, .hard_margin = -1,
     .uses = USED_IN_TRAINING, .has_epochs = true, .has_threshold = true,
     .data_term = "cross-entropy", .use = ARCHITECTURE_CLASSIFIER,
     .use_penalised = ARCHITECTURE_CLASSIFIER, .create = learn_classifier_create,
     .epoch = learn_classifier_epoch, .measure = learn_classifier_measure,
     .score = learn_classifier_score},
    {"soft-boundary", "soft-boundary", "deepSVDD_soft", PAPER_SOFT_BOUNDARY, .colour = 1,
     .hard_margin = 0, .radius_in_terms = true, .data_term = "beyond R², mean / ν", DEEP_SVDD},
    {"one-class", "one-class", "deepSVDD", PAPER_ONE_CLASS, .colour = 0, .hard_margin = 1,
     .data_term = "squared distance, mean", DEEP_SVDD},
};

const size_t method_count = sizeof method_table / sizeof *method_table;

_Static_assert(sizeof method_table / sizeof *method_table <= METHOD_MAX_COUNT,
               "METHOD_MAX_COUNT is too small");

size_t method_index(const struct method *method) {
    assert(method >= method_table && method < method_table + method_count);
    return (size_t)(method - method_table);
}

const struct method *method_find(const char *name) {
    for (size_t i = 0; i < method_count; i++)
        if (strcmp(method_table[i].name, name) == 0)
            return &method_table[i];
    return NULL;
}

const struct method *method_select(int loss, int hard_margin) {
    for (size_t i = 0; i < method_count; i++) {
        const struct method *method = &method_table[i];
        if (method->loss == loss && (method->hard_margin < 0 || method->hard_margin == hard_margin))
            return method;
    }
    assert(false); /* every loss has a row */
    return NULL;
}

const struct method *method_of(const struct config *config) {
    return method_select(config->loss, config->hard_margin);
}

const struct method *method_of_pretraining(void) {
    for (size_t i = 0; i < method_count; i++)
        if (method_table[i].is_pretraining)
            return &method_table[i];
    assert(false); /* the autoencoder's row */
    return NULL;
}

enum architecture_use method_architecture(const struct config *config) {
    const struct method *method = method_of(config);
    return config->reconstruction_penalty ? method->use_penalised : method->use;
}
