/* The places in which a data set is looked for, and the list of them for a message. */
#ifndef DATA_PLACES_H
#define DATA_PLACES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Writes into `path` (DATASET_PATH_SIZE bytes) what `place` stands for: the directory itself when
 * it is "", itself when it is absolute, else "<directory>/<place>". An error when that is too long.
 */
int place_path(char *path, const char *directory, const char *place, struct error *err);

/* Writes into `path` (DATASET_PATH_SIZE bytes) that of a file in the directory; with `gzipped` that
 * of "<name>.gz" where only this is there. An error when neither is, or the path is too long. */
int place_file(char *path, const char *directory, const char *name, bool gzipped,
               struct error *err);

/* What a directory has of the files that belong together. */
enum place_files { PLACE_HAS_NONE, PLACE_HAS_SOME, PLACE_HAS_ALL };

/* Looks for the files (ended by NULL), each as place_file does. *missing is the first of those that
 * are not there where some are, else NULL. */
enum place_files place_look(const char *directory, const char *const *files, bool gzipped,
                            const char **missing);

/* Appends a place to the list `looked` (size bytes), as far as there is room, with what is wrong
 * there: `verb` and `what` give "data/mnist (lacks t10k-labels-idx1-ubyte)". Without `what` (NULL)
 * the place alone. */
void places_add_looked(char *looked, size_t size, const char *place, const char *verb,
                       const char *what);

#endif
