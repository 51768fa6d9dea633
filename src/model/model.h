/* A trained model as a thing that scores: from one weight file, with nothing else.
 *
 * A model is not changed by scoring, so several threads may score with one, each with scratch
 * memory of its own. */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include <stddef.h>

#include "base/error.h"
#include "config/config.h"
#include "data/preprocess.h"
#include "model/learner.h"
#include "nn/layer.h"

struct model {
    struct config config; /* of the run that trained it, as its file has it */
    struct shape input;   /* of the images that it scores */
    struct preprocess preprocess;
    struct learner learner; /* method, network; centre and radius where the method has them */
};

struct model_scratch;

/* Reads a weight file that a run has written (model.safetensors, autoencoder.safetensors) and
 * prepares its weights for the kernels of that name ("auto": the best of this processor). An error
 * when the file cannot be read, is no model, or its arrays do not fit its configuration. Freed with
 * model_free. */
int model_load(struct model **model, const char *path, const char *kernel, struct error *err);
void model_free(struct model *model);

/* What scoring works in, for one thread at a time. Freed with model_scratch_free, before the model.
 */
int model_scratch_create(struct model_scratch **scratch, const struct model *model,
                         struct error *err);
void model_scratch_free(struct model_scratch *scratch);

/* The anomaly scores of n images: pixels (n, channels, height, width) of model->input, 0..255;
 * scores (n), as in scores.csv of the run. Where the method has a threshold, a score above 0 is an
 * anomaly. Reentrant: see above. */
int model_score(const struct model *model, struct model_scratch *scratch,
                const unsigned char *pixels, size_t n, float *scores, struct error *err);

#endif
