/* ROC curves and histograms of the scores of the shown runs. */
#include "report/scores.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "metrics/metrics.h"
#include "report/html.h"
#include "report/state.h"
#include "report/svg.h"

enum { MAX_BINS = 60, MIN_BINS = 12, MAX_POINTS = 240 };

static const double MAX_AUC_DIFFERENCE = 1e-6;

/* ---- reading */

void report_sample_free(struct report_sample *sample) {
    free(sample->list.images);
    free(sample->scores);
    free(sample->labels);
    *sample = (struct report_sample){0};
}

/* As the metrics want them. */
static int fill(struct report_sample *sample, const char *path, struct error *err) {
    const size_t n = sample->list.n;
    sample->scores = memory_alloc(n, sizeof *sample->scores, err);
    sample->labels = memory_alloc(n, sizeof *sample->labels, err);
    if (sample->scores == NULL || sample->labels == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        sample->scores[i] = (float)sample->list.images[i].score;
        sample->labels[i] = sample->list.images[i].outlier == 1;
        if (!isfinite(sample->scores[i]))
            return error_set(err, STATUS_DAMAGED, "%s: %g is too large a score", path,
                             sample->list.images[i].score);
    }
    return STATUS_OK;
}

/* A file that was cut off or is another run's would be shown under this run's name. */
static int check_results(const struct report_sample *sample, const struct listed_run *run,
                         const char *path, struct error *err) {
    const size_t n = sample->list.n;
    const double n_test = listed_run_number(run, "n", "test");
    const double auc_test = listed_run_number(run, "auc", "test");
    double auc;
    if (!isnan(n_test) && n_test != (double)n)
        return error_set(err, STATUS_DAMAGED,
                         "%s: %zu scores, but %.0f test images in results.json", path, n, n_test);
    const int status = metrics_auc(sample->scores, sample->labels, n, &auc, err);
    if (status)
        return status;
    if (isnan(auc))
        return error_set(err, STATUS_FAILED, "%s: all images are %s, so there is no ROC curve",
                         path, sample->labels[0] == 1 ? "outliers" : "normal");
    if (fabs(auc - auc_test) > MAX_AUC_DIFFERENCE)
        return error_set(err, STATUS_DAMAGED,
                         "%s: the AUC of the scores is %.6f, but %.6f in results.json", path, auc,
                         auc_test);
    return STATUS_OK;
}

int report_sample_read(const struct table_run *run, struct report_sample *sample,
                       struct error *err) {
    char path[RUN_PATH_SIZE];
    *sample = (struct report_sample){0};
    if (run->of_autoencoder)
        return error_set(err, STATUS_FAILED,
                         "a run keeps the scores of its method, not those of its autoencoder");
    if (!report_has_file(run->run, RUN_SCORES, path))
        return error_set(err, STATUS_MISSING, "%s has no scores.csv", run->run->path);
    int status = scored_read(path, &sample->list, err);
    if (!status && sample->list.n == 0)
        status = error_set(err, STATUS_DAMAGED, "%s: holds no scores", path);
    if (!status)
        status = fill(sample, path, err);
    return status ? status : check_results(sample, run->run, path, err);
}

/* ---- ROC curves */

static void write_curve(FILE *out, const struct svg_frame *frame,
                        const struct report_sample *sample, size_t style) {
    struct roc_point points[MAX_POINTS];
    double x[MAX_POINTS], y[MAX_POINTS];
    struct error ignored;
    size_t n = 0;
    if (metrics_roc_curve(sample->scores, sample->labels, sample->list.n, points, MAX_POINTS, &n,
                          &ignored) != STATUS_OK)
        return;
    for (size_t i = 0; i < n; i++) {
        x[i] = points[i].false_positive_rate;
        y[i] = points[i].true_positive_rate;
    }
    fprintf(out, "<g class=\"s%zu\">", style);
    svg_line(out, frame, "line", x, y, n);
    fputs("</g>\n", out);
}

static void write_roc(FILE *out, const struct report_class *class,
                      const struct report_sample *samples, const char *name) {
    const struct svg_axis x = {0, 1, false, "normal images taken for outliers", 5, false};
    const struct svg_axis y = {0, 1, false, "outliers found", 5, false};
    const struct svg_frame frame = svg_small_frame(x, y);
    const double ends[] = {0, 1};
    char description[TABLE_ROW_SIZE + 64];
    report_figure(out, class->part, class->part->n_columns, "ROC curves", "");
    snprintf(description, sizeof description, "ROC curves of the shown runs, %s", name);
    svg_begin(out, "chart", SVG_WIDTH, SVG_HEIGHT, description);
    svg_axes(out, &frame);
    svg_line(out, &frame, "chance", ends, ends, 2);
    for (size_t column = 0; column < class->part->n_columns; column++)
        if (samples[column].list.n > 0)
            write_curve(out, &frame, &samples[column], report_column_style(class->part, column));
    svg_end(out);
    fputs("<p class=\"legend\">", out);
    for (size_t column = 0; column < class->part->n_columns; column++)
        if (samples[column].list.n > 0)
            report_key(out, class->part, column);
    fputs("<span class=\"key\"><svg viewBox=\"0 0 14 14\" aria-hidden=\"true\"><path "
          "class=\"chance\" "
          "d=\"M0 14L14 0\"/></svg>chance</span></p>\n",
          out);
    report_figure_end(out);
}

/* ---- histograms */

struct histogram {
    double low, high;          /* of the bins; high: a fiftieth of the scores is above, at most */
    double parts[2][MAX_BINS]; /* of the normal images, and of the outliers */
    double highest;
    size_t n; /* bins, the fewer the fewer images there are */
};

/* A few scores far out would press all others together: they are in the last bin. */
static struct histogram count(const struct report_sample *sample) {
    const size_t last = sample->list.n - 1;
    struct histogram histogram = {.low = (double)sample->scores[0],
                                  .high = (double)sample->scores[last - last / 50]};
    size_t n[2] = {0, 0};
    histogram.n = (size_t)fmin(MAX_BINS, fmax(MIN_BINS, sqrt((double)sample->list.n)));
    if (!(histogram.high > histogram.low))
        histogram.high = histogram.low + fmax(1e-6, 1e-3 * fabs(histogram.low));
    for (size_t i = 0; i < sample->list.n; i++)
        n[sample->labels[i]]++;
    const double width = (histogram.high - histogram.low) / (double)histogram.n;
    for (size_t i = 0; i < sample->list.n; i++) {
        const double place = floor(((double)sample->scores[i] - histogram.low) / width);
        const size_t bin = place < (double)histogram.n ? (size_t)place : histogram.n - 1;
        histogram.parts[sample->labels[i]][bin] += 100.0 / (double)n[sample->labels[i]];
    }
    for (size_t i = 0; i < 2 * MAX_BINS; i++)
        histogram.highest = fmax(histogram.highest, histogram.parts[i / MAX_BINS][i % MAX_BINS]);
    return histogram;
}

static void write_histogram(FILE *out, const struct report_class *class, size_t column,
                            const struct report_sample *sample, const char *name) {
    const struct histogram histogram = count(sample);
    const struct svg_axis x = {histogram.low, histogram.high, false, "anomaly score", 5, false};
    const struct svg_axis y = {0, 1.04 * histogram.highest, false, "% of the images", 5, false};
    const struct svg_frame frame = svg_small_frame(x, y);
    char description[TABLE_ROW_SIZE + 160];
    snprintf(description, sizeof description,
             "Histogram of the test scores of %s, %s: normal images against outliers",
             class->part->columns[column].heading, name);
    report_figure(out, class->part, column, "scores", "");
    svg_begin(out, "chart", SVG_WIDTH, SVG_HEIGHT, description);
    svg_axes(out, &frame);
    fprintf(out, "<g class=\"s%zu\">", report_column_style(class->part, column));
    svg_steps(out, &frame, "area", histogram.low, histogram.high, histogram.parts[0], histogram.n);
    svg_steps(out, &frame, "outline", histogram.low, histogram.high, histogram.parts[1],
              histogram.n);
    fputs("</g>\n", out);
    svg_end(out);
    fprintf(out,
            "<p class=\"legend s%zu\"><span class=\"key\"><svg viewBox=\"0 0 14 14\" "
            "aria-hidden=\"true\"><path class=\"area\" d=\"M1 13V3H13V13Z\"/></svg>normal</span>"
            "<span class=\"key\"><svg viewBox=\"0 0 14 14\" aria-hidden=\"true\"><path "
            "class=\"outline\" d=\"M1 13V3H13V13\"/></svg>outliers</span></p>\n",
            report_column_style(class->part, column));
    report_figure_end(out);
}

/* ---- both */

/* Reads the samples; names those that are not to be had. Returns how many there are. */
static size_t read_samples(FILE *out, const struct report_class *class,
                           const struct table_run *const shown[], struct report_sample *samples) {
    size_t n = 0;
    for (size_t column = 0; column < class->part->n_columns; column++) {
        struct error cause;
        if (shown[column] == NULL)
            continue;
        if (report_sample_read(shown[column], &samples[column], &cause) != STATUS_OK) {
            report_sample_free(&samples[column]);
            report_left_out(out, "ROC curve, scores and images of %s: %s",
                            class->part->columns[column].heading, cause.message);
        }
        n += samples[column].list.n > 0;
    }
    return n;
}

void report_scores(struct report *report, const struct report_class *class,
                   const struct table_run *const shown[]) {
    FILE *out = report->out;
    struct error cause;
    char name[TABLE_ROW_SIZE];
    struct report_sample *samples = memory_alloc(class->part->n_columns, sizeof *samples, &cause);
    if (samples == NULL) {
        report_left_out(out, "ROC curves and scores: %s", cause.message);
        return;
    }
    table_row_text(class->part, class->row, name);
    report_piece_heading(report, "Scores of the test images");
    if (read_samples(out, class, shown, samples) > 0) {
        fputs("<div class=\"panels\">\n", out);
        write_roc(out, class, samples, name);
        for (size_t column = 0; column < class->part->n_columns; column++)
            if (samples[column].list.n > 0)
                write_histogram(out, class, column, &samples[column], name);
        fputs("</div>\n<p class=\"note\">The last bar of a histogram has all higher scores too, a "
              "fiftieth of them at most.</p>\n",
              out);
    }
    for (size_t column = 0; column < class->part->n_columns; column++)
        report_sample_free(&samples[column]);
    free(samples);
}
