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

int place_file(char *path, const char *directory, const char *name, bool gzipped,
               struct error *err) {
    char zipped[128];
    int status = place_path(path, directory, name, err);
    if (status != STATUS_OK || file_exists(path))
        return status;
    if (gzipped) {
        file_path(zipped, sizeof zipped, "%s.gz", name);
        status = place_path(path, directory, zipped, err);
        if (status != STATUS_OK || file_exists(path))
            return status;
    }
    return error_set(err, STATUS_MISSING, "%s: no such file", path);
}

enum place_files place_look(const char *directory, const char *const *files, bool gzipped,
                            const char **missing) {
    size_t n = 0, n_there = 0;
    *missing = NULL;
    for (; files[n] != NULL; n++) {
        char path[DATASET_PATH_SIZE];
        struct error ignored;
        if (place_file(path, directory, files[n], gzipped, &ignored) == STATUS_OK)
            n_there++;
        else if (*missing == NULL)
            *missing = files[n];
    }
    if (n_there == n)
        return PLACE_HAS_ALL;
    if (n_there == 0)
        *missing = NULL;
    return n_there == 0 ? PLACE_HAS_NONE : PLACE_HAS_SOME;
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
