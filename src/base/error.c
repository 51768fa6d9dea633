#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Copies a message and keeps it on one line: a file name may hold any byte but NUL and '/', and a
 * message goes to terminals and logs. Bytes of UTF-8 beyond ASCII stand. */
static void keep(struct error *err, const char *text) {
    size_t length = strnlen(text, sizeof err->message - 1);
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        err->message[i] = text[i];
        if (c < 0x20 || c == 0x7f)
            err->message[i] = '?';
    }
    err->message[length] = '\0';
}

void error_write(struct error *err, const char *format, ...) {
    if (err == NULL)
        return;
    /* Formatted apart, since an argument may be the message that is there. */
    char text[sizeof err->message];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    keep(err, length < 0 ? "an error whose message cannot be formatted" : text);
}

void error_write_before(struct error *err, const char *format, ...) {
    if (err == NULL)
        return;
    char text[sizeof err->message];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length < 0)
        return;
    /* What does not fit is cut, as everywhere. */
    strncat(text, ": ", sizeof text - 1 - strlen(text));
    strncat(text, err->message, sizeof text - 1 - strlen(text));
    keep(err, text);
}
