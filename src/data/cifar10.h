/* CIFAR-10. */
#ifndef DATA_CIFAR10_H
#define DATA_CIFAR10_H

#include "data/dataset.h"

extern const struct dataset_info dataset_cifar10;

#endif
