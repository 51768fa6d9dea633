/* Python pickles of a dict of lists of integers, strings and NumPy arrays of bytes; no others.
 *
 * A pickle is a program for a stack machine whose instructions can call any function of Python's.
 * The reader here knows the few instructions that such a dict needs, and of functions the four
 * names that an array of bytes needs; it calls none of them, and refuses everything else. What
 * Python 2 wrote is read, and protocols 2 to 4 of Python 3. */
#ifndef IO_PICKLE_H
#define IO_PICKLE_H

#include <stdint.h>

#include "io/file.h"

enum { PICKLE_MAX_DIMS = 4 };

struct pickle;

struct pickle_array {
    size_t n_dims;
    size_t dims[PICKLE_MAX_DIMS];
    const unsigned char *values; /* row-major; they live as long as the pickle and its bytes */
    size_t n_values;
};

/* Parses `bytes`, which must outlive the pickle. `name` (a path, copied) stands in front of
 * messages: an instruction or a function that is refused, an array in Fortran order or of another
 * type than unsigned bytes, a length beyond the end of the bytes, a dict that is cut off or
 * followed by other bytes, more values than any data set has. Memory is bounded by the number of
 * bytes, whatever lengths they claim. Freed with pickle_free. */
int pickle_parse(struct pickle **pickle, const char *name, const struct bytes *bytes,
                 struct error *err);

/* The array of bytes under a key of the dict; an error when there is none. */
int pickle_find_array(const struct pickle *pickle, const char *key, struct pickle_array *array,
                      struct error *err);

/* The list of integers under a key of the dict: *n of them in *integers, which is freed with
 * free(). An error when there is none. */
int pickle_find_integers(const struct pickle *pickle, const char *key, int32_t **integers,
                         size_t *n, struct error *err);

void pickle_free(struct pickle *pickle);

#endif
