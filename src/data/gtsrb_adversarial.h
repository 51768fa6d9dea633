/* The stop signs under adversarial attack, from two NumPy arrays (see gtsrb.h for what they hold).
 */
#ifndef DATA_GTSRB_ADVERSARIAL_H
#define DATA_GTSRB_ADVERSARIAL_H

#include "data/dataset.h"

/* Reads images (n, 3, 32, 32) and labels (n) or (n, 1), both 0 or 1. Messages start with the path
 * of the file that does not do: another shape or type, a value that is not a pixel's or not a
 * label (with its place), no images, not as many labels. Nothing to free after an error. */
int gtsrb_read_adversarial(const char *images_path, const char *labels_path, struct images *images,
                           struct error *err);

#endif
