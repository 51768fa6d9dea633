/* Where an image stands: its batch, in that its group of LANES images, in that its lane. */
#include "data/batches.h"

#include <stdlib.h>

#include "base/memory.h"

/* The first value of an image; the next ones follow at a distance of LANES. */
static float *image_values(const struct batch_set *set, size_t image) {
    size_t place = image % set->batch_size;
    size_t group = image / set->batch_size * set->groups_per_batch + place / LANES;
    return set->values + group * set->n_values * LANES + place % LANES;
}

int batch_set_create(struct batch_set *set, size_t n_images, size_t n_values, size_t batch_size,
                     struct error *err) {
    *set = (struct batch_set){0};
    if (n_values == 0 || batch_size == 0)
        return error_set(err, STATUS_USAGE, "batches of %zu images of %zu values cannot be",
                         batch_size, n_values);
    size_t n_batches = n_images / batch_size + (n_images % batch_size != 0);
    size_t groups_per_batch = batch_size / LANES + (batch_size % LANES != 0);
    size_t n_groups, group_size;
    if (!memory_multiply(n_batches, groups_per_batch, &n_groups) ||
        !memory_multiply(n_values, LANES * sizeof(float), &group_size))
        return error_set(err, STATUS_NO_MEMORY, "%zu images of %zu values do not fit in memory",
                         n_images, n_values);
    set->values = memory_alloc(n_groups, group_size, err);
    set->labels = set->values ? memory_alloc(n_images, sizeof *set->labels, err) : NULL;
    if (set->values == NULL || set->labels == NULL) {
        batch_set_free(set);
        return STATUS_NO_MEMORY;
    }
    set->n_images = n_images;
    set->n_values = n_values;
    set->batch_size = batch_size;
    set->n_batches = n_batches;
    set->groups_per_batch = groups_per_batch;
    return STATUS_OK;
}

void batch_set_free(struct batch_set *set) {
    free(set->values);
    free(set->labels);
    *set = (struct batch_set){0};
}

float *batch_set_batch(const struct batch_set *set, size_t batch) {
    return set->values + batch * set->groups_per_batch * set->n_values * LANES;
}

const unsigned char *batch_set_labels(const struct batch_set *set, size_t batch) {
    return set->labels + batch * set->batch_size;
}

size_t batch_set_count(const struct batch_set *set, size_t batch) {
    size_t n_left = set->n_images - batch * set->batch_size;
    return n_left < set->batch_size ? n_left : set->batch_size;
}

void batch_set_put(struct batch_set *set, size_t image, const float *values) {
    float *to = image_values(set, image);
    for (size_t i = 0; i < set->n_values; i++)
        to[i * LANES] = values[i];
}

void batch_set_get(const struct batch_set *set, size_t image, float *values) {
    const float *from = image_values(set, image);
    for (size_t i = 0; i < set->n_values; i++)
        values[i] = from[i * LANES];
}

/* Fills one group of the destination with n <= LANES images. Value by value over all lanes, so that
 * the destination is written in order, a cache line at a time. */
static void gather_group(float *group, const struct batch_set *source, const size_t *order,
                         size_t n) {
    const float *from[LANES];
    for (size_t lane = 0; lane < n; lane++)
        from[lane] = image_values(source, order[lane]);
    for (size_t i = 0; i < source->n_values; i++)
        for (size_t lane = 0; lane < n; lane++)
            group[i * LANES + lane] = from[lane][i * LANES];
}

void batch_set_permute(struct batch_set *destination, const struct batch_set *source,
                       const size_t *order) {
    for (size_t i = 0; i < destination->n_images; i++)
        destination->labels[i] = source->labels[order[i]];
    for (size_t batch = 0; batch < destination->n_batches; batch++) {
        size_t first = batch * destination->batch_size;
        size_t count = batch_set_count(destination, batch);
        for (size_t place = 0; place < count; place += LANES)
            gather_group(image_values(destination, first + place), source, order + first + place,
                         count - place < LANES ? count - place : LANES);
    }
}
