#include "base/number.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

/* glibc has the "C" locale as a constant, so this neither allocates nor fails. */
locale_t number_point_begin(void) {
    locale_t locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    assert(locale != (locale_t)0);
    return uselocale(locale);
}

void number_point_end(locale_t before) {
    freelocale(uselocale(before));
}

void number_print(char *text, size_t size, const char *format, double value) {
    locale_t before = number_point_begin();
    snprintf(text, size, format, value);
    number_point_end(before);
}

void number_print_exact(char *text, size_t size, double value) {
    locale_t before = number_point_begin();
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, size, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    number_point_end(before);
}

bool number_parse(const char *text, double *value) {
    char *end;
    locale_t before = number_point_begin();
    *value = strtod(text, &end);
    number_point_end(before);
    return end != text && *end == '\0' && !isspace((unsigned char)text[0]);
}
