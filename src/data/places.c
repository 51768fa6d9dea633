/* Places of data sets. */
#include "data/places.h"

#include <stdio.h>
#include <string.h>

#include "data/dataset.h"
#include "io/file.h"

int place_path(char *path, const char *directory, const char *place, struct error *err) {
    if (place[0] != '\0' && place[0] != '/')
        return file_join(path, DATASET_PATH_SIZE, directory, place, err);
    const char *whole = place[0] == '/' ? place : directory;
    if (strlen(whole) >= DATASET_PATH_SIZE)
        return error_set(err, STATUS_FAILED,
                         "%.100s...: the path is too long: choose a shorter one", whole);
    strcpy(path, whole);
    return STATUS_OK;
}

void places_add_looked(char *looked, size_t size, const char *place, const char *verb,
                       const char *what) {
    const size_t length = strlen(looked);
    const char *comma = length == 0 ? "" : ", ";
    if (what == NULL)
        snprintf(looked + length, size - length, "%s%s", comma, place);
    else
        snprintf(looked + length, size - length, "%s%s (%s %s)", comma, place, verb, what);
}
