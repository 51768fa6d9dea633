/* The values that a sweep is given for one option: one, or a list. */
#ifndef SWEEP_VALUES_H
#define SWEEP_VALUES_H

#include <stddef.h>

#include "base/error.h"
#include "config/config.h"

enum { SWEEP_MAX_RUNS = 10000 };

struct sweep_values {
    const struct option *option;
    char **values; /* n, as option_print writes them; a single one as it was given */
    size_t n;
};

/* Reads "0..9", "0,1,5", "0..3,7", or one value, which is not checked here. Any option may have a
 * list that changes results and is no path; ranges are for integers. STATUS_USAGE, naming the
 * option, on an empty place, a value that is out of range or there twice, a range that ends before
 * it begins, more than SWEEP_MAX_RUNS values. Freed with sweep_values_free, also after an error. */
int sweep_values_parse(struct sweep_values *values, const struct option *option, const char *text,
                       struct error *err);

void sweep_values_free(struct sweep_values *values);

#endif
