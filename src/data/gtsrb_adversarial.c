#include "data/gtsrb_adversarial.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "io/npy.h"

enum { CHANNELS = 3, SIDE = 32, IMAGE_SIZE = CHANNELS * SIDE * SIDE };

static const size_t max_array_size = (size_t)1 << 30;

/* Reads an array; *npy is a view of *bytes, which the caller frees. */
static int read_array(const char *path, struct bytes *bytes, struct npy *npy, struct error *err) {
    int status = file_read(path, max_array_size, bytes, err);
    return status == STATUS_OK ? npy_parse(npy, path, bytes, err) : status;
}

static int check_images(const char *path, const struct npy *npy, struct error *err) {
    const size_t *dims = npy->dims;
    char shape[NPY_SHAPE_SIZE];
    if (npy->kind == NPY_BOOL)
        return error_set(err, STATUS_DAMAGED,
                         "%s: the images are booleans, not integers or floating-point numbers: "
                         "save the pixels themselves",
                         path);
    if (npy->n_dims != 4 || dims[1] != CHANNELS || dims[2] != SIDE || dims[3] != SIDE) {
        bool channels_last =
            npy->n_dims == 4 && dims[1] == SIDE && dims[2] == SIDE && dims[3] == CHANNELS;
        return error_set(
            err, STATUS_DAMAGED, "%s: the images have shape %s instead of (n, 3, 32, 32): %s", path,
            npy_shape(npy, shape),
            channels_last ? "save numpy.ascontiguousarray(images.transpose(0, 3, 1, 2))"
                          : "save one image of red, green and blue planes after the other");
    }
    if (dims[0] == 0)
        return error_set(err, STATUS_DAMAGED, "%s: holds no images: save at least one", path);
    return STATUS_OK;
}

/* What the values are to be multiplied by to range over 0..255. Only floating-point numbers may
 * range over 0..1, and do when none of them is larger. */
static double scale_of(const struct npy *npy) {
    if (npy->kind != NPY_FLOAT)
        return 1;
    for (size_t i = 0; i < npy->n_values; i++)
        if (!(npy_get(npy, i) <= 1))
            return 1;
    return 255;
}

static int convert_images(const char *path, const struct npy *npy, unsigned char *pixels,
                          struct error *err) {
    const double scale = scale_of(npy);
    for (size_t i = 0; i < npy->n_values; i++) {
        const double value = npy_get(npy, i);
        if (!(value >= 0 && value <= 255))
            return error_set(err, STATUS_DAMAGED,
                             "%s: the value at [%zu, %zu, %zu, %zu] is %.9g; pixels are 0..255, or "
                             "all of them 0..1: save the images as they are before normalisation",
                             path, i / IMAGE_SIZE, i / (SIDE * SIDE) % CHANNELS, i / SIDE % SIDE,
                             i % SIDE, value);
        pixels[i] = (unsigned char)floor(value * scale + 0.5);
    }
    return STATUS_OK;
}

static int read_images(const char *path, struct images *images, struct error *err) {
    struct bytes bytes;
    struct npy npy;
    int status = read_array(path, &bytes, &npy, err);
    if (status == STATUS_OK)
        status = check_images(path, &npy, err);
    if (status == STATUS_OK) {
        const size_t n = npy.dims[0];
        status = images_create(images, n, CHANNELS, SIDE, SIDE, err);
        if (status == STATUS_OK)
            status = images_insert(images, 0, n, err);
        status = status != STATUS_OK ? error_prefix(err, status, "%s", path)
                                     : convert_images(path, &npy, images->pixels, err);
    }
    free(bytes.data);
    return status;
}

static int check_labels(const char *path, const struct npy *npy, size_t n_images,
                        struct error *err) {
    char shape[NPY_SHAPE_SIZE];
    if (npy->n_dims != 1 && !(npy->n_dims == 2 && npy->dims[1] == 1))
        return error_set(err, STATUS_DAMAGED,
                         "%s: the labels have shape %s instead of (n) or (n, 1): save one label an "
                         "image",
                         path, npy_shape(npy, shape));
    if (npy->n_values != n_images)
        return error_set(err, STATUS_DAMAGED,
                         "%s: holds %zu labels for %zu images: save one label an image", path,
                         npy->n_values, n_images);
    return STATUS_OK;
}

static int convert_labels(const char *path, const struct npy *npy, unsigned char *labels,
                          struct error *err) {
    for (size_t i = 0; i < npy->n_values; i++) {
        const double value = npy_get(npy, i);
        if (value != 0 && value != 1)
            return error_set(
                err, STATUS_DAMAGED,
                "%s: label %zu is %.9g: save 0 for a stop sign that is not attacked, 1 "
                "for an adversarial one",
                path, i, value);
        labels[i] = value == 1;
    }
    return STATUS_OK;
}

static int read_labels(const char *path, struct images *images, struct error *err) {
    struct bytes bytes;
    struct npy npy;
    int status = read_array(path, &bytes, &npy, err);
    if (status == STATUS_OK)
        status = check_labels(path, &npy, images->n, err);
    if (status == STATUS_OK)
        status = convert_labels(path, &npy, images->labels, err);
    free(bytes.data);
    return status;
}

int gtsrb_read_adversarial(const char *images_path, const char *labels_path, struct images *images,
                           struct error *err) {
    *images = (struct images){0};
    int status = read_images(images_path, images, err);
    if (status == STATUS_OK)
        status = read_labels(labels_path, images, err);
    if (status != STATUS_OK)
        images_free(images);
    return status;
}
