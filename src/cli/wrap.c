#include "cli/wrap.h"

#include <stdio.h>
#include <string.h>

void wrap_print(const char *left, size_t indent, const char *right) {
    size_t column = strlen(left);
    fputs(left, stdout);
    if (column + 1 > indent && indent > 0) {
        putchar('\n');
        column = 0;
    }
    printf("%*s", (int)(indent - column), "");
    column = indent;
    while (*right != '\0') {
        const size_t length = strcspn(right, " ");
        const size_t blank = column > indent;
        if (blank && column + 1 + length > HELP_COLUMNS) {
            printf("\n%*s", (int)indent, "");
            column = indent;
        } else if (blank) {
            putchar(' ');
            column++;
        }
        printf("%.*s", (int)length, right);
        column += length;
        right += length;
        right += strspn(right, " ");
    }
    putchar('\n');
}
