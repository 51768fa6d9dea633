/* Batches are put in their places as they come, since an archive may hold them in any order and the
 * memory should never hold more than the images and one file. */
#include "data/cifar10.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/places.h"
#include "io/file.h"
#include "io/pickle.h"
#include "io/tar.h"

enum { N_TRAIN_FILES = 5, N_FILES = 6 };
enum { CHANNELS = 3, SIDE = 32, N_PIXELS = CHANNELS * SIDE * SIDE, RECORD_SIZE = 1 + N_PIXELS };
enum { LOOKED_SIZE = 512 };

/* An original file has 31 MB; an archive of all six, unpacked, 184 MB. */
static const size_t max_file_size = (size_t)64 << 20;
static const size_t max_archive_size = (size_t)1 << 30;

/* What to do about a file whose content does not do. */
static const char *advice(const struct dataset_info *info) {
    return info->own ? "your own images must be 32x32 pixels, three colours, with labels 0..9 "
                       "(data/README.md)"
                     : "it is another file or damaged";
}

/* The data set while it is being read: how many images have come from each file. */
struct loading {
    const struct dataset_info *info;
    struct dataset *dataset;
    size_t n_of_file[N_FILES];
};

/* One of the two distributions: its files, and how the content of one becomes images. `name` stands
 * in messages. */
struct distribution {
    /* the batches for training in their order, then the test's, then NULL */
    const char *file_names[N_FILES + 1];
    int (*add)(struct loading *loading, size_t file, const char *name, const struct bytes *content,
               struct error *err);
};

/* Makes room for n images of a file behind those of the files before it. The new images are at
 * *first of *images. */
static int make_room(struct loading *loading, size_t file, size_t n, struct images **images,
                     size_t *first, struct error *err) {
    const bool is_test = file >= N_TRAIN_FILES;
    *images = is_test ? &loading->dataset->test : &loading->dataset->train;
    *first = 0;
    for (size_t i = is_test ? N_TRAIN_FILES : 0; i < file; i++)
        *first += loading->n_of_file[i];
    loading->n_of_file[file] = n;
    return images_insert(*images, *first, n, err);
}

static int check_label(const struct loading *loading, const char *name, size_t image, long label,
                       struct error *err) {
    const long last = (long)loading->info->n_classes - 1;
    if (label < 0 || label > last)
        return error_set(err, STATUS_DAMAGED, "%s: label %ld of image %zu is not within 0..%ld: %s",
                         name, label, image, last, advice(loading->info));
    return STATUS_OK;
}

/* Records of a label and the pixels of an image, and nothing else. */
static int add_binary(struct loading *loading, size_t file, const char *name,
                      const struct bytes *content, struct error *err) {
    struct images *images;
    size_t first;
    const size_t n = content->size / RECORD_SIZE;
    if (n == 0 || content->size % RECORD_SIZE != 0)
        return error_set(err, STATUS_DAMAGED,
                         "%s: its %zu bytes are no whole number of images of %d bytes: %s", name,
                         content->size, RECORD_SIZE, advice(loading->info));
    for (size_t i = 0; i < n; i++) {
        const int status = check_label(loading, name, i, content->data[i * RECORD_SIZE], err);
        if (status != STATUS_OK)
            return status;
    }
    if (make_room(loading, file, n, &images, &first, err) != STATUS_OK)
        return error_prefix(err, STATUS_NO_MEMORY, "%s", name);
    for (size_t i = 0; i < n; i++) {
        const unsigned char *record = content->data + i * RECORD_SIZE;
        images->labels[first + i] = record[0];
        memcpy(images->pixels + (first + i) * N_PIXELS, record + 1, N_PIXELS);
    }
    return STATUS_OK;
}

static int add_arrays(struct loading *loading, size_t file, const char *name,
                      const struct pickle_array *data, const int32_t *labels, size_t n,
                      struct error *err) {
    struct images *images;
    size_t first;
    if (data->n_dims != 2 || data->dims[1] != N_PIXELS || data->dims[0] == 0)
        return error_set(err, STATUS_DAMAGED, "%s: \"data\" are no images of %d values: %s", name,
                         N_PIXELS, advice(loading->info));
    if (data->dims[0] != n)
        return error_set(err, STATUS_DAMAGED, "%s: holds %zu labels for %zu images: %s", name, n,
                         data->dims[0], advice(loading->info));
    for (size_t i = 0; i < n; i++) {
        const int status = check_label(loading, name, i, labels[i], err);
        if (status != STATUS_OK)
            return status;
    }
    if (make_room(loading, file, n, &images, &first, err) != STATUS_OK)
        return error_prefix(err, STATUS_NO_MEMORY, "%s", name);
    for (size_t i = 0; i < n; i++)
        images->labels[first + i] = (unsigned char)labels[i];
    memcpy(images->pixels + first * N_PIXELS, data->values, n * N_PIXELS);
    return STATUS_OK;
}

/* A pickled dict: "data", an array (n, 3072), and "labels", a list of n integers; what else it
 * holds does not matter. */
static int add_python(struct loading *loading, size_t file, const char *name,
                      const struct bytes *content, struct error *err) {
    struct pickle *pickle;
    struct pickle_array data;
    int32_t *labels = NULL;
    size_t n;
    int status = pickle_parse(&pickle, name, content, err);
    if (status == STATUS_OK)
        status = pickle_find_array(pickle, "data", &data, err);
    if (status == STATUS_OK)
        status = pickle_find_integers(pickle, "labels", &labels, &n, err);
    if (status == STATUS_OK)
        status = add_arrays(loading, file, name, &data, labels, n, err);
    free(labels);
    pickle_free(pickle);
    return status;
}

static const struct distribution binary = {
    .file_names = {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin",
                   "data_batch_5.bin", "test_batch.bin", NULL},
    .add = add_binary,
};

static const struct distribution python = {
    .file_names = {"data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5",
                   "test_batch", NULL},
    .add = add_python,
};

/* Where the data set may stand below data_dir, the first that is there being taken; one's own
 * images stand in the directory itself. */
static const struct place {
    const char *name; /* "" = data_dir itself */
    bool is_archive;
    const struct distribution *distribution;
} places[] = {
    {"cifar-10-batches-bin", false, &binary},
    {"cifar-10-binary.tar.gz", true, &binary},
    {"cifar-10-binary.tar", true, &binary},
    {"cifar-10-batches-py", false, &python},
    {"cifar-10-python.tar.gz", true, &python},
    {"cifar-10-python.tar", true, &python},
    {"", false, &binary},
    {"", false, &python},
};

enum { N_PLACES = sizeof places / sizeof places[0] };

/* Finds the data set; `path` has DATASET_PATH_SIZE bytes. */
static int find_place(const struct dataset_info *info, const char *data_dir, char *path,
                      const struct place **found, struct error *err) {
    char looked[LOOKED_SIZE] = "";
    bool incomplete = false;
    for (size_t i = 0; i < N_PLACES; i++) {
        const struct place *place = &places[i];
        const char *missing = NULL;
        enum place_files there = PLACE_HAS_NONE;
        if (info->own && place->name[0] != '\0')
            continue;
        int status = place_path(path, data_dir, place->name, err);
        if (status != STATUS_OK)
            return status;
        *found = place;
        if (!place->is_archive)
            there = place_look(path, place->distribution->file_names, false, &missing);
        if (place->is_archive ? file_exists(path) : there == PLACE_HAS_ALL)
            return STATUS_OK;
        incomplete = incomplete || there == PLACE_HAS_SOME;
        places_add_looked(looked, sizeof looked,
                          place->name[0] != '\0' ? place->name : place->distribution->file_names[0],
                          "lacks", missing);
    }
    if (info->own)
        return error_set(err, incomplete ? STATUS_INCOMPLETE : STATUS_MISSING,
                         "no %s there: looked in %s for %s", info->title, data_dir, looked);
    return error_set(err, incomplete ? STATUS_INCOMPLETE : STATUS_MISSING,
                     "%s not found: looked in %s for %s", info->title, data_dir, looked);
}

static int load_directory(struct loading *loading, const char *directory,
                          const struct distribution *distribution, struct error *err) {
    int status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < N_FILES; i++) {
        char path[DATASET_PATH_SIZE];
        struct bytes content = {0};
        status = file_join(path, sizeof path, directory, distribution->file_names[i], err);
        if (status == STATUS_OK)
            status = file_read(path, max_file_size, &content, err);
        if (status == STATUS_OK)
            status = distribution->add(loading, i, path, &content, err);
        free(content.data);
    }
    return status;
}

/* The number of the file of that name, or N_FILES. */
static size_t find_file(const struct distribution *distribution, const char *name) {
    size_t i = 0;
    while (i < N_FILES && strcmp(distribution->file_names[i], name) != 0)
        i++;
    return i;
}

/* Adds the file of that number, at which the archive stands. */
static int add_member(struct loading *loading, struct tar *tar, size_t file,
                      const struct distribution *distribution, struct error *err) {
    struct bytes content;
    if (loading->n_of_file[file] > 0)
        return error_set(err, STATUS_DAMAGED, "%s: stands in the archive twice: %s", tar->place,
                         advice(loading->info));
    int status = tar_read(tar, max_file_size, &content, err);
    if (status != STATUS_OK)
        return status;
    status = distribution->add(loading, file, tar->place, &content, err);
    free(content.data);
    return status;
}

static int load_members(struct loading *loading, struct tar *tar,
                        const struct distribution *distribution, struct error *err) {
    bool more;
    int status = tar_next(tar, &more, err);
    while (status == STATUS_OK && more) {
        const size_t file = find_file(distribution, tar->name);
        if (file < N_FILES)
            status = add_member(loading, tar, file, distribution, err);
        if (status == STATUS_OK)
            status = tar_next(tar, &more, err);
    }
    for (size_t i = 0; status == STATUS_OK && i < N_FILES; i++)
        if (loading->n_of_file[i] == 0)
            status = error_set(err, STATUS_DAMAGED, "%s: the archive lacks %s: %s", tar->place,
                               distribution->file_names[i], advice(loading->info));
    return status;
}

static int load_archive(struct loading *loading, const char *path,
                        const struct distribution *distribution, struct error *err) {
    struct tar tar;
    int status = tar_open(&tar, path, max_archive_size, err);
    if (status == STATUS_OK)
        status = load_members(loading, &tar, distribution, err);
    tar_close(&tar);
    return status;
}

static void describe(const struct dataset_info *info, struct images *images) {
    images->channels = info->channels;
    images->height = info->height;
    images->width = info->width;
}

static int cifar10_locate(const struct dataset_info *info, const char *data_dir, char *path,
                          struct error *err) {
    const struct place *place;
    return find_place(info, data_dir, path, &place, err);
}

static int cifar10_load(const struct dataset_info *info, const char *data_dir, struct rng *rng,
                        struct dataset *dataset, struct error *err) {
    char path[DATASET_PATH_SIZE];
    const struct place *place;
    struct loading loading = {.info = info, .dataset = dataset};
    (void)rng;
    *dataset = (struct dataset){0};
    int status = find_place(info, data_dir, path, &place, err);
    if (status != STATUS_OK)
        return status;
    describe(info, &dataset->train);
    describe(info, &dataset->test);
    status = place->is_archive ? load_archive(&loading, path, place->distribution, err)
                               : load_directory(&loading, path, place->distribution, err);
    if (status != STATUS_OK)
        dataset_free(dataset);
    return status;
}

enum { N_CLASSES = 10 };

static const char *const classes[N_CLASSES] = {
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
};

/* What the data sets of this format have in common. */
#define FORMAT                                                                                     \
    .family = "cifar10", .channels = CHANNELS, .height = SIDE, .width = SIDE,                      \
    .n_classes = N_CLASSES, .locate = cifar10_locate, .load = cifar10_load

const struct dataset_info dataset_cifar10 = {
    .name = "cifar10",
    .has_script = true,
    .title = "CIFAR-10",
    .prefix = "cifar10",
    .class_names = classes,
    FORMAT,
};

const struct dataset_info dataset_own_cifar10 = {
    .name = "own-cifar10",
    .title = "own images in the files of CIFAR-10",
    .own = true,
    .class_names = dataset_digits,
    FORMAT,
};
