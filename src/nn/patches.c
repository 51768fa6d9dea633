#include "nn/patches.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

static size_t image_size(const struct patches *patches) {
    return patches->channels * patches->height * patches->width;
}

void patches_cut(const struct patches *patches, size_t index, float *patch) {
    size_t column = index % patches->columns;
    size_t row = index / patches->columns % patches->rows;
    size_t image = index / (patches->columns * patches->rows);
    const float *plane = patches->images + image * image_size(patches);
    plane += row * patches->width + column;
    size_t i = 0;
    for (size_t c = 0; c < patches->channels; c++, plane += patches->height * patches->width)
        for (size_t y = 0; y < patches->size; y++)
            for (size_t x = 0; x < patches->size; x++, i++) {
                double pixel = (double)plane[y * patches->width + x];
                patch[i] = (float)((pixel - patches->mean[i]) * patches->scale[i]);
            }
}

/* The pixel of dimension i (channel, row, column in the patch) of patch 0. That of another patch is
 * as far from it as the patches' first pixels are apart. */
static const float *first_pixel(const struct patches *patches, size_t i) {
    size_t column = i % patches->size;
    size_t row = i / patches->size % patches->size;
    size_t channel = i / (patches->size * patches->size);
    return patches->images + (channel * patches->height + row) * patches->width + column;
}

/* Mean and 1 / standard deviation of dimension i. The sums are of differences to patch 0: those of
 * a constant dimension are exactly zero, and so is its scale. */
static int standardise(struct patches *patches, size_t n_images, size_t i, struct error *err) {
    const float *first = first_pixel(patches, i);
    double count = (double)patches->count;
    double sum = 0;
    double sum_of_squares = 0;
    for (size_t image = 0; image < n_images; image++)
        for (size_t y = 0; y < patches->rows; y++) {
            const float *pixels = first + image * image_size(patches) + y * patches->width;
            for (size_t x = 0; x < patches->columns; x++) {
                double difference = (double)pixels[x] - (double)*first;
                sum += difference;
                sum_of_squares += difference * difference;
            }
        }
    double variance = sum_of_squares / count - (sum / count) * (sum / count);
    if (!isfinite(variance))
        return error_set(err, STATUS_FAILED, "patches: the images have pixels that are not finite");
    patches->mean[i] = (double)*first + sum / count;
    patches->scale[i] = variance > 0 ? 1 / sqrt(variance) : 0;
    return STATUS_OK;
}

int patches_open(struct patches *patches, const float *images, size_t n_images, size_t channels,
                 size_t height, size_t width, size_t size, struct rng *rng, struct error *err) {
    *patches = (struct patches){0};
    if (n_images == 0 || channels == 0 || size == 0 || size > height || size > width)
        return error_set(err, STATUS_USAGE,
                         "patches: none of %zu x %zu in %zu images of %zu x %zu x %zu", size, size,
                         n_images, channels, height, width);
    patches->images = images;
    patches->channels = channels;
    patches->height = height;
    patches->width = width;
    patches->size = size;
    patches->rows = height - size + 1;
    patches->columns = width - size + 1;
    /* Neither product overflows: both are at most the number of pixels. */
    patches->count = n_images * patches->rows * patches->columns;
    patches->dim = channels * size * size;
    patches->mean = memory_alloc(patches->dim, sizeof(double), err);
    patches->scale = memory_alloc(patches->dim, sizeof(double), err);
    patches->order = memory_alloc(patches->count, sizeof(size_t), err);
    if (!patches->mean || !patches->scale || !patches->order)
        return STATUS_FAILED;
    for (size_t i = 0; i < patches->dim; i++)
        if (standardise(patches, n_images, i, err) != STATUS_OK)
            return STATUS_FAILED;
    for (size_t i = 0; i < patches->count; i++)
        patches->order[i] = i;
    rng_shuffle(rng, patches->order, patches->count);
    return STATUS_OK;
}

void patches_close(struct patches *patches) {
    free(patches->mean);
    free(patches->scale);
    free(patches->order);
}
