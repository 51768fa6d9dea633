/* CIFAR-10: five batches of training images and one of test images, in any of the forms it is
 * distributed in: the binary files or the Python ones, unpacked in a directory or still in their
 * archive, which is read without being unpacked to disk.
 *
 * Images are (3, 32, 32): planes of red, green and blue, each row by row. Their order is that of
 * the batches. A batch may have any number of images from 1 on. Errors name the file (and the
 * archive it is in): one that cannot be read, is missing or there twice, is cut off or holds
 * something else, a label out of range. */
#ifndef DATA_CIFAR10_H
#define DATA_CIFAR10_H

#include "data/dataset.h"

/* The second: one's own images of 32x32 colour pixels in the same files. */
extern const struct dataset_info dataset_cifar10, dataset_own_cifar10;

#endif
