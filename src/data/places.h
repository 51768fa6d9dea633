/* The places in which a data set is looked for, and the list of them for a message. */
#ifndef DATA_PLACES_H
#define DATA_PLACES_H

#include <stddef.h>

#include "base/error.h"

/* Writes into `path` (DATASET_PATH_SIZE bytes) what `place` stands for: the directory itself when
 * it is "", itself when it is absolute, else "<directory>/<place>". An error when that is too long.
 */
int place_path(char *path, const char *directory, const char *place, struct error *err);

/* Appends a place to the list `looked` (size bytes), as far as there is room, with what is wrong
 * there: `verb` and `what` give "data/mnist (lacks t10k-labels-idx1-ubyte)". Without `what` (NULL)
 * the place alone. */
void places_add_looked(char *looked, size_t size, const char *place, const char *verb,
                       const char *what);

#endif
