/* What the message of an error must say. */
#ifndef SUPPORT_SAYS_H
#define SUPPORT_SAYS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"

static inline void assert_says(const struct error *err, const char *part) {
    if (strstr(err->message, part) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err->message, part);
}

/* The message begins with the name of the file, too. */
static inline void assert_says_of(const struct error *err, const char *name, const char *part) {
    if (strncmp(err->message, name, strlen(name)) != 0)
        fail_msg("\"%s\" does not begin with \"%s\"", err->message, name);
    assert_says(err, part);
}

#endif
