/* Text in two columns. */
#ifndef CLI_WRAP_H
#define CLI_WRAP_H

#include <stddef.h>

enum { HELP_COLUMNS = 100 };

/* Prints `left`, then `right` from column `indent` on, broken between words so that no line is
 * longer than HELP_COLUMNS (a single longer word stands on a line of its own). `right` begins on
 * the next line when `left` reaches into its column. */
void wrap_print(const char *left, size_t indent, const char *right);

#endif
