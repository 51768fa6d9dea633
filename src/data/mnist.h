/* MNIST and Fashion-MNIST: four IDX files of the same names, plain or gzipped. */
#ifndef DATA_MNIST_H
#define DATA_MNIST_H

#include "data/dataset.h"

/* dataset_info.locate: the directory that holds all four files. A directory that is known, by the
 * checksum of its labels, to hold the other data set is passed over. */
int mnist_locate(const struct dataset_info *info, const char *data_dir, char *path,
                 struct error *err);

/* dataset_info.load. Errors name the file: one that cannot be read, a wrong magic number, another
 * image size, numbers of images and labels that differ, a label out of range, no images. */
int mnist_load(const struct dataset_info *info, const char *data_dir, struct dataset *dataset,
               struct error *err);

#endif
