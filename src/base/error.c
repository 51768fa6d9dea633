#include "base/error.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* A message goes to terminals and logs: the name of a file may hold any byte but NUL and '/', and a
 * name in a file any byte at all. */
static void keep(struct error *err, int status, char text[sizeof err->message]) {
    assert(status != STATUS_OK);
    text_one_line(text);
    memcpy(err->message, text, strlen(text) + 1);
    err->status = status;
}

void error_write(struct error *err, int status, const char *format, ...) {
    if (err == NULL)
        return;
    /* Formatted apart, since an argument may be the message that is there. */
    char text[sizeof err->message];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length < 0)
        snprintf(text, sizeof text, "an error whose message cannot be formatted");
    keep(err, status, text);
}

void error_write_before(struct error *err, int status, const char *format, ...) {
    if (err == NULL)
        return;
    char text[sizeof err->message];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length < 0)
        snprintf(text, sizeof text, "an error");
    /* What does not fit is cut, as everywhere. */
    strncat(text, ": ", sizeof text - 1 - strlen(text));
    strncat(text, err->message, sizeof text - 1 - strlen(text));
    keep(err, status, text);
}

int status_of_errno(int code) {
    switch (code) {
    case ENOENT:
    case ENOTDIR:
        return STATUS_MISSING;
    case EACCES:
    case EPERM:
    case EROFS:
        return STATUS_DENIED;
    case ENOMEM:
        return STATUS_NO_MEMORY;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return STATUS_NO_SPACE;
    default:
        return STATUS_FAILED;
    }
}

int status_exit(int status) {
    switch (status) {
    case STATUS_OK:
    case STATUS_USAGE:
    case STATUS_BUSY:
    case STATUS_INTERRUPTED:
        return status;
    case STATUS_OTHER_RUN: /* these options and this directory do not go together */
        return STATUS_USAGE;
    default:
        return STATUS_FAILED;
    }
}
