/* What the sections of a report share. Not for others than report*.c. */
#ifndef REPORT_STATE_H
#define REPORT_STATE_H

#include <stdio.h>

#include "data/dataset.h"
#include "records/scored_images.h"
#include "report/report.h"
#include "run/directory.h"
#include "table/format.h"

/* The test images that were read last, or why they could not be: runs of one data set come one
 * after the other. */
struct report_images {
    bool tried;
    int status;
    struct error cause;
    struct dataset dataset;
    struct source source; /* of these, with the place that they were read from */
    int seed;
    bool of_seed; /* another seed has other images */
};

struct report {
    FILE *out;
    const struct run_list *list;
    const struct table *table;
    const struct report_options *options;
    struct report_images images;
};

/* A row of a part of the table: one section. */
struct report_class {
    const struct table_part *part;
    size_t row;
};

/* The style sheet. */
extern const char report_style[];

/* The sections, in the order of the page. */
void report_results(const struct report *report);
void report_seeds(const struct report *report);
void report_remarks(const struct report *report);
void report_classes(struct report *report);
void report_timings(const struct report *report);
void report_configuration(const struct report *report);

/* The pieces of a class: ROC curves and histograms of the shown runs; what happened over the epochs
 * of all runs; the most normal and most anomalous images of those shown. shown: (n_columns) the run
 * of each column that is shown, NULL where there is none. */
void report_scores(struct report *report, const struct report_class *class,
                   const struct table_run *const shown[]);
void report_epochs(const struct report *report, const struct report_class *class,
                   const struct table_run *const shown[]);
void report_mosaics(struct report *report, const struct report_class *class,
                    const struct table_run *const shown[]);

/* The scores of a run's test images, from the lowest to the highest. */
struct report_sample {
    struct scored_list list; /* (n > 0) */
    float *scores;           /* (n) finite */
    unsigned char *labels;   /* (n) 0 of a normal image, 1 of an outlier; both occur */
};

/* Reads the scores of what a cell counts. An error when there are none, and when they are not those
 * of which results.json tells: their number is n.test and their AUC auc.test, to 1e-6. Freed with
 * report_sample_free, also after an error. */
int report_sample_read(const struct table_run *run, struct report_sample *sample,
                       struct error *err);
void report_sample_free(struct report_sample *sample);

void report_images_free(struct report_images *images);

/* <p> that names what is not on the page, and why (printf format). */
void report_left_out(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The style (0 .. SVG_N_STYLES - 1) of a column: its method's own, where it is the first of it. */
size_t report_column_style(const struct table_part *part, size_t column);

/* The level of a class's heading, the one below its data set's; of a single data set the title is
 * not said again. */
int report_class_level(const struct report *report);

/* The heading of a piece of a class. */
void report_piece_heading(const struct report *report, const char *text);

/* The mark of a column and its heading, as in a legend. */
void report_key(FILE *out, const struct table_part *part, size_t column);

/* <figure> with the caption of a column's picture, up to where the picture begins; `what` and
 * `note` are plain text, the note may be "". Ended with report_figure_end. */
void report_figure(FILE *out, const struct table_part *part, size_t column, const char *what,
                   const char *note);
void report_figure_end(FILE *out);

/* The anchor of a part, and of a class. */
void report_part_id(const struct report *report, const struct table_part *part, char id[32]);
void report_class_id(const struct report *report, const struct report_class *class, char id[64]);

/* "MNIST"; of a data set that is a directory its path. */
const char *report_dataset_title(const char *name);

/* "MNIST, one class against all others" */
void report_part_title(const struct table_part *part, char title[TABLE_TITLE_SIZE]);

/* The path of a file of a run; false when it is not there. */
bool report_has_file(const struct listed_run *run, enum run_file file, char path[RUN_PATH_SIZE]);

#endif
