/* MNIST and Fashion-MNIST: four IDX files of the same names, plain or gzipped.
 *
 * A directory that is known, by the checksum of its labels, to hold the other data set is passed
 * over. Errors name the file: one that cannot be read, a wrong magic number, another image size,
 * numbers of images and labels that differ, a label out of range, no images. */
#ifndef DATA_MNIST_H
#define DATA_MNIST_H

#include "data/dataset.h"

/* The last: one's own images of 28x28 grey pixels in files of the same names. */
extern const struct dataset_info dataset_mnist, dataset_fashion_mnist, dataset_own_idx;

#endif
