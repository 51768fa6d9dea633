/* The most normal and the most anomalous test images. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "data/dataset.h"
#include "experiment/mosaic.h"
#include "experiment/plot_state.h"
#include "io/csv.h"

enum { N_SHOWN = 32, COLUMNS = 8, SCALE = 3 };

/* A line of scores.csv. */
struct scored {
    double score;
    size_t index; /* of the image in the test set's file */
    size_t class;
    size_t outlier; /* 0, 1 */
};

struct scored_list {
    size_t n;
    struct scored *images;
};

static int compare(const void *a, const void *b) {
    const struct scored *x = a, *y = b;
    if (x->score != y->score)
        return x->score < y->score ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static int parse_row(const struct csv *csv, const char *path, size_t row, const size_t columns[4],
                     struct scored *scored, struct error *err) {
    const char *text = csv_field(csv, row, columns[3]);
    char *end;
    int status = csv_number(csv, path, row, columns[0], INT32_MAX, &scored->index, err);
    if (!status)
        status = csv_number(csv, path, row, columns[1], UINT8_MAX, &scored->class, err);
    if (!status)
        status = csv_number(csv, path, row, columns[2], 1, &scored->outlier, err);
    scored->score = strtod(text, &end);
    if (!status && (end == text || *end != '\0' || !isfinite(scored->score)))
        status = error_set(err, STATUS_FAILED, "%s: line %zu: '%.40s' is no score", path,
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
        return STATUS_FAILED;
    list->n = csv->n_rows;
    for (size_t row = 0; !status && row < csv->n_rows; row++)
        status = parse_row(csv, path, row, columns, &list->images[row], err);
    return status;
}

/* scores.csv, sorted from the most normal image to the most anomalous one. */
static int read_scores(const char *path, struct scored_list *list, struct error *err) {
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

/* The images that were scored must be those that are there. */
static int check_images(const struct scored_list *list, const struct images *test,
                        const struct config *config, struct error *err) {
    for (size_t i = 0; i < list->n; i++) {
        const struct scored *scored = &list->images[i];
        if (scored->index >= test->n || test->labels[scored->index] != scored->class)
            return error_set(err, STATUS_FAILED,
                             "test image %zu is of class %zu in scores.csv, but not in %s: give "
                             "the directory of the run's data as --data-dir",
                             scored->index, scored->class, config->data_dir);
    }
    return STATUS_OK;
}

static int load_test_images(const struct config *config, const struct scored_list *list,
                            struct dataset *dataset, struct error *err) {
    const struct dataset_info *info = dataset_find(config->dataset);
    struct rng rng;
    rng_seed(&rng, (uint64_t)config->seed, RNG_DATA); /* as the run did, for made-up test sets */
    int status = info->load(info, dataset_directory(info, config->dataset, config->data_dir), &rng,
                            dataset, err);
    if (status)
        return status;
    status = check_images(list, &dataset->test, config, err);
    if (status)
        dataset_free(dataset);
    return status;
}

/* Which images a mosaic shows, and from which end of the list. */
struct view {
    const char *name;
    bool anomalous; /* from the most anomalous on */
    bool in_class;  /* of the normal class alone, as the paper's figures */
};

static const struct view views[] = {
    {"most_normal", false, false},
    {"most_anomalous", true, false},
    {"most_normal_in_class", false, true},
    {"most_anomalous_in_class", true, true},
};

static int draw_view(const struct plot *plot, const struct view *view,
                     const struct scored_list *list, const struct images *test, struct error *err) {
    const size_t size = test->channels * test->height * test->width;
    struct images shown;
    size_t n = 0;
    int status = mosaic_images(&shown, N_SHOWN, test->channels, test->height, test->width, err);
    if (status)
        return status;
    for (size_t i = 0; i < list->n && n < N_SHOWN; i++) {
        const struct scored *scored = &list->images[view->anomalous ? list->n - 1 - i : i];
        if (!view->in_class || scored->outlier == 0)
            memcpy(shown.pixels + n++ * size, test->pixels + scored->index * size, size);
    }
    shown.n = n;
    if (n > 0)
        status = plot_mosaic(plot, view->name, &shown, COLUMNS, SCALE, err);
    mosaic_images_free(&shown);
    return status;
}

int plot_images(struct plot *plot, struct error *err) {
    struct scored_list list;
    struct dataset dataset = {0};
    struct error cause;
    char path[RUN_PATH_SIZE];
    if (!plot_has_file(plot, RUN_SCORES, path)) {
        plot_left_out(plot, "%s is not there; left out: most normal and most anomalous images",
                      path);
        return STATUS_OK;
    }
    int status = read_scores(path, &list, &cause);
    if (!status)
        status = load_test_images(&plot->config, &list, &dataset, &cause);
    if (status) {
        plot_left_out(plot, "%s; left out: most normal and most anomalous images", cause.message);
        free(list.images);
        return STATUS_OK;
    }
    for (size_t i = 0; !status && i < sizeof views / sizeof views[0]; i++)
        status = draw_view(plot, &views[i], &list, &dataset.test, err);
    dataset_free(&dataset);
    free(list.images);
    return status;
}
