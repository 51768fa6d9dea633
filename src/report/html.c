#include "report/html.h"

#include <stdarg.h>

#include "base/text.h"

/* Names of files may hold any byte; a page is UTF-8. */
void html_text(FILE *out, const char *text) {
    char line[TEXT_LINE_SIZE];
    text_print_line(line, sizeof line, "%s", text);
    for (text = line; *text != '\0'; text++)
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

static void write_arguments(FILE *out, const char *format, va_list arguments) {
    char text[TEXT_LINE_SIZE];
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
