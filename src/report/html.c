#include "report/html.h"

#include <stdarg.h>

#include "base/error.h"

static void escape(FILE *out, const char *text) {
    for (; *text != '\0'; text++)
        switch (*text) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        default:
            putc(*text, out);
        }
}

void html_text(FILE *out, const char *text) {
    struct error plain; /* names of files may hold any byte; messages are lines of UTF-8 */
    error_write(&plain, "%s", text);
    escape(out, plain.message);
}

static void write_arguments(FILE *out, const char *format, va_list arguments) {
    char text[sizeof((struct error *)0)->message];
    vsnprintf(text, sizeof text, format, arguments);
    html_text(out, text);
}

void html_format(FILE *out, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    write_arguments(out, format, arguments);
    va_end(arguments);
}

void html_attribute(FILE *out, const char *name, const char *format, ...) {
    va_list arguments;
    fprintf(out, " %s=\"", name);
    va_start(arguments, format);
    write_arguments(out, format, arguments);
    va_end(arguments);
    putc('"', out);
}

void html_element(FILE *out, const char *tag, const char *text) {
    fprintf(out, "<%s>", tag);
    html_text(out, text);
    fprintf(out, "</%s>", tag);
}
