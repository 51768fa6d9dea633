#include "data/source.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static void set(struct source *source, const struct dataset_info *info, const char *path) {
    assert(strlen(path) < sizeof source->path);
    *source = (struct source){
        .info = info,
        .own = info->own,
        .channels = info->channels,
        .height = info->height,
        .width = info->width,
        .n_classes = info->n_classes,
        .class_names = info->class_names,
    };
    strcpy(source->path, path);
}

/* Looks into a directory of one's own images. Of the formats that some of its files belong to, the
 * message is about the first. */
static int find_own(struct source *source, const char *directory, struct error *err) {
    int status = STATUS_MISSING;
    for (size_t i = 0; dataset_own_table[i] != NULL; i++) {
        const struct dataset_info *info = dataset_own_table[i];
        char path[DATASET_PATH_SIZE];
        struct error cause;
        const int found = info->locate(info, directory, path, &cause);
        if (found == STATUS_OK) {
            set(source, info, directory);
            return STATUS_OK;
        }
        if (found == STATUS_INCOMPLETE && status != STATUS_INCOMPLETE) {
            status = found;
            *err = cause;
        }
    }
    if (status == STATUS_INCOMPLETE)
        return status;
    return error_set(err, status, "%.200s: there is no such data set", directory);
}

int source_find(struct source *source, const char *name, struct error *err) {
    *source = (struct source){.info = NULL};
    const struct dataset_info *info = dataset_row(name);
    if (info != NULL) {
        set(source, info, "");
        return STATUS_OK;
    }
    if (strlen(name) >= sizeof source->path)
        return error_set(err, STATUS_FAILED, "%.40s...: longer than %zu bytes", name,
                         sizeof source->path - 1);
    return find_own(source, name, err);
}

bool source_of_record(struct source *source, const char *name, const char *format) {
    *source = (struct source){.info = NULL};
    if (name == NULL || strlen(name) >= sizeof source->path)
        return false;
    if (dataset_row(name) != NULL) {
        set(source, dataset_row(name), "");
        return true;
    }
    for (size_t i = 0; format != NULL && dataset_own_table[i] != NULL; i++)
        if (strcmp(dataset_own_table[i]->name, format) == 0) {
            set(source, dataset_own_table[i], name);
            return true;
        }
    return false;
}

const char *source_name(const struct source *source) {
    assert(source->info != NULL);
    return source->own ? source->path : source->info->name;
}

bool source_is(const struct source *source, const char *name) {
    return source->info != NULL && strcmp(source_name(source), name) == 0;
}

const char *source_family(const struct source *source) {
    return source->info != NULL ? source->info->family : NULL;
}

void source_set_place(struct source *source, const char *data_dir) {
    if (source->own)
        return;
    assert(strlen(data_dir) < sizeof source->path);
    strcpy(source->path, data_dir);
}

void source_class_text(const struct source *source, int class, char *text, size_t size) {
    if (class < 0) {
        snprintf(text, size, "all others");
        return;
    }
    snprintf(text, size, "%d", class);
    if (source->info != NULL && (size_t) class < source->n_classes &&
        strcmp(source->class_names[class], text) != 0)
        snprintf(text, size, "%d (%s)", class, source->class_names[class]);
}

int source_load(const struct source *source, struct rng *rng, struct dataset *dataset,
                struct error *err) {
    assert(source->info != NULL);
    return source->info->load(source->info, source->path, rng, dataset, err);
}
