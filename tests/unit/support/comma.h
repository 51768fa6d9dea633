/* A locale with a decimal comma, as a program that calls the library may have set it. */
#ifndef SUPPORT_COMMA_H
#define SUPPORT_COMMA_H

#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/scratch.h"

static inline bool comma_is_set(void) {
    return strcmp(localeconv()->decimal_point, ",") == 0;
}

/* Sets one that is installed, or else one that localedef makes in the scratch directory; false,
 * having said why, when there is neither. comma_leave goes back. */
static inline bool comma_enter(struct scratch *scratch) {
    static const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "ru_RU.UTF-8"};
    char command[512];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (setlocale(LC_ALL, names[i]) != NULL && comma_is_set())
            return true;
    const char *path = scratch_path(scratch, names[0]);
    snprintf(command, sizeof command,
             "localedef -i de_DE -f UTF-8 --no-archive '%s' >/dev/null 2>&1", path);
    if (system(command) == 0) {
        setenv("LOCPATH", scratch->directory, 1);
        if (setlocale(LC_ALL, names[0]) != NULL && comma_is_set())
            return true;
    }
    print_message("no locale with a decimal comma is installed, and localedef cannot make one\n");
    return false;
}

static inline void comma_leave(void) {
    setlocale(LC_ALL, "C");
}

#endif
