/* What happened over the epochs: objective and test AUC of every run of a class. */
#include "report/epochs.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "records/history.h"
#include "report/html.h"
#include "report/state.h"
#include "report/svg.h"

enum { MAX_POINTS = 240 };

enum measure { OBJECTIVE, AUC, N_MEASURES };

static const struct {
    const char *path, *label, *title, *what;
    double factor;
} measures[N_MEASURES] = {
    {"objective/train", "training objective", "objective", "objective", 1},
    {"auc/test", "test AUC in %", "test AUC", "AUC over the epochs", 100},
};

/* A phase of a run: n <= MAX_POINTS epochs. */
struct curve {
    size_t n;
    double epochs[MAX_POINTS];
    double values[N_MEASURES][MAX_POINTS]; /* NaN where there is none */
};

/* A run is read once, whatever columns it counts in. */
struct run_curves {
    const struct listed_run *run;
    struct curve phases[N_HISTORY_PHASES];
    size_t n_damaged, first_damaged; /* lines, as in struct history */
};

struct class_curves {
    size_t n;
    struct run_curves *runs;                          /* (n) */
    char problem[sizeof((struct error *)0)->message]; /* of the first run that cannot be read */
    size_t n_problems;
};

/* ---- reading */

/* Every so many of the records of a phase, and the last. */
static void read_phase(const struct history *history, enum history_phase phase,
                       struct curve *curve) {
    const size_t n = history_count(history, phase);
    const size_t stride = (n + MAX_POINTS - 2) / (MAX_POINTS - 1);
    size_t place = 0;
    for (size_t i = 0; i < history->n_records; i++) {
        const struct history_record *record = &history->records[i];
        if (record->phase != phase)
            continue;
        if (place % stride == 0 || place + 1 == n) {
            curve->epochs[curve->n] = (double)record->epoch;
            for (size_t m = 0; m < N_MEASURES; m++)
                curve->values[m][curve->n] =
                    measures[m].factor * history_number(record, measures[m].path);
            curve->n++;
        }
        place++;
    }
}

static int read_run(struct run_curves *curves, struct error *err) {
    struct history history;
    char path[RUN_PATH_SIZE];
    if (!report_has_file(curves->run, RUN_HISTORY, path))
        return error_set(err, STATUS_MISSING, "%s has no history.jsonl", curves->run->path);
    const int status = history_read(path, &history, err);
    if (status)
        return status;
    for (size_t phase = 0; phase < N_HISTORY_PHASES; phase++)
        read_phase(&history, (enum history_phase)phase, &curves->phases[phase]);
    curves->n_damaged = history.n_damaged;
    curves->first_damaged = history.first_damaged;
    history_free(&history);
    return STATUS_OK;
}

/* Where the run is among those read; n when it is not. */
static size_t find_run(const struct class_curves *curves, const struct listed_run *run) {
    size_t i = 0;
    while (i < curves->n && curves->runs[i].run != run)
        i++;
    return i;
}

static int read_all(const struct report_class *class, struct class_curves *curves,
                    struct error *err) {
    size_t n = 0;
    for (size_t column = 0; column < class->part->n_columns; column++)
        n += table_cell(class->part, class->row, column)->n;
    curves->runs = memory_alloc(n, sizeof *curves->runs, err);
    if (curves->runs == NULL)
        return STATUS_NO_MEMORY;
    for (size_t column = 0; column < class->part->n_columns; column++) {
        const struct table_cell *cell = table_cell(class->part, class->row, column);
        for (size_t i = 0; i < cell->n; i++) {
            struct error cause;
            if (find_run(curves, cell->runs[i].run) < curves->n)
                continue;
            struct run_curves *next = &curves->runs[curves->n++];
            next->run = cell->runs[i].run;
            if (read_run(next, &cause) != STATUS_OK && curves->n_problems++ == 0)
                snprintf(curves->problem, sizeof curves->problem, "%s", cause.message);
        }
    }
    return STATUS_OK;
}

/* ---- drawing */

/* The phase in which a column's method is trained. */
static enum history_phase phase_of(const struct report_class *class, size_t column) {
    return class->part->columns[column].method->is_pretraining ? HISTORY_PRETRAIN : HISTORY_TRAIN;
}

static const struct curve *curve_of(const struct class_curves *curves,
                                    const struct report_class *class, size_t column,
                                    const struct table_run *run) {
    return &curves->runs[find_run(curves, run->run)].phases[phase_of(class, column)];
}

struct range {
    double low, high, last_epoch;
};

/* Widens a range by the values of all runs of a column. */
static void widen(struct range *range, const struct class_curves *curves,
                  const struct report_class *class, size_t column, enum measure measure) {
    const struct table_cell *cell = table_cell(class->part, class->row, column);
    for (size_t i = 0; i < cell->n; i++) {
        const struct curve *curve = curve_of(curves, class, column, &cell->runs[i]);
        for (size_t k = 0; k < curve->n; k++) {
            const double value = curve->values[measure][k];
            if (!isfinite(value))
                continue;
            range->low = fmin(range->low, value);
            range->high = fmax(range->high, value);
            range->last_epoch = fmax(range->last_epoch, curve->epochs[k]);
        }
    }
}

static struct range column_range(const struct class_curves *curves,
                                 const struct report_class *class, size_t column,
                                 enum measure measure) {
    struct range range = {INFINITY, -INFINITY, 1};
    widen(&range, curves, class, column, measure);
    return range;
}

/* AUC of one phase has the same axis in all columns, so that they can be compared. */
static struct range shown_range(const struct class_curves *curves, const struct report_class *class,
                                size_t column, enum measure measure) {
    struct range range = column_range(curves, class, column, measure);
    for (size_t other = 0; measure == AUC && other < class->part->n_columns; other++)
        if (phase_of(class, other) == phase_of(class, column)) {
            const double last_epoch = range.last_epoch;
            widen(&range, curves, class, other, measure);
            range.last_epoch = last_epoch;
        }
    return range;
}

static void write_lines(FILE *out, const struct svg_frame *frame, const struct class_curves *curves,
                        const struct report_class *class, size_t column, enum measure measure,
                        const struct table_run *shown) {
    const struct table_cell *cell = table_cell(class->part, class->row, column);
    fprintf(out, "<g class=\"s%zu\">\n", report_column_style(class->part, column));
    for (size_t i = 0; i < cell->n; i++) {
        const struct curve *curve = curve_of(curves, class, column, &cell->runs[i]);
        if (&cell->runs[i] != shown)
            svg_line(out, frame, "thin", curve->epochs, curve->values[measure], curve->n);
    }
    const struct curve *curve = curve_of(curves, class, column, shown);
    svg_line(out, frame, "line", curve->epochs, curve->values[measure], curve->n);
    fputs("</g>\n", out);
}

static void write_panel(FILE *out, const struct class_curves *curves,
                        const struct report_class *class, size_t column, enum measure measure,
                        const struct table_run *shown) {
    const struct range range = shown_range(curves, class, column, measure);
    const struct svg_axis y =
        svg_axis(range.low, range.high, measures[measure].label, measure == OBJECTIVE);
    const bool pretrains = phase_of(class, column) == HISTORY_PRETRAIN;
    const struct svg_axis x = {.low = 1,
                               .high = fmax(2, range.last_epoch),
                               .label = pretrains ? "epoch of pretraining" : "epoch",
                               .n_ticks = 5,
                               .whole = true};
    const struct svg_frame frame = svg_small_frame(x, y);
    const char *heading = class->part->columns[column].heading;
    char name[TABLE_ROW_SIZE], description[TABLE_ROW_SIZE + 160];
    table_row_text(class->part, class->row, name);
    snprintf(description, sizeof description, "%s of %s by epoch, %s, %zu runs",
             measures[measure].label, heading, name,
             table_cell(class->part, class->row, column)->n);
    report_figure(out, class->part, column, measures[measure].title, "");
    svg_begin(out, "chart", SVG_WIDTH, SVG_HEIGHT, description);
    svg_axes(out, &frame);
    write_lines(out, &frame, curves, class, column, measure, shown);
    svg_end(out);
    report_figure_end(out);
}

/* Whether any run of a column has an epoch, and whether lines of any are damaged. */
static void look_through(const struct class_curves *curves, const struct report_class *class,
                         size_t column, bool *has_epochs, bool *is_damaged) {
    const struct table_cell *cell = table_cell(class->part, class->row, column);
    *has_epochs = *is_damaged = false;
    for (size_t i = 0; i < cell->n; i++) {
        *has_epochs |= curve_of(curves, class, column, &cell->runs[i])->n > 0;
        *is_damaged |= curves->runs[find_run(curves, cell->runs[i].run)].n_damaged > 0;
    }
}

/* Why a column has no curve of a measure. */
static void write_missing(FILE *out, const struct class_curves *curves,
                          const struct report_class *class, size_t column, enum measure measure) {
    const char *heading = class->part->columns[column].heading;
    const char *option =
        phase_of(class, column) == HISTORY_PRETRAIN ? "--ae-diagnostics" : "--nnet-diagnostics";
    bool has_epochs, is_damaged;
    look_through(curves, class, column, &has_epochs, &is_damaged);
    if (!class->part->columns[column].method->has_epochs)
        report_left_out(out, "%s of %s: it is not trained in epochs", measures[measure].what,
                        heading);
    else if (is_damaged)
        report_left_out(out, "%s of %s: lines of the history are damaged", measures[measure].what,
                        heading);
    else if (measure == AUC && has_epochs)
        report_left_out(out, "%s of %s: not evaluated while it was trained (%s 1 does)",
                        measures[measure].what, heading, option);
    else
        report_left_out(out, "%s of %s: no history has it", measures[measure].what, heading);
}

static void write_measure(FILE *out, const struct class_curves *curves,
                          const struct report_class *class, enum measure measure,
                          const struct table_run *const shown[], bool missing) {
    for (size_t column = 0; column < class->part->n_columns; column++) {
        if (shown[column] == NULL)
            continue;
        const struct range range = column_range(curves, class, column, measure);
        const bool is_there = range.low <= range.high;
        if (missing && !is_there && curves->n_problems < curves->n)
            write_missing(out, curves, class, column, measure);
        else if (!missing && is_there)
            write_panel(out, curves, class, column, measure, shown[column]);
    }
}

/* Also where enough lines are left for curves. */
static void write_damaged(FILE *out, const struct class_curves *curves) {
    const struct run_curves *first = NULL;
    size_t n = 0;
    for (size_t i = 0; i < curves->n; i++)
        if (curves->runs[i].n_damaged > 0 && n++ == 0)
            first = &curves->runs[i];
    if (first != NULL)
        report_left_out(out,
                        "epochs of %zu of %zu runs, whose histories have damaged lines: "
                        "%s/history.jsonl has %zu, line %zu is the first",
                        n, curves->n, first->run->path, first->n_damaged, first->first_damaged);
}

void report_epochs(const struct report *report, const struct report_class *class,
                   const struct table_run *const shown[]) {
    FILE *out = report->out;
    struct class_curves curves = {0};
    struct error cause;
    report_piece_heading(report, "Over the epochs");
    if (read_all(class, &curves, &cause) != STATUS_OK) {
        report_left_out(out, "curves: %s", cause.message);
        return;
    }
    if (curves.n_problems > 0)
        report_left_out(out, "curves of %zu of %zu runs: %s", curves.n_problems, curves.n,
                        curves.problem);
    write_damaged(out, &curves);
    fputs("<div class=\"panels\">\n", out);
    for (size_t m = 0; m < N_MEASURES; m++)
        write_measure(out, &curves, class, (enum measure)m, shown, false);
    fputs("</div>\n", out);
    for (size_t m = 0; m < N_MEASURES; m++)
        write_measure(out, &curves, class, (enum measure)m, shown, true);
    fputs("<p class=\"note\">A thin line is a run, the bold one the run that is shown.</p>\n", out);
    free(curves.runs);
}
