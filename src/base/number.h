/* Numbers in files: written and read with a point, whatever the locale of the program that calls
 * the library. */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <locale.h>
#include <stdbool.h>
#include <stddef.h>

/* Prints one double by the printf format, which has one conversion for it: "%a", "%.9g". */
void number_print(char *text, size_t size, const char *format, double value)
    __attribute__((format(printf, 3, 0)));

/* Prints it with as few digits, 15 to 17, as bring it back exactly. */
void number_print_exact(char *text, size_t size, double value);

/* Reads what number_print has written: all of the text has to be a number, which may be
 * hexadecimal, infinite or NaN, without blanks before it. */
bool number_parse(const char *text, double *value);

/* From begin to end, all that this thread prints and reads has a point: for who writes a file
 * of many numbers. `before` is what begin returned; the two may be nested. */
locale_t number_point_begin(void);
void number_point_end(locale_t before);

#endif
