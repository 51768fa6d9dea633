/* The most normal and the most anomalous test images of the shown runs. */
#include "report/mosaics.h"

#include <stdlib.h>
#include <string.h>

#include "io/base64.h"
#include "plot/mosaic.h"
#include "report/html.h"
#include "report/scores.h"
#include "report/state.h"

enum { N_SHOWN = 32, COLUMNS = 8, SHADE = 128, MAX_CLASSES = 256 };

static const struct {
    struct scored_view view;
    const char *title;
} views[] = {
    {{"most_normal", false, false}, "most normal"},
    {{"most_anomalous", true, false}, "most anomalous"},
    {{"most_anomalous_in_class", true, true}, "most anomalous in class"},
};

enum { N_VIEWS = sizeof views / sizeof views[0] };

/* ---- the data set */

void report_images_free(struct report_images *images) {
    if (images->tried && images->status == STATUS_OK)
        dataset_free(&images->dataset);
    images->tried = false;
}

/* The test images of a run's data set: the one at hand if it is that. */
static int test_images(struct report *report, const struct listed_run *run,
                       const struct images **test, struct error *err) {
    struct report_images *images = &report->images;
    const cJSON *own = cJSON_GetObjectItemCaseSensitive(run->config, "data_dir");
    const char *data_dir = report->options->data_dir != NULL ? report->options->data_dir
                           : cJSON_IsString(own)             ? own->valuestring
                                                             : "data";
    struct source source = run->source;
    if (source.info == NULL)
        return error_set(err, STATUS_MISSING, "%s: there is no such data set here", run->dataset);
    if (strlen(data_dir) >= sizeof source.path)
        return error_set(err, STATUS_FAILED, "the path of the data is too long");
    source_set_place(&source, data_dir);
    const bool same = images->tried && images->source.info == source.info &&
                      strcmp(images->source.path, source.path) == 0 &&
                      (!images->of_seed || images->seed == run->seed);
    if (!same) {
        report_images_free(images);
        images->source = source;
        images->seed = run->seed;
        images->of_seed = false;
        images->tried = true;
        images->status = scored_load_dataset(&source, run->seed, &images->dataset, &images->of_seed,
                                             &images->cause);
    }
    if (images->status == STATUS_OK)
        *test = &images->dataset.test;
    else
        *err = images->cause;
    return images->status;
}

/* ---- a mosaic */

/* Where image i begins in a mosaic, from the left or top in pixels. */
static size_t offset(size_t place, size_t side) {
    return MOSAIC_GAP + place * (side + MOSAIC_GAP);
}

/* White lines, and white squares after the last of n images, would glare where the page is dark. */
static void shade(struct picture *picture, size_t width, size_t height, size_t n) {
    for (size_t y = 0; y < picture->height; y++)
        for (size_t x = 0; x < picture->width; x++) {
            const size_t column = x / (width + MOSAIC_GAP), row = y / (height + MOSAIC_GAP);
            const bool is_gap =
                x % (width + MOSAIC_GAP) < MOSAIC_GAP || y % (height + MOSAIC_GAP) < MOSAIC_GAP;
            if (is_gap || row * COLUMNS + column >= n)
                memset(picture->pixels + (y * picture->width + x) * picture->channels, SHADE,
                       picture->channels);
        }
}

/* "4 of class 3, 28 of class 8" */
static void list_classes(const struct scored *const chosen[], size_t n, char *text, size_t size) {
    size_t counts[MAX_CLASSES] = {0}, used = 0;
    for (size_t i = 0; i < n; i++)
        counts[chosen[i]->class % MAX_CLASSES]++;
    text[0] = '\0';
    for (size_t class = 0; class < MAX_CLASSES && used < size; class ++)
        if (counts[class] > 0)
            used += (size_t)snprintf(text + used, size - used, "%s%zu of class %zu",
                                     used > 0 ? ", " : "", counts[class], class);
}

/* A frame around each image, seen where the image is on the wrong side, with what it is. */
static void write_frames(FILE *out, const struct scored *const chosen[], size_t n, bool anomalous,
                         size_t width, size_t height) {
    for (size_t i = 0; i < n; i++) {
        const bool wrong = (chosen[i]->outlier == 1) != anomalous;
        fprintf(
            out,
            "<rect%s x=\"%zu\" y=\"%zu\" width=\"%zu\" height=\"%zu\"><title>class %zu%s, score "
            "%.4g, test image %zu</title></rect>\n",
            wrong ? " class=\"wrong\"" : "", offset(i % COLUMNS, width) - 2,
            offset(i / COLUMNS, height) - 2, width + 4, height + 4, chosen[i]->class,
            chosen[i]->outlier == 1 ? " (outlier)" : "", chosen[i]->score, chosen[i]->index);
    }
}

/* The PNG within an SVG, so that frames can lie above it. */
static int write_picture(FILE *out, const struct scored *const chosen[], size_t n, bool anomalous,
                         const struct images *test, const char *description, struct error *err) {
    struct images images = {0};
    struct picture picture = {0};
    struct bytes png = {0};
    const size_t scale = test->channels == 1 ? 2 : 1; /* what is smooth needs no finer pixels */
    int status = scored_copy_images(&images, test, chosen, n, err);
    if (!status)
        status = mosaic_create(&picture, &images, COLUMNS, scale, err);
    if (!status) {
        shade(&picture, scale * test->width, scale * test->height, n);
        status = png_encode(&picture, "mosaic", &png, err);
    }
    if (!status) {
        fprintf(out, "<svg class=\"mosaic\" role=\"img\" viewBox=\"0 0 %zu %zu\"", picture.width,
                picture.height);
        html_attribute(out, "aria-label", "%s", description);
        fprintf(out, ">\n<image width=\"%zu\" height=\"%zu\" href=\"data:image/png;base64,",
                picture.width, picture.height);
        base64_write(png.data, png.size, out);
        fputs("\"/>\n", out);
        write_frames(out, chosen, n, anomalous, scale * test->width, scale * test->height);
        fputs("</svg>\n", out);
    }
    free(png.data);
    picture_free(&picture);
    images_free(&images);
    return status;
}

/* One view of a run; false with the reason when it cannot be shown. */
static int write_view(FILE *out, const struct report_class *class, size_t column, size_t which,
                      const struct scored_list *scores, const struct images *test,
                      struct error *err) {
    const struct scored *chosen[N_SHOWN];
    const size_t n = scored_choose(scores, &views[which].view, chosen, N_SHOWN);
    char name[TABLE_ROW_SIZE], classes[512], note[64] = "", text[1024];
    size_t n_wrong = 0;
    if (n == 0)
        return STATUS_OK;
    for (size_t i = 0; i < n; i++)
        n_wrong += (chosen[i]->outlier == 1) != views[which].view.anomalous;
    table_row_text(class->part, class->row, name);
    list_classes(chosen, n, classes, sizeof classes);
    snprintf(text, sizeof text, "The %zu test images that are %s to %s, %s %s: %s", n,
             views[which].title, class->part->columns[column].heading,
             class->part->kind == TABLE_OUTLIER ? "outlier" : "normal", name, classes);
    if (!views[which].view.in_class && n_wrong > 0)
        snprintf(note, sizeof note, "%zu framed: %s", n_wrong,
                 views[which].view.anomalous ? "normal" : "outliers");
    report_figure(out, class->part, column, views[which].title, note);
    const int status =
        write_picture(out, chosen, n, views[which].view.anomalous && !views[which].view.in_class,
                      test, text, err);
    report_figure_end(out);
    return status;
}

static int write_run(struct report *report, const struct report_class *class, size_t column,
                     const struct table_run *run, struct error *err) {
    struct report_sample sample;
    if (report_sample_read(run, &sample, err) != STATUS_OK) {
        report_sample_free(&sample);
        return STATUS_OK; /* said with the ROC curves */
    }
    const struct images *test = NULL;
    int status = test_images(report, run->run, &test, err);
    if (status == STATUS_OK)
        status = scored_check_images(&sample.list, test, report->images.source.path, err);
    for (size_t i = 0; status == STATUS_OK && i < N_VIEWS; i++)
        status = write_view(report->out, class, column, i, &sample.list, test, err);
    report_sample_free(&sample);
    return status;
}

void report_mosaics(struct report *report, const struct report_class *class,
                    const struct table_run *const shown[]) {
    FILE *out = report->out;
    report_piece_heading(report, "Test images by score");
    fputs("<div class=\"panels\">\n", out);
    for (size_t column = 0; column < class->part->n_columns; column++) {
        struct error cause;
        if (shown[column] != NULL &&
            write_run(report, class, column, shown[column], &cause) != STATUS_OK)
            report_left_out(out, "images of %s: %s", class->part->columns[column].heading,
                            cause.message);
    }
    fputs("</div>\n", out);
}
