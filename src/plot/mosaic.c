/* Mosaics: images side by side. */
#include "plot/mosaic.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

int mosaic_images(struct images *images, size_t n, size_t channels, size_t height, size_t width,
                  struct error *err) {
    size_t plane, size;
    *images = (struct images){.n = n, .channels = channels, .height = height, .width = width};
    if (!memory_multiply(height, width, &plane) || !memory_multiply(plane, channels, &size))
        return error_set(err, STATUS_NO_MEMORY, "out of memory");
    images->pixels = memory_alloc(n, size, err);
    return images->pixels != NULL ? STATUS_OK : STATUS_NO_MEMORY;
}

void mosaic_images_free(struct images *images) {
    free(images->pixels);
    *images = (struct images){0};
}

/* Paints image number i with its upper left corner at (left, top). */
static void paint(struct picture *picture, const struct images *images, size_t i, size_t left,
                  size_t top, size_t scale) {
    const size_t plane = images->height * images->width, channels = images->channels;
    const unsigned char *image = images->pixels + i * channels * plane;
    for (size_t y = 0; y < images->height * scale; y++)
        for (size_t x = 0; x < images->width * scale; x++)
            for (size_t c = 0; c < channels; c++)
                picture->pixels[((top + y) * picture->width + left + x) * channels + c] =
                    image[c * plane + y / scale * images->width + x / scale];
}

int mosaic_create(struct picture *picture, const struct images *images, size_t columns,
                  size_t scale, struct error *err) {
    enum { MAX_SIDE = 4096 }; /* keeps the products below small; pictures are smaller by far */
    *picture = (struct picture){0};
    if (images->n == 0 || columns == 0 || scale == 0)
        return error_set(err, STATUS_FAILED, "a mosaic of no images cannot be");
    if (images->n > MAX_SIDE || columns > MAX_SIDE || scale > MAX_SIDE ||
        images->width > MAX_SIDE || images->height > MAX_SIDE)
        return error_set(err, STATUS_FAILED, "a mosaic of %zu images of %zu x %zu is too large",
                         images->n, images->width, images->height);
    if (columns > images->n)
        columns = images->n;
    const size_t rows = (images->n + columns - 1) / columns;
    const size_t step_x = images->width * scale + MOSAIC_GAP;
    const size_t step_y = images->height * scale + MOSAIC_GAP;
    int status = picture_create(picture, columns * step_x + MOSAIC_GAP, rows * step_y + MOSAIC_GAP,
                                images->channels, err);
    for (size_t i = 0; !status && i < images->n; i++)
        paint(picture, images, i, MOSAIC_GAP + i % columns * step_x,
              MOSAIC_GAP + i / columns * step_y, scale);
    return status;
}

int mosaic_filters(struct images *images, const struct tensor *weight, struct error *err) {
    enum { MAX_FILTERS = 1024, MAX_SIDE = 64 };
    const size_t *dims = weight->dims;
    *images = (struct images){0};
    if (weight->n_dims != 4 || dims[0] == 0 || dims[0] > MAX_FILTERS ||
        (dims[1] != 1 && dims[1] != 3) || dims[2] == 0 || dims[2] > MAX_SIDE || dims[3] == 0 ||
        dims[3] > MAX_SIDE)
        return error_set(err, STATUS_FAILED, "%s: no filters that can be shown", weight->name);
    const size_t size = tensor_size(weight);
    float largest = 0;
    for (size_t i = 0; i < size; i++) {
        if (!isfinite(weight->values[i]))
            return error_set(err, STATUS_FAILED, "%s: a weight is not finite", weight->name);
        largest = fmaxf(largest, fabsf(weight->values[i]));
    }
    const int status = mosaic_images(images, dims[0], dims[1], dims[2], dims[3], err);
    for (size_t i = 0; !status && i < size; i++) {
        const double part = largest > 0 ? (double)weight->values[i] / (double)largest : 0;
        images->pixels[i] = (unsigned char)lround(127.5 + 127.5 * part);
    }
    return status;
}
