/* The walk through directories. */
#include "records/run_list.h"

#include <dirent.h>
#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io/file.h"
#include "run/directory.h"

enum { MAX_DEPTH = 16, MAX_DIRECTORIES = 200000 };

/* What a directory is, whatever its name. */
struct place {
    dev_t device;
    ino_t inode;
};

struct walk {
    struct run_list *list;
    void *visited; /* a tree (tsearch) of struct place */
    size_t n_visited;
};

static int compare_places(const void *a, const void *b) {
    const struct place *x = a, *y = b;
    if (x->device != y->device)
        return x->device < y->device ? -1 : 1;
    return (x->inode > y->inode) - (x->inode < y->inode);
}

static int out_of_memory(struct error *err) {
    return error_set(err, STATUS_NO_MEMORY, "out of memory while looking for runs");
}

/* Appends an entry, empty but for its path. NULL when out of memory. */
static struct listed_run *append(struct run_list *list, const char *path, struct error *err) {
    if (list->n == list->capacity) {
        const size_t capacity = 2 * list->capacity + 16;
        struct listed_run *runs = reallocarray(list->runs, capacity, sizeof *runs);
        if (runs == NULL) {
            out_of_memory(err);
            return NULL;
        }
        list->runs = runs;
        list->capacity = capacity;
    }
    struct listed_run *run = &list->runs[list->n];
    *run = (struct listed_run){.path = strdup(path)};
    if (run->path == NULL) {
        out_of_memory(err);
        return NULL;
    }
    list->n++;
    return run;
}

static int append_unreadable(struct walk *walk, const char *path, const char *problem,
                             struct error *err) {
    struct listed_run *run = append(walk->list, path, err);
    if (run == NULL)
        return STATUS_NO_MEMORY;
    run->state = LISTED_UNREADABLE;
    run->problem = strdup(problem);
    return run->problem != NULL ? STATUS_OK : out_of_memory(err);
}

/* *first: nobody has been here. */
static int visit(struct walk *walk, const struct stat *info, bool *first, struct error *err) {
    struct place *place = malloc(sizeof *place);
    if (place == NULL)
        return out_of_memory(err);
    *place = (struct place){.device = info->st_dev, .inode = info->st_ino};
    void *const *node = tsearch(place, &walk->visited, compare_places);
    *first = node != NULL && *node == place;
    walk->n_visited += *first;
    if (!*first)
        free(place);
    return node != NULL ? STATUS_OK : out_of_memory(err);
}

/* Appends the run of a directory, if it holds one. */
static int look(struct walk *walk, const char *path, struct error *err) {
    if (!listed_run_exists(path))
        return STATUS_OK;
    struct listed_run *run = append(walk->list, path, err);
    return run != NULL ? listed_run_read(run, err) : STATUS_NO_MEMORY;
}

static int enter(struct walk *walk, const char *path, size_t depth, struct error *err);

static int is_shown(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static int compare_entries(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* Enters one entry of a directory, if it is a directory itself. One that has gone since is passed
 * over: a sweep may be at work here. */
static int enter_entry(struct walk *walk, const char *path, const struct dirent *entry,
                       size_t depth, struct error *err) {
    char child[CONFIG_PATH_SIZE];
    struct stat info;
    if (entry->d_type != DT_DIR && entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN)
        return STATUS_OK;
    if (file_join(child, sizeof child, path, entry->d_name, err) != STATUS_OK)
        return append_unreadable(walk, path, "holds a name that makes the path too long", err);
    if (stat(child, &info) != 0 || !S_ISDIR(info.st_mode))
        return STATUS_OK;
    return enter(walk, child, depth, err);
}

static int enter_all(struct walk *walk, const char *path, size_t depth, struct error *err) {
    struct dirent **entries = NULL;
    const int n = scandir(path, &entries, is_shown, compare_entries);
    if (n < 0) {
        char problem[256];
        snprintf(problem, sizeof problem, "cannot list the directory: %s: %s", strerror(errno),
                 file_hint(errno));
        return append_unreadable(walk, path, problem, err);
    }
    int status = STATUS_OK;
    for (int i = 0; i < n; i++) {
        if (status == STATUS_OK)
            status = enter_entry(walk, path, entries[i], depth, err);
        free(entries[i]);
    }
    free(entries);
    return status;
}

/* Looks into a directory and those in it. */
// NOLINTNEXTLINE(misc-no-recursion): MAX_DEPTH bounds it
static int enter(struct walk *walk, const char *path, size_t depth, struct error *err) {
    struct stat info;
    bool first = false;
    if (stat(path, &info) != 0) {
        char problem[256];
        snprintf(problem, sizeof problem, "cannot look into the directory: %s: %s", strerror(errno),
                 file_hint(errno));
        return append_unreadable(walk, path, problem, err);
    }
    int status = visit(walk, &info, &first, err);
    if (status != STATUS_OK || !first)
        return status;
    if (depth > MAX_DEPTH)
        return append_unreadable(walk, path, "too deep to be looked into: name it itself", err);
    if (walk->n_visited > MAX_DIRECTORIES)
        return walk->n_visited > MAX_DIRECTORIES + 1
                   ? STATUS_OK
                   : append_unreadable(walk, path, "too many directories: name those of runs", err);
    status = look(walk, path, err);
    return status == STATUS_OK ? enter_all(walk, path, depth + 1, err) : status;
}

/* A directory that the caller has named. */
static int enter_named(struct walk *walk, const char *directory, struct error *err) {
    char path[CONFIG_PATH_SIZE];
    size_t length = strlen(directory);
    while (length > 1 && directory[length - 1] == '/')
        length--;
    if (length >= sizeof path)
        return append_unreadable(walk, directory, "the path is too long: choose a shorter one",
                                 err);
    memcpy(path, directory, length);
    path[length] = '\0';
    return enter(walk, path, 0, err);
}

static int compare_paths(const void *a, const void *b) {
    return strcmp(((const struct listed_run *)a)->path, ((const struct listed_run *)b)->path);
}

int run_list_read(struct run_list *list, char *const *directories, size_t n_directories,
                  struct error *err) {
    struct walk walk = {.list = list};
    int status = STATUS_OK;
    *list = (struct run_list){0};
    for (size_t i = 0; status == STATUS_OK && i < n_directories; i++)
        status = enter_named(&walk, directories[i], err);
    tdestroy(walk.visited, free);
    if (list->n > 0)
        qsort(list->runs, list->n, sizeof *list->runs, compare_paths);
    return status;
}

void run_list_free(struct run_list *list) {
    for (size_t i = 0; i < list->n; i++) {
        free(list->runs[i].path);
        free(list->runs[i].problem);
        cJSON_Delete(list->runs[i].results);
    }
    free(list->runs);
    *list = (struct run_list){0};
}

size_t run_list_count(const struct run_list *list, enum listed_state state) {
    size_t n = 0;
    for (size_t i = 0; i < list->n; i++)
        n += list->runs[i].state == state;
    return n;
}
