#include "base/error.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The number of bytes of the UTF-8 character that a text, ended by a zero byte, starts with; 0
 * where there is none, or a control character (up to U+001F, U+007F to U+009F). */
static size_t character_size(const char *text) {
    const unsigned char *c = (const unsigned char *)text;
    if (c[0] < 0x80)
        return c[0] >= 0x20 && c[0] != 0x7f;
    if (c[0] < 0xc2 || c[0] > 0xf4)
        return 0;
    const size_t size = c[0] < 0xe0 ? 2 : c[0] < 0xf0 ? 3 : 4;
    for (size_t i = 1; i < size; i++)
        if ((c[i] & 0xc0) != 0x80)
            return 0;
    /* Too long a form of a smaller character, a surrogate, beyond U+10FFFF. */
    const bool wrong = (c[0] == 0xc2 && c[1] < 0xa0) || (c[0] == 0xe0 && c[1] < 0xa0) ||
                       (c[0] == 0xed && c[1] >= 0xa0) || (c[0] == 0xf0 && c[1] < 0x90) ||
                       (c[0] == 0xf4 && c[1] >= 0x90);
    return wrong ? 0 : size;
}

/* Copies a message, which goes to terminals and logs, and keeps it on one line of valid UTF-8: the
 * name of a file may hold any byte but NUL and '/', and a name in a file any byte at all. */
static void keep(struct error *err, const char *text) {
    char copy[sizeof err->message];
    const size_t length = strnlen(text, sizeof copy - 1);
    memcpy(copy, text, length);
    copy[length] = '\0'; /* may cut a character, whose rest is then none */
    for (size_t i = 0; i < length;) {
        const size_t size = character_size(copy + i);
        if (size == 0)
            copy[i] = '?';
        i += size > 0 ? size : 1;
    }
    memcpy(err->message, copy, length + 1);
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
