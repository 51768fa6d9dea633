/* What a run's numbers depend on, in one number. */
#ifndef RUN_FINGERPRINT_H
#define RUN_FINGERPRINT_H

#include <stdint.h>

#include "run/parts.h"

/* A hash of all that determines the pretrained autoencoder: the preprocessed images, the options
 * marked shapes_pretraining, the kernels (of BLAS: its core), the program's revision. */
uint64_t run_fingerprint(const struct run *run);

#endif
