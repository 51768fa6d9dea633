/* The methods, one row each: their names, what selects them, how they are trained and how they
 * score. Nobody asks which method it is; whoever needs to know something of a method finds it in
 * its row. */
#ifndef MODEL_METHOD_H
#define MODEL_METHOD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "config/config.h"
#include "config/option_table.h"
#include "data/batches.h"
#include "nn/architectures.h"
#include "nn/network.h"
#include "train/trainer.h"

struct fit_distances;
struct learner;
struct learner_terms;

/* The columns of the paper's Table 1, from the left. */
enum paper_column {
    PAPER_OCSVM, /* and SVDD, which is the same with its kernel */
    PAPER_KDE,
    PAPER_IFOREST,
    PAPER_DCAE,
    PAPER_ANOGAN, /* not in this program */
    PAPER_SOFT_BOUNDARY,
    PAPER_ONE_CLASS,
    N_PAPER_COLUMNS,
    PAPER_NONE = N_PAPER_COLUMNS
};

struct method {
    const char *name;      /* in results.json and on the command line's output: "one-class" */
    const char *title;     /* in a heading: "OC-SVM" */
    const char *directory; /* of its runs in a sweep: "deepSVDD" */
    enum paper_column paper;
    size_t colour; /* of the page's series */

    /* What selects it: --loss, -1 where that does not; --hard-margin, -1 for either. */
    int loss, hard_margin;
    enum option_use uses; /* the options that it takes notice of: those up to this */

    bool has_epochs;       /* trained in epochs, so that there is a history */
    bool is_pretraining;   /* what pretraining trains, and nothing after it */
    bool has_sphere;       /* a centre and a radius */
    bool radius_in_terms;  /* R2 is a term of its objective */
    bool has_threshold;    /* a score above 0 is an anomaly */
    const char *data_term; /* the images' own part of the objective, for a legend */
    enum architecture_use use, use_penalised; /* its network, and with a reconstruction penalty */

    /* ---- what it does; NULL where nothing is to be done, and of a method that is not trained here
     */

    /* Sets up what the method has beside the network. */
    int (*create)(struct learner *learner, struct error *err);
    /* What a fresh start needs of the training set once the network has its weights. */
    int (*begin)(struct learner *learner, const struct batch_set *train, struct error *err);
    /* One epoch with all that is updated after it. `distances` says whether the training set's are
     * wanted, and tells whether they have been measured (svdd/fit.h). *objective: the mean over the
     * batches. */
    int (*epoch)(struct learner *learner, struct trainer *trainer, struct fit_distances *distances,
                 double *objective, struct error *err);
    /* Scores of the set's images into scores (n), in evaluation mode, and the terms of the
     * objective. `measured`: scores hold what the method measures an image by already (d_i). room:
     * (n), scratch. */
    void (*measure)(struct learner *learner, const struct batch_set *set, bool measured,
                    float *scores, float *room, struct learner_terms *terms);
    /* Scores of one group's images: what `measure` gives for them. Re-entrant. */
    void (*score)(const struct learner *learner, const struct network_view *view, float *scores);
    void (*free)(struct learner *learner);
};

/* In the order of the columns of a table: the paper's, with the classifier before Deep SVDD. */
extern const struct method method_table[];
extern const size_t method_count;
enum { METHOD_MAX_COUNT = 16 }; /* bound on method_count, for arrays over methods */

/* The place in the table. */
size_t method_index(const struct method *method);

/* By its name; NULL when there is none. */
const struct method *method_find(const char *name);

/* The one that the options select (enum loss, and the flag hard_margin): there always is one. */
const struct method *method_select(int loss, int hard_margin);
const struct method *method_of(const struct config *config);

/* The one that pretraining trains: the autoencoder. */
const struct method *method_of_pretraining(void);

/* Which network the configuration's method has. */
enum architecture_use method_architecture(const struct config *config);

#endif
