/* Scripts for gnuplot. */
#include "experiment/plot_chart.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiment/gnuplot.h"

static const char *const colors[N_COLORS] = {
    [BLUE] = "#0072b2",   [VERMILLION] = "#d55e00", [GREEN] = "#009e73", [PURPLE] = "#cc79a7",
    [ORANGE] = "#e69f00", [SKY] = "#56b4e9",        [BLACK] = "#000000",
};

/* As many as the colours and these have no common divisor, so a style repeats late. */
static const char *const dashes[] = {"solid", "(12,5)", "(3,4)", "(12,4,3,4)", "(20,5)"};
static const int marks[] = {7, 5, 9, 4, 6, 8, 13, 11, 10, 12};

enum {
    N_DASHES = sizeof dashes / sizeof dashes[0],
    N_MARKS = sizeof marks / sizeof marks[0],
    MARKS_A_LINE = 12,
};

/* The least and the greatest of what is drawn, and the least that is above 0. */
struct range {
    double low, high, positive;
};

static const struct range NOTHING = {INFINITY, -INFINITY, INFINITY};

static void widen(struct range *range, double value) {
    range->low = fmin(range->low, value);
    range->high = fmax(range->high, value);
    if (value > 0)
        range->positive = fmin(range->positive, value);
}

/* The value of a series at a record, NaN where there is none. */
static double value_of(const struct series *series, const struct history_record *record,
                       const char *path) {
    if (record->phase != series->phase)
        return (double)NAN;
    double value = history_number(record, path);
    if (series->added != NULL)
        value += history_number(record, series->added);
    return series->factor != 0 ? value * series->factor : value;
}

/* Its values, or both edges; false where there is none. */
static bool values_of(const struct series *series, const struct history_record *record,
                      double values[2]) {
    values[0] = value_of(series, record, series->path);
    values[1] = series->high != NULL ? value_of(series, record, series->high) : values[0];
    return isfinite(values[0]) && isfinite(values[1]);
}

static struct range series_range(const struct series *series, const struct history *history,
                                 struct range *epochs) {
    struct range range = NOTHING;
    double values[2];
    for (size_t i = 0; i < history->n_records; i++)
        if (values_of(series, &history->records[i], values)) {
            widen(&range, values[0]);
            widen(&range, values[1]);
            widen(epochs, (double)history->records[i].epoch);
        }
    return range;
}

static struct range panel_range(const struct panel *panel, const struct history *history,
                                struct range *epochs) {
    struct range range = NOTHING;
    for (size_t i = 0; i < panel->n_series; i++) {
        const struct range other = series_range(&panel->series[i], history, epochs);
        range.low = fmin(range.low, other.low);
        range.high = fmax(range.high, other.high);
        range.positive = fmin(range.positive, other.positive);
    }
    return range;
}

static bool is_empty(struct range range) {
    return range.low > range.high;
}

bool panel_has_data(const struct panel *panel, const struct history *history) {
    struct range epochs = NOTHING;
    return !is_empty(panel_range(panel, history, &epochs));
}

/* ---- the script */

static void write_data(FILE *script, const struct series *series, size_t number,
                       const struct history *history) {
    double values[2];
    fprintf(script, "$data%zu << END\n", number);
    for (size_t i = 0; i < history->n_records; i++)
        if (values_of(series, &history->records[i], values))
            fprintf(script, "%zu %.9g %.9g\n", history->records[i].epoch, values[0], values[1]);
    fputs("END\n", script);
}

static void write_curve(FILE *script, const struct series *series, size_t number, double n_epochs) {
    const char *color = colors[series->style % N_COLORS];
    fprintf(script, "$data%zu using 1:2", number);
    if (series->high != NULL)
        fprintf(script, ":3 with filledcurves fill transparent solid %g noborder lc rgb '%s'",
                series->opacity, color);
    else
        fprintf(script, " with linespoints lw 2 lc rgb '%s' dt %s pt %d ps 0.9 pi %d", color,
                dashes[series->style % N_DASHES], marks[series->style % N_MARKS],
                n_epochs > MARKS_A_LINE ? (int)ceil(n_epochs / MARKS_A_LINE) : 1);
    if (series->label == NULL) {
        fputs(" notitle", script);
    } else {
        fputs(" title ", script);
        gnuplot_quote(script, series->label);
    }
}

/* The vertical axis, logarithmic where that shows more; values of 0 are gaps there. gnuplot's own
 * axis would end at powers of ten, and have labels at them alone. */
static void write_axis(FILE *script, struct range range) {
    const double much = 30, room = 1.3;
    const int few_decades = 3;
    if (range.low < 0 || range.high <= 0 || range.high / range.positive < much) {
        fputs("unset logscale y\nset yrange [*:*]\nset ytics autofreq\n", script);
        return;
    }
    const int first = (int)floor(log10(range.positive)), last = (int)ceil(log10(range.high));
    const double factors[] = {1, 2, 5};
    const size_t n_factors = last - first <= few_decades ? 3 : 1;
    const char *separator = "";
    fprintf(script, "set logscale y\nset yrange [%.9g:%.9g]\nset ytics (", range.positive / room,
            range.high * room);
    for (int power = first; power <= last; power++)
        for (size_t i = 0; i < n_factors; i++) {
            fprintf(script, "%s%g", separator, factors[i] * pow(10, power));
            separator = ",";
        }
    fputs(")\n", script);
}

/* *number counts the series of the chart. */
static void write_panel(FILE *script, const struct panel *panel, const struct history *history,
                        struct range epochs, bool last, size_t *number) {
    struct range ignored = NOTHING;
    const struct range range = panel_range(panel, history, &ignored);
    const size_t first = *number;
    const char *separator = "plot ";
    for (size_t i = 0; i < panel->n_series; i++)
        write_data(script, &panel->series[i], first + i, history);
    write_axis(script, range);
    fputs("set label 3 ", script);
    gnuplot_quote(script, panel->label);
    fputs(" at screen 0.025, graph 0.5 center rotate\n", script);
    fprintf(script, "set xlabel %s\n", last ? "'epoch'" : "''");
    for (size_t i = 0; i < panel->n_series; i++) {
        if (is_empty(series_range(&panel->series[i], history, &ignored)))
            continue;
        fputs(separator, script);
        write_curve(script, &panel->series[i], first + i, epochs.high - epochs.low + 1);
        separator = ", \\\n     ";
    }
    fputs("\nunset label\n", script);
    *number += panel->n_series;
}

/* The number of characters of a UTF-8 text. */
static size_t n_characters(const char *text) {
    size_t n = 0;
    for (; *text != '\0'; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

/* Of what is drawn. */
static size_t longest_label(const struct chart *chart, const struct history *history) {
    size_t longest = 0;
    struct range ignored = NOTHING;
    for (size_t p = 0; p < chart->n_panels; p++)
        for (size_t i = 0; i < chart->panels[p].n_series; i++) {
            const struct series *series = &chart->panels[p].series[i];
            const size_t length = series->label != NULL ? n_characters(series->label) : 0;
            if (length > longest && !is_empty(series_range(series, history, &ignored)))
                longest = length;
        }
    return longest;
}

static void write_title(FILE *script, int number, const char *text, double height, int font_size) {
    fprintf(script, "set label %d ", number);
    gnuplot_quote(script, text);
    fprintf(script, " at screen 0.5,%g center font ',%d'\n", height, font_size);
}

/* The margins are the same in all panels, so that epochs stand below each other; the legend is to
 * the right of the axes, off the curves. Places are parts of the picture. */
static void write_head(FILE *script, const struct chart *chart, const struct history *history,
                       size_t n_panels, struct range epochs) {
    const double a_character = 0.0094, a_sample = 0.1, widest = 0.5, few = 10;
    const double margin = epochs.high > epochs.low ? 0 : 1;
    const double legend =
        fmin(widest, a_sample + a_character * (double)longest_label(chart, history));
    fprintf(script,
            "set border 3 lc rgb '#444444'\nset tics nomirror\n"
            "set grid lc rgb '#dddddd' lw 0.8 dt solid\nset format y '%%g'\n"
            "set key at graph 1.02,1 left top vertical Left reverse samplen 4 spacing 1.15\n"
            "set xrange [%g:%g]\nset xtics %s\n"
            "set multiplot layout %zu,1 margins 0.13,%g,0.1,0.87 spacing 0.09\n",
            epochs.low - margin, epochs.high + margin,
            epochs.high - epochs.low <= few ? "1" : "autofreq", n_panels, 1 - legend);
    write_title(script, 1, chart->title, 0.965, 20);
    write_title(script, 2, chart->subtitle, 0.915, 15);
}

static void write_script(FILE *script, const struct chart *chart, const struct history *history) {
    struct range epochs = NOTHING;
    size_t n_panels = 0, last = 0, number = 0;
    for (size_t p = 0; p < chart->n_panels; p++)
        if (!is_empty(panel_range(&chart->panels[p], history, &epochs))) {
            n_panels++;
            last = p;
        }
    write_head(script, chart, history, n_panels, epochs);
    for (size_t p = 0; p < chart->n_panels; p++)
        if (panel_has_data(&chart->panels[p], history))
            write_panel(script, &chart->panels[p], history, epochs, p == last, &number);
    fputs("unset multiplot\n", script);
}

int chart_script(const struct chart *chart, const struct history *history, char **script,
                 size_t *size, struct error *err) {
    *script = NULL;
    *size = 0;
    FILE *file = open_memstream(script, size);
    if (file == NULL)
        return error_set(err, STATUS_FAILED, "out of memory");
    write_script(file, chart, history);
    const bool failed = ferror(file) != 0;
    if (fclose(file) != 0 || failed) {
        free(*script);
        *script = NULL;
        return error_set(err, STATUS_FAILED, "out of memory");
    }
    return STATUS_OK;
}
