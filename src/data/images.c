#include "data/images.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

size_t images_values(const struct images *images) {
    return images->channels * images->height * images->width;
}

/* *size = the bytes of n images; an error when no size_t holds that. */
static int multiply(const struct images *images, size_t n, size_t *size, struct error *err) {
    size_t plane, values;
    if (memory_multiply(images->height, images->width, &plane) &&
        memory_multiply(plane, images->channels, &values) && memory_multiply(values, n, size))
        return STATUS_OK;
    return error_set(err, STATUS_NO_MEMORY, "%zu images do not fit in memory", n);
}

int images_create(struct images *images, size_t capacity, size_t channels, size_t height,
                  size_t width, struct error *err) {
    size_t size;
    *images = (struct images){
        .channels = channels, .height = height, .width = width, .capacity = capacity};
    int status = multiply(images, capacity, &size, err);
    if (status != STATUS_OK)
        return status;
    images->pixels = memory_alloc(size, 1, err);
    images->labels = images->pixels != NULL ? memory_alloc(capacity, 1, err) : NULL;
    if (images->labels != NULL)
        return STATUS_OK;
    images_free(images);
    return STATUS_NO_MEMORY;
}

static int reserve(struct images *images, size_t capacity, struct error *err) {
    size_t size;
    if (capacity <= images->capacity)
        return STATUS_OK;
    int status = multiply(images, capacity, &size, err);
    if (status != STATUS_OK)
        return status;
    unsigned char *pixels = realloc(images->pixels, size);
    if (pixels != NULL)
        images->pixels = pixels;
    unsigned char *labels = realloc(images->labels, capacity);
    if (labels != NULL)
        images->labels = labels;
    if (pixels == NULL || labels == NULL)
        return error_set(err, STATUS_NO_MEMORY, "out of memory: no %zu bytes are free", size);
    images->capacity = capacity;
    return STATUS_OK;
}

int images_insert(struct images *images, size_t at, size_t n, struct error *err) {
    const size_t values = images_values(images), n_after = images->n - at;
    assert(at <= images->n && n <= SIZE_MAX - images->n);
    int status = reserve(images, images->n + n, err);
    if (status != STATUS_OK || n == 0)
        return status;
    unsigned char *pixels = images->pixels + at * values, *labels = images->labels + at;
    memmove(pixels + n * values, pixels, n_after * values);
    memmove(labels + n, labels, n_after);
    memset(pixels, 0, n * values);
    memset(labels, 0, n);
    images->n += n;
    return STATUS_OK;
}

int images_append(struct images *images, const struct images *from, size_t first, size_t n,
                  struct error *err) {
    const size_t values = images_values(images), end = images->n;
    assert(from->channels == images->channels && from->height == images->height &&
           from->width == images->width);
    assert(first <= from->n && n <= from->n - first);
    int status = images_insert(images, end, n, err);
    if (status != STATUS_OK || n == 0)
        return status;
    memcpy(images->pixels + end * values, from->pixels + first * values, n * values);
    memcpy(images->labels + end, from->labels + first, n);
    return STATUS_OK;
}

void images_free(struct images *images) {
    free(images->pixels);
    free(images->labels);
    *images = (struct images){0};
}
