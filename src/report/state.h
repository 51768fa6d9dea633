/* A report under way, and what its sections share: headings, figures, anchors, names. Not for
 * others than report. */
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
