/* Text that goes to terminals, logs, tables and pages, wherever it came from. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Enough for a path and a sentence about it. */
enum { TEXT_LINE_SIZE = 1024 };

/* Makes a text, ended by a zero byte, one line of valid UTF-8, of the same length: every control
 * character (up to U+001F, U+007F to U+009F) and every byte that is no part of a character becomes
 * a '?', so also the beginning of a character that was cut. */
void text_one_line(char *text);

/* True when the text is that already. */
bool text_is_one_line(const char *text);

/* Prints like snprintf into `line`, of `size` bytes, and makes it one line of valid UTF-8. What
 * does not fit is cut. */
void text_print_line(char *line, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
