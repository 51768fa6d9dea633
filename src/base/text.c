#include "base/text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

/* The number of bytes of the UTF-8 character that a text, ended by a zero byte, starts with; 0
 * where there is none, or a control character. */
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

void text_one_line(char *text) {
    while (*text != '\0') {
        const size_t size = character_size(text);
        if (size == 0)
            *text = '?';
        text += size > 0 ? size : 1;
    }
}

bool text_is_one_line(const char *text) {
    size_t size = 1;
    for (; *text != '\0' && size > 0; text += size)
        size = character_size(text);
    return size > 0;
}

void text_print_line(char *line, size_t size, const char *format, ...) {
    va_list arguments;
    assert(size > 0);
    va_start(arguments, format);
    if (vsnprintf(line, size, format, arguments) < 0)
        line[0] = '\0';
    va_end(arguments);
    text_one_line(line);
}
