#include "nn/patches.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"

void patches_cut(const struct patches *patches, size_t index, float *patch) {
    size_t column = index % patches->columns;
    size_t row = index / patches->columns % patches->rows;
    size_t image = index / (patches->columns * patches->rows);
    const float *first = patches->images + image * patches->image_size + row * patches->row_step +
                         column * patches->column_step;
    for (size_t i = 0; i < patches->dim; i++) {
        double pixel = (double)first[patches->offsets[i]];
        patch[i] = (float)((pixel - patches->mean[i]) * patches->scale[i]);
    }
}

/* Mean and 1 / standard deviation of dimension i. The sums are of differences to patch 0: those of
 * a constant dimension are exactly zero, and so is its scale. */
static int standardise(struct patches *patches, size_t n_images, size_t i, struct error *err) {
    const float *first = patches->images + patches->offsets[i]; /* of patch 0 */
    double count = (double)patches->count;
    double sum = 0;
    double sum_of_squares = 0;
    for (size_t image = 0; image < n_images; image++)
        for (size_t y = 0; y < patches->rows; y++) {
            const float *pixel = first + image * patches->image_size + y * patches->row_step;
            for (size_t x = 0; x < patches->columns; x++, pixel += patches->column_step) {
                double difference = (double)*pixel - (double)*first;
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

/* Value t of a patch, and the steps between patches, as values of the image's memory. */
static void lay_out(struct patches *patches, size_t channels, size_t height, size_t width,
                    size_t size, enum patch_layout layout) {
    const bool published = layout == PATCH_PUBLISHED;
    patches->column_step = published ? channels : 1;
    patches->row_step = width * patches->column_step;
    for (size_t i = 0; i < patches->dim; i++) {
        const size_t row_size = size * patches->column_step; /* of a patch */
        const size_t row = i / row_size % size;
        const size_t channel = published ? 0 : i / (size * size);
        patches->offsets[i] = channel * height * width + row * patches->row_step + i % row_size;
    }
}

int patches_open(struct patches *patches, const float *images, size_t n_images, size_t channels,
                 size_t height, size_t width, size_t size, enum patch_layout layout,
                 struct rng *rng, struct error *err) {
    *patches = (struct patches){0};
    if (n_images == 0 || channels == 0 || size == 0 || size > height || size > width)
        return error_set(err, STATUS_USAGE,
                         "patches: none of %zu x %zu in %zu images of %zu x %zu x %zu", size, size,
                         n_images, channels, height, width);
    patches->images = images;
    patches->image_size = channels * height * width;
    patches->rows = height - size + 1;
    patches->columns = width - size + 1;
    /* Neither product overflows: both are at most the number of pixels. */
    patches->count = n_images * patches->rows * patches->columns;
    patches->dim = channels * size * size;
    patches->offsets = memory_alloc(patches->dim, sizeof(size_t), err);
    patches->mean = memory_alloc(patches->dim, sizeof(double), err);
    patches->scale = memory_alloc(patches->dim, sizeof(double), err);
    patches->order = memory_alloc(patches->count, sizeof(size_t), err);
    if (!patches->offsets || !patches->mean || !patches->scale || !patches->order)
        return STATUS_NO_MEMORY;
    lay_out(patches, channels, height, width, size, layout);
    for (size_t i = 0; i < patches->dim; i++) {
        const int status = standardise(patches, n_images, i, err);
        if (status != STATUS_OK)
            return status;
    }
    for (size_t i = 0; i < patches->count; i++)
        patches->order[i] = i;
    rng_shuffle(rng, patches->order, patches->count);
    return STATUS_OK;
}

void patches_close(struct patches *patches) {
    free(patches->offsets);
    free(patches->mean);
    free(patches->scale);
    free(patches->order);
}
