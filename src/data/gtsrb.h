/* The stop signs of GTSRB (the German Traffic Sign Recognition Benchmark) against stop signs under
 * adversarial attack: the paper's experiment. */
#ifndef DATA_GTSRB_H
#define DATA_GTSRB_H

#include "data/dataset.h"

extern const struct dataset_info dataset_gtsrb;

#endif
