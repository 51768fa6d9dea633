/* The data set of a run: which one it is, where its files are, what is in them. It is found once,
 * when the run's options are resolved, and from then on carried as a value: whatever becomes of the
 * disk meanwhile, a run and what is told of it stay what they are.
 *
 * Of a data set of the table everything is known by its name, without a look at the disk; one's own
 * images are a directory, whose files tell which format they are in. A finished run has recorded
 * that format, so that its images need not be there to tell of it. */
#ifndef DATA_SOURCE_H
#define DATA_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "data/dataset.h"

enum { SOURCE_PATH_SIZE = 1024 };

struct source {
    const struct dataset_info *info; /* how its files are read; NULL: none was found */
    bool own;                        /* one's own images: `path` is also its name */
    char path[SOURCE_PATH_SIZE];     /* the directory that its files are in or below */
    size_t channels, height, width;
    size_t n_classes;
    const char *const *class_names; /* (n_classes) */
};

/* Finds the data set of that name; a name that is none in the table is that of a directory, which
 * is looked into. STATUS_INCOMPLETE, with a message that names a file that is missing, when it has
 * only some of those that belong together; another error when there is no such data set.
 * source->info is NULL after an error. */
int source_find(struct source *source, const char *name, struct error *err);

/* The same from what a run has recorded, without a look at the disk: its name and, of one's own
 * images, the format (the name of its row; NULL: not recorded). False when these do not tell. */
bool source_of_record(struct source *source, const char *name, const char *format);

/* The name it is known by: in the table, or the path of one's own images. */
const char *source_name(const struct source *source);

/* True when it is the data set of that name. */
bool source_is(const struct source *source, const char *name);

/* The family whose networks and presets it has; NULL when it was not found. */
const char *source_family(const struct source *source);

/* Sets where its files are: below `data_dir`, but for one's own images, which are where they are.
 */
void source_set_place(struct source *source, const char *data_dir);

/* A class in words: "3", "8 (ship)", "all others" for -1. */
void source_class_text(const struct source *source, int class, char *text, size_t size);

/* Reads the files. Freed with dataset_free; nothing to free after an error. `rng` is for a data set
 * that comes without a test split of its own. */
int source_load(const struct source *source, struct rng *rng, struct dataset *dataset,
                struct error *err);

#endif
