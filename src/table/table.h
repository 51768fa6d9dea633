/* Runs summed up over their seeds, per class and method, beside the paper's numbers. The numbers
 * are in struct table, for whoever shows them; write.h lays them out. */
#ifndef TABLE_TABLE_H
#define TABLE_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "records/run_list.h"
#include "table/paper.h"

/* What of a run is tabulated: a number of results.json, times `scale`. */
struct table_metric {
    const char *name;         /* as on the command line: "auc" */
    const char *title;        /* "test AUC" */
    const char *object, *key; /* see listed_run_number */
    double scale;
    const char *unit; /* "%", "s", "MB" */
};

/* The first one, the test AUC, is the one that the paper has. */
extern const struct table_metric table_metrics[];
extern const size_t table_metric_count;
const struct table_metric *table_metric_find(const char *name);

/* What a class is held against: tables of their own, for an average over both would mean nothing.
 */
enum table_kind {
    TABLE_NORMAL,  /* one normal class, outliers are all others: the paper's setting */
    TABLE_OUTLIER, /* one outlier class, normal are all others */
    TABLE_PAIR,    /* one class against one other */
};

/* A run that counts. A pretrained run counts in the column of its method, and with the AUC of its
 * autoencoder in that of DCAE. */
struct table_run {
    const struct listed_run *run;
    bool of_autoencoder; /* the value is dcae_auc of a run of another method */
    double value;        /* in the metric's unit */
    char *options;       /* see options.h */
};

struct table_cell {
    const struct table_run *runs; /* (n), by seed, each seed once; NULL when n = 0 */
    size_t n;
    double mean, std; /* NaN for n = 0; the sample's standard deviation, NaN for n < 2 */
    const struct paper_auc *paper; /* NULL where the paper has no number */
    double difference;             /* mean - paper->mean; NaN without either */
    bool outside;                  /* of the paper's spread: paper_is_outside */
    size_t n_collapsed; /* of the n: of runs whose sphere has collapsed (not of autoencoders) */
    size_t n_taken;     /* of the n, where the metric is the time of the whole run: without the
                           time of pretraining, since the autoencoder is from the cache */
};

/* Mean of the class means, ours and the paper's, over the classes that a column has runs of. */
struct table_average {
    size_t n_classes;
    double mean, paper_mean, difference; /* NaN where there is none */
};

/* A method, with one set of options. Runs of one method with other options are other experiments:
 * they get a column of their own. */
struct table_column {
    const struct method *method;
    char *options;      /* those in which the columns of the method differ: "nu 0.01"; else "" */
    char heading[64];   /* unlike any other of the part: "one-class, nu 0.01", "one-class (2)" */
    bool options_apart; /* the options are too long to be in the heading */
    char *not_preset;   /* what differs from the paper's settings: table_options_not_preset */
    struct table_average average;
};

struct table_row {
    const struct listed_run *example; /* one of its runs: for the classes and their names */
};

/* One data set and kind. */
struct table_part {
    const char *dataset;
    enum table_kind kind;
    struct table_row *rows; /* (n_rows), by class */
    size_t n_rows;
    size_t n_classes;             /* of the data set, as rows; n_rows where that is not known */
    struct table_column *columns; /* (n_columns), in the order of method_table */
    size_t n_columns;
    struct table_cell *cells; /* (n_rows, n_columns) */
    bool has_paper;           /* some cell has the paper's number */
};

enum table_remark_kind {
    REMARK_UNREADABLE, /* these five: the run is left out */
    REMARK_INCOMPLETE,
    REMARK_DAMAGED,
    REMARK_NO_VALUE,
    REMARK_DUPLICATE,
    REMARK_OTHER_AUTOENCODER, /* left out of the column of DCAE */
    REMARK_COLLAPSED,         /* counted all the same: leaving it out would make the mean better */
    N_REMARK_KINDS
};

/* What the reader of the table has to know of a run. */
struct table_remark {
    enum table_remark_kind kind;
    const struct listed_run *run;
    char *text; /* one line, without the path */
};

struct table {
    const struct table_metric *metric;
    struct table_part *parts; /* (n_parts), by data set and kind */
    size_t n_parts;
    struct table_run *runs; /* (n_runs), what the cells point into */
    size_t n_runs;
    struct table_remark *remarks; /* (n_remarks), by path within a kind */
    size_t n_remarks;
};

/* The words of results in JSON: "unreadable", "incomplete", ... */
extern const char *const table_remark_names[N_REMARK_KINDS];

/* Sums up the list, which must outlive the table. Two runs of the same data set, classes, method,
 * options and seed count once: the first by path; the other is a remark. Options are compared as
 * options.h says. Fails when out of memory. Freed with table_free, also after an error. */
int table_build(struct table *table, const struct run_list *list, const struct table_metric *metric,
                struct error *err);
void table_free(struct table *table);

#endif
