/* MNIST and Fashion-MNIST come in files of the same names. So that one is never taken for the
 * other, the label arrays are checked against the known CRC-32 of the original distributions: a
 * directory is refused when its labels are those of the other data set. Labels that are neither
 * (one's own images in the same format) are fine. */
#include "data/mnist.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "data/places.h"
#include "io/idx.h"

enum { MAX_PLACES = 3, LOOKED_SIZE = 1024 };

static const size_t max_images_size = (size_t)1 << 30;
static const size_t max_labels_size = (size_t)1 << 22;

enum file { TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS, N_FILES };

static const char *const file_names[N_FILES + 1] = {
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
    NULL,
};

/* An original distribution: where its files may stand ("" = data_dir itself, an absolute path, or a
 * directory below data_dir), and the CRC-32 of its label values (without the IDX header). */
struct origin {
    const char *name, *title;
    const char *places[MAX_PLACES];          /* NULL = none */
    const char *advice;                      /* about a file whose content does not do */
    uLong train_labels_crc, test_labels_crc; /* 0: those of any data set will do */
};

static const struct origin origins[] = {
    {
        .name = "mnist",
        .title = "MNIST",
        .places = {"", "mnist"},
        .advice = "it is another file or damaged",
        .train_labels_crc = 0xba07e8ef,
        .test_labels_crc = 0xee8604d9,
    },
    {
        .name = "fashion-mnist",
        .title = "Fashion-MNIST",
        /* The last is where Debian's package dataset-fashion-mnist puts it. */
        .places = {"fashion-mnist", "", "/usr/share/datasets/fashion-mnist"},
        .advice = "it is another file or damaged",
        .train_labels_crc = 0x2ed6e46a,
        .test_labels_crc = 0x242bc73f,
    },
    {
        .name = "own-idx",
        .title = "IDX files",
        .places = {""},
        .advice = "your own images must be 28x28 pixels, grey, with labels 0..9 (data/README.md)",
    },
};

enum { N_ORIGINS = sizeof origins / sizeof origins[0] };

/* An IDX array read from a file: the values alone, freed with free(). */
struct array {
    size_t dims[IDX_MAX_DIMS];
    unsigned char *values;
    size_t n_values;
};

/* Reads the array at `path`. The values are moved to the front of the file's own buffer rather than
 * copied: the largest of these files has 47 MB. */
static int read_array(const char *path, size_t max_size, size_t n_dims, struct array *array,
                      struct error *err) {
    struct bytes bytes = {0};
    struct idx idx = {0};
    int status = file_read(path, max_size, &bytes, err);
    if (status != STATUS_OK)
        return status;
    status = idx_parse(&idx, path, &bytes, n_dims, err);
    if (status != STATUS_OK) {
        free(bytes.data);
        return status;
    }
    if (idx.n_values > 0)
        memmove(bytes.data, idx.values, idx.n_values);
    memcpy(array->dims, idx.dims, sizeof array->dims);
    array->values = bytes.data;
    array->n_values = idx.n_values;
    return STATUS_OK;
}

/* CRC-32 of the label values of a file in the directory. False when they cannot be read: loading
 * the directory will tell why. */
static bool labels_crc(const char *directory, enum file file, uLong *crc) {
    char path[DATASET_PATH_SIZE];
    struct array labels = {0};
    struct error ignored;
    if (place_file(path, directory, file_names[file], true, &ignored) != STATUS_OK ||
        read_array(path, max_labels_size, 1, &labels, &ignored) != STATUS_OK)
        return false;
    *crc = crc32(0, labels.values, (uInt)labels.n_values);
    free(labels.values);
    return true;
}

/* The distribution, other than `wanted`, that the labels in this directory belong to, or NULL. */
static const struct origin *foreign_origin(const char *directory, const struct origin *wanted) {
    uLong train = 0, test = 0;
    if (wanted->train_labels_crc == 0)
        return NULL;
    bool has_train = labels_crc(directory, TRAIN_LABELS, &train);
    bool has_test = labels_crc(directory, TEST_LABELS, &test);
    for (size_t i = 0; i < N_ORIGINS; i++) {
        const struct origin *origin = &origins[i];
        const bool known = origin->train_labels_crc != 0; /* 0: that of no labels at all, too */
        if (known && origin != wanted &&
            ((has_train && train == origin->train_labels_crc) ||
             (has_test && test == origin->test_labels_crc)))
            return origin;
    }
    return NULL;
}

/* What the directory holds of the data set; if not all, adds it and the reason to `looked`. That it
 * holds another data set is none of its own. */
static enum place_files look(const char *directory, const struct origin *wanted, char *looked) {
    const char *missing;
    const enum place_files there = place_look(directory, file_names, true, &missing);
    const struct origin *foreign =
        there == PLACE_HAS_ALL ? foreign_origin(directory, wanted) : NULL;
    if (there == PLACE_HAS_ALL && foreign == NULL)
        return there;
    if (foreign == NULL) {
        places_add_looked(looked, LOOKED_SIZE, directory, "lacks", missing);
        return there;
    }
    char titles[100];
    snprintf(titles, sizeof titles, "%s, not %s", foreign->title, wanted->title);
    places_add_looked(looked, LOOKED_SIZE, directory, "holds", titles);
    return PLACE_HAS_NONE;
}

/* Every row of the format has one. */
static const struct origin *find_origin(const struct dataset_info *info) {
    size_t i = 0;
    while (i < N_ORIGINS && strcmp(origins[i].name, info->name) != 0)
        i++;
    assert(i < N_ORIGINS);
    return &origins[i];
}

static const char *advice(const struct dataset_info *info) {
    return find_origin(info)->advice;
}

static int mnist_locate(const struct dataset_info *info, const char *data_dir, char *path,
                        struct error *err) {
    const struct origin *wanted = find_origin(info);
    char looked[LOOKED_SIZE] = "";
    bool incomplete = false;
    for (size_t i = 0; i < MAX_PLACES && wanted->places[i] != NULL; i++) {
        int status = place_path(path, data_dir, wanted->places[i], err);
        if (status != STATUS_OK)
            return status;
        const enum place_files there = look(path, wanted, looked);
        if (there == PLACE_HAS_ALL)
            return STATUS_OK;
        incomplete = incomplete || there == PLACE_HAS_SOME;
    }
    if (info->own)
        return error_set(err, incomplete ? STATUS_INCOMPLETE : STATUS_MISSING,
                         "no %s there: looked in %s", info->title, looked);
    return error_set(err, incomplete ? STATUS_INCOMPLETE : STATUS_MISSING,
                     "%s not found: looked in %s", wanted->title, looked);
}

/* Reads the images of one split and checks their shape. */
static int read_images(const struct dataset_info *info, const char *path, struct images *images,
                       struct error *err) {
    struct array array = {0};
    int status = read_array(path, max_images_size, 3, &array, err);
    if (status != STATUS_OK)
        return status;
    images->pixels = array.values;
    images->n = images->capacity = array.dims[0];
    images->channels = info->channels;
    images->height = array.dims[1];
    images->width = array.dims[2];
    if (images->n == 0)
        return error_set(err, STATUS_DAMAGED, "%s: holds no images: %s", path, advice(info));
    if (images->height != info->height || images->width != info->width)
        return error_set(err, STATUS_DAMAGED, "%s: images are %zux%zu pixels, not %zux%zu: %s",
                         path, images->height, images->width, info->height, info->width,
                         advice(info));
    return STATUS_OK;
}

/* Reads the labels of one split and checks that there is one for each image, and each a class. */
static int read_labels(const struct dataset_info *info, const char *path, struct images *images,
                       struct error *err) {
    struct array array = {0};
    int status = read_array(path, max_labels_size, 1, &array, err);
    if (status != STATUS_OK)
        return status;
    images->labels = array.values;
    if (array.n_values != images->n)
        return error_set(err, STATUS_DAMAGED, "%s: holds %zu labels for %zu images: %s", path,
                         array.n_values, images->n, advice(info));
    for (size_t i = 0; i < images->n; i++)
        if (images->labels[i] >= info->n_classes)
            return error_set(err, STATUS_DAMAGED, "%s: label %d of image %zu is above %zu: %s",
                             path, images->labels[i], i, info->n_classes - 1, advice(info));
    return STATUS_OK;
}

static int read_split(const struct dataset_info *info, const char *directory, enum file image_file,
                      enum file label_file, struct images *images, struct error *err) {
    char path[DATASET_PATH_SIZE];
    int status = place_file(path, directory, file_names[image_file], true, err);
    if (status == STATUS_OK)
        status = read_images(info, path, images, err);
    if (status == STATUS_OK)
        status = place_file(path, directory, file_names[label_file], true, err);
    if (status == STATUS_OK)
        status = read_labels(info, path, images, err);
    return status;
}

static int mnist_load(const struct dataset_info *info, const char *data_dir, struct rng *rng,
                      struct dataset *dataset, struct error *err) {
    char directory[DATASET_PATH_SIZE];
    (void)rng;
    *dataset = (struct dataset){0};
    int status = mnist_locate(info, data_dir, directory, err);
    if (status == STATUS_OK)
        status = read_split(info, directory, TRAIN_IMAGES, TRAIN_LABELS, &dataset->train, err);
    if (status == STATUS_OK)
        status = read_split(info, directory, TEST_IMAGES, TEST_LABELS, &dataset->test, err);
    if (status != STATUS_OK)
        dataset_free(dataset);
    return status;
}

enum { N_CLASSES = 10 };

static const char *const fashion_classes[N_CLASSES] = {
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
    "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot",
};

/* What the data sets of this format have in common. */
#define FORMAT                                                                                     \
    .family = "mnist", .channels = 1, .height = 28, .width = 28, .n_classes = N_CLASSES,           \
    .locate = mnist_locate, .load = mnist_load

const struct dataset_info dataset_mnist = {
    .name = "mnist",
    .has_script = true,
    .title = "MNIST",
    .prefix = "mnist",
    .class_names = dataset_digits,
    FORMAT,
};

const struct dataset_info dataset_fashion_mnist = {
    .name = "fashion-mnist",
    .has_script = true,
    .title = "Fashion-MNIST",
    .class_names = fashion_classes,
    FORMAT,
};

const struct dataset_info dataset_own_idx = {
    .name = "own-idx",
    .title = "own images in IDX files",
    .own = true,
    .class_names = dataset_digits,
    FORMAT,
};
