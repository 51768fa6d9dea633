/* Weights in safetensors files (docs/model-file.md). */
#ifndef MODEL_FILE_H
#define MODEL_FILE_H

#include "base/error.h"
#include "config/config.h"
#include "data/preprocess.h"
#include "io/tensor_list.h"
#include "model/learner.h"
#include "nn/network.h"

/* Writes the learner's network under PyTorch's names, its centre and radius, the preprocessing, the
 * configuration and the method, and further strings (metadata may be NULL); atomically. The file
 * alone is enough to score with (model.h). */
int model_write(const char *path, struct learner *learner, const struct preprocess *preprocess,
                const struct metadata *metadata, size_t n_metadata, struct error *err);

/* Reads the parameters and statistics of every layer of the network. An error when one is missing
 * (but for a classifier's head) or has another shape, or when the file has layers of an encoder
 * that the network has not, or a decoder other than that of the configuration's autoencoder: it is
 * then the file of another network. The network is changed only on success. */
int model_read(const char *path, const struct config *config, struct network *network,
               struct error *err);

/* The same from a file that has been read already; `path` names it in messages. without_head: a
 * classifier's head may be missing, and then stays as it is; else it must be there too. */
int model_read_list(const char *path, const struct tensor_list *list, const struct config *config,
                    bool without_head, struct network *network, struct error *err);

#endif
