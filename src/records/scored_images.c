/* Reading scores.csv, and the images that it is about. */
#include "records/scored_images.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/rng.h"
#include "config/advice.h"
#include "io/csv.h"

static int compare(const void *a, const void *b) {
    const struct scored *x = a, *y = b;
    if (x->score != y->score)
        return x->score < y->score ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static int parse_row(const struct csv *csv, const char *path, size_t row, const size_t columns[4],
                     struct scored *scored, struct error *err) {
    const char *text = csv_field(csv, row, columns[3]);
    int status = csv_number(csv, path, row, columns[0], INT32_MAX, &scored->index, err);
    if (!status)
        status = csv_number(csv, path, row, columns[1], UINT8_MAX, &scored->class, err);
    if (!status)
        status = csv_number(csv, path, row, columns[2], 1, &scored->outlier, err);
    if (!status && (!number_parse(text, &scored->score) || !isfinite(scored->score)))
        status = error_set(err, STATUS_DAMAGED, "%s: line %zu: '%.40s' is no score", path,
                           csv->lines[row], text);
    return status;
}

static int parse(const struct csv *csv, const char *path, struct scored_list *list,
                 struct error *err) {
    static const char *const names[4] = {"index", "class", "label", "score"};
    size_t columns[4];
    int status = STATUS_OK;
    for (size_t i = 0; !status && i < 4; i++)
        status = csv_find(csv, path, names[i], &columns[i], err);
    if (status)
        return status;
    list->images = memory_alloc(csv->n_rows, sizeof *list->images, err);
    if (list->images == NULL)
        return STATUS_NO_MEMORY;
    list->n = csv->n_rows;
    for (size_t row = 0; !status && row < csv->n_rows; row++)
        status = parse_row(csv, path, row, columns, &list->images[row], err);
    return status;
}

int scored_read(const char *path, struct scored_list *list, struct error *err) {
    static const size_t MOST = (size_t)1 << 26;
    struct bytes bytes;
    struct csv csv;
    *list = (struct scored_list){0};
    int status = file_read(path, MOST, &bytes, err);
    if (status)
        return status;
    status = csv_parse(&csv, path, &bytes, ',', err);
    free(bytes.data);
    if (status)
        return status;
    status = parse(&csv, path, list, err);
    csv_free(&csv);
    if (!status)
        qsort(list->images, list->n, sizeof *list->images, compare);
    return status;
}

int scored_load_dataset(const struct source *source, int seed, struct dataset *dataset,
                        bool *of_seed, struct error *err) {
    struct rng rng, before;
    rng_seed(&rng, (uint64_t)seed, RNG_DATA); /* as the run did, for made-up test sets */
    before = rng;
    const int status = source_load(source, &rng, dataset, err);
    if (of_seed != NULL)
        *of_seed = memcmp(&before, &rng, sizeof rng) != 0;
    return advice_data(source->info, status, err);
}

int scored_check_images(const struct scored_list *list, const struct images *test,
                        const char *data_dir, struct error *err) {
    for (size_t i = 0; i < list->n; i++) {
        const struct scored *scored = &list->images[i];
        if (scored->index >= test->n || test->labels[scored->index] != scored->class)
            return error_set(err, STATUS_FAILED,
                             "test image %zu is of class %zu in scores.csv, but not in %s: give "
                             "the directory of the run's data as --data-dir",
                             scored->index, scored->class, data_dir);
    }
    return STATUS_OK;
}

size_t scored_choose(const struct scored_list *list, const struct scored_view *view,
                     const struct scored *chosen[], size_t most) {
    size_t n = 0;
    for (size_t i = 0; i < list->n && n < most; i++) {
        const struct scored *scored = &list->images[view->anomalous ? list->n - 1 - i : i];
        if (!view->in_class || scored->outlier == 0)
            chosen[n++] = scored;
    }
    return n;
}

int scored_copy_images(struct images *images, const struct images *test,
                       const struct scored *const chosen[], size_t n, struct error *err) {
    int status = images_create(images, n, test->channels, test->height, test->width, err);
    for (size_t i = 0; !status && i < n; i++)
        status = images_append(images, test, chosen[i]->index, 1, err);
    return status;
}
