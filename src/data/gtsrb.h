/* The stop signs of GTSRB (the German Traffic Sign Recognition Benchmark) against stop signs under
 * adversarial attack: the paper's experiment (section 4.3).
 *
 * Where the files stand: in a directory ROOT, which is DATA_DIR/GTSRB, DATA_DIR/gtsrb or DATA_DIR
 * itself (the first of them that holds everything).
 *
 *   Stop signs: GT-00014.csv and the images it names, in ROOT/Final_Training/Images/00014 (as
 *   GTSRB_Final_Training_Images.zip of the benchmark's site unpacks) or in ROOT/00014.
 *
 *   Adversarial test images: Images_150.npy and Labels_150.npy, both in ROOT or both in
 *   ROOT/adversarial. They are not public. Saved with numpy.save: images (n, 3, 32, 32), channels
 *   red, green, blue, integers in 0..255 or floating-point numbers in 0..1 or 0..255; labels (n) or
 *   (n, 1), 0 = a stop sign that is not attacked, 1 = adversarial.
 *
 * Each stop sign is cut out by its region of interest and resized to 32 x 32. 100 of them, at
 * random, are held out: the test set is these and the adversarial images, the training set the
 * rest. Class 0 = stop sign, 1 = adversarial. */
#ifndef DATA_GTSRB_H
#define DATA_GTSRB_H

#include "data/dataset.h"

extern const struct dataset_info dataset_gtsrb;

#endif
