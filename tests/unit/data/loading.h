/* Data sets that must not load. */
#ifndef TEST_LOADING_H
#define TEST_LOADING_H

#include "data/dataset.h"
#include "support/says.h"

/* Loading has failed and freed everything; the message is one line that names the place and says
 * what is wrong. */
static inline void assert_not_loaded(int status, const struct dataset *dataset,
                                     const struct error *err, const char *place, const char *part) {
    assert_int_not_equal(status, STATUS_OK);
    assert_int_equal(err->status, status);
    assert_says(err, place);
    assert_says(err, part);
    assert_null(strchr(err->message, '\n'));
    assert_null(dataset->train.pixels);
    assert_null(dataset->train.labels);
    assert_null(dataset->test.pixels);
    assert_null(dataset->test.labels);
}

#endif
