/* HTML as text: whatever a file says stays text. Errors of the stream are for the caller to look at
 * in the end (ferror). */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include <stdio.h>

/* Writes a text with characters of markup escaped, fit for elements and for attributes in double
 * quotes: one line of valid UTF-8, cut as messages are (struct error). */
void html_text(FILE *out, const char *text);

/* The same of a printf format. */
void html_format(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ` name="value"`, the value a printf format. */
void html_attribute(FILE *out, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* <tag>text</tag> */
void html_element(FILE *out, const char *tag, const char *text);

#endif
