/* The stop signs of GTSRB as they come: a table of image files with the region of interest of each.
 */
#ifndef DATA_GTSRB_SIGNS_H
#define DATA_GTSRB_SIGNS_H

#include "data/dataset.h"

#define GTSRB_TABLE "GT-00014.csv"

/* Reads the table in the directory and the images beside it that it names, at least two: each is
 * cut to its region of interest and resized to 32 x 32; labels are 0; in the order of the table.
 * Messages start with the path of the file that does not do: a row of another class or with a
 * region outside of its image, an image of another size, a name that leads elsewhere. Nothing to
 * free after an error. */
int gtsrb_read_signs(const char *directory, struct images *images, struct error *err);

#endif
