/* Weights in safetensors files (README.md, "Scores and weight files"). */
#ifndef MODEL_FILE_H
#define MODEL_FILE_H

#include "base/error.h"
#include "config/config.h"
#include "data/preprocess.h"
#include "io/tensor_list.h"
#include "nn/network.h"

/* What a model file holds besides the network. */
struct model_extras {
    const struct config *config; /* goes into the metadata */
    const struct preprocess *preprocess;
    const float *center; /* (n_dims); NULL for an autoencoder */
    size_t n_dims;
    float radius_squared;
    const struct metadata *metadata; /* further strings */
    size_t n_metadata;
};

/* Writes all parameters and statistics under their PyTorch names, and the extras; atomically. */
int model_write(const char *path, const struct network *network, const struct model_extras *extras,
                struct error *err);

/* Reads the parameters and statistics of every layer of the network. An error when one is missing
 * (but for a classifier's head) or has another shape, or when the file has layers of an encoder
 * that the network has not, or a decoder other than that of the configuration's autoencoder: it is
 * then the file of another network. The network is changed only on success. */
int model_read(const char *path, const struct config *config, struct network *network,
               struct error *err);

#endif
