/* Scripts for gnuplot. */
#include "plot/chart.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "plot/gnuplot.h"

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

/* Greater values are drawn here, and the ends of a logarithmic axis stay numbers. */
static const double LARGEST = 1e200;

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
    value = series->factor != 0 ? value * series->factor : value;
    return isfinite(value) ? fmin(fmax(value, -LARGEST), LARGEST) : (double)NAN;
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
        fprintf(script, " with linespoints lw 2 lc rgb '%s' dt %s pt %d pi %d", color,
                dashes[series->style % N_DASHES], marks[series->style % N_MARKS],
                n_epochs > MARKS_A_LINE ? (int)ceil(n_epochs / MARKS_A_LINE) : 1);
    if (series->label == NULL) {
        fputs(" notitle", script);
    } else {
        fputs(" title ", script);
        gnuplot_quote(script, series->label);
    }
}

/* ---- the vertical axis */

/* The places that a logarithmic axis may have a label at, by number: 1, 2, 5, 10, 20, ... are 0, 1,
 * 2, 3, 4, ... */
static double tick(int number) {
    static const double factors[] = {1, 2, 5};
    const int power = (int)floor(number / 3.0);
    return factors[number - 3 * power] * pow(10, power);
}

/* The last of every `step`-th tick that is not above the value. */
static int tick_below(double value, int step) {
    int number = step * (int)floor(3 * (log10(value) - 1) / step);
    while (tick(number + step) <= value)
        number += step;
    return number;
}

/* How many ticks it is from one label to the next: one, or some decades. */
static int tick_step(double decades) {
    const double few_decades = 4, most_labels = 8;
    return decades <= few_decades ? 1 : 3 * (int)ceil(decades / most_labels);
}

/* Ends and labels of a logarithmic axis, which begins and ends at a label, with some room for the
 * curves: gnuplot's own would have them at powers of ten alone, where there may be none. */
static void write_ticks(FILE *script, double least, double greatest) {
    const double room = 1.04, low = least / room, high = greatest * room;
    const int step = tick_step(log10(high) - log10(low)), first = tick_below(low, step);
    int last = tick_below(high, step);
    if (tick(last) < high)
        last += step;
    fprintf(script, "set logscale y\nset yrange [%g:%g]\nset ytics (", tick(first), tick(last));
    for (int number = first; number <= last; number += step)
        fprintf(script, "%s%g", number > first ? "," : "", tick(number));
    fputs(")\n", script);
}

/* Logarithmic where that shows more; values of 0 are gaps there. */
static void write_axis(FILE *script, const struct panel *panel, struct range range) {
    const double much = 10;
    const double low = fmax(range.positive, 1 / LARGEST);
    if (panel->linear || range.low < 0 || range.high <= 0 || range.high / low < much)
        fputs("unset logscale y\nset yrange [*:*]\nset ytics autofreq\n", script);
    else
        write_ticks(script, low, range.high);
}

/* ---- panels */

/* Places of a picture, as parts of its width and height. */
static const double TOP = 0.87, BOTTOM = 0.1, LEFT = 0.13, GAP = 0.09;
enum { FONT_SIZE = 15, LEGEND_FONT_SIZE_LEAST = 9, LEGEND_LEAST = 6 };

/* One panel under way. */
struct place {
    double top, bottom;
    bool last;
    size_t first; /* number of its first series in the chart */
};

static void write_panel(FILE *script, const struct panel *panel, const struct history *history,
                        struct range epochs, const struct place *place) {
    struct range ignored = NOTHING;
    const char *separator = "plot ";
    for (size_t i = 0; i < panel->n_series; i++)
        write_data(script, &panel->series[i], place->first + i, history);
    write_axis(script, panel, panel_range(panel, history, &ignored));
    fprintf(script, "set tmargin at screen %g\nset bmargin at screen %g\n", place->top,
            place->bottom);
    fputs("set label 3 ", script);
    gnuplot_quote(script, panel->label);
    fputs(" at screen 0.025, graph 0.5 center rotate\n", script);
    fprintf(script, "set xlabel %s\n", place->last ? "'epoch'" : "''");
    for (size_t i = 0; i < panel->n_series; i++) {
        if (is_empty(series_range(&panel->series[i], history, &ignored)))
            continue;
        fputs(separator, script);
        write_curve(script, &panel->series[i], place->first + i, epochs.high - epochs.low + 1);
        separator = ", \\\n     ";
    }
    fputs("\nunset label\n", script);
}

/* ---- legends */

/* The number of characters of a UTF-8 text. */
static size_t n_characters(const char *text) {
    size_t n = 0;
    for (; *text != '\0'; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

/* Lines and characters a line, of what is drawn. */
struct legend {
    size_t n_lines, longest;
};

static struct legend legend_of(const struct panel *panel, const struct history *history) {
    struct legend legend = {0, 0};
    struct range ignored = NOTHING;
    for (size_t i = 0; i < panel->n_series; i++) {
        const struct series *series = &panel->series[i];
        if (series->label == NULL || is_empty(series_range(series, history, &ignored)))
            continue;
        const size_t length = n_characters(series->label);
        legend.longest = length > legend.longest ? length : legend.longest;
        legend.n_lines++;
    }
    return legend;
}

/* ---- charts */

/* What all panels have in common. */
struct layout {
    struct range epochs;
    size_t n_panels;
    double n_lines; /* that the panels share the height by: at least LEGEND_LEAST for each */
    size_t longest; /* of all legends' lines */
};

static double n_lines_of(const struct panel *panel, const struct history *history) {
    return fmax((double)legend_of(panel, history).n_lines, LEGEND_LEAST);
}

static struct layout layout_of(const struct chart *chart, const struct history *history) {
    struct layout layout = {.epochs = NOTHING};
    for (size_t p = 0; p < chart->n_panels; p++) {
        const struct panel *panel = &chart->panels[p];
        if (is_empty(panel_range(panel, history, &layout.epochs)))
            continue;
        const size_t longest = legend_of(panel, history).longest;
        layout.longest = longest > layout.longest ? longest : layout.longest;
        layout.n_lines += n_lines_of(panel, history);
        layout.n_panels++;
    }
    return layout;
}

/* The height for the axes of all panels. */
static double axes_height(const struct layout *layout) {
    return TOP - BOTTOM - GAP * (double)(layout->n_panels - 1);
}

static void write_title(FILE *script, int number, const char *text, double height, int font_size) {
    fprintf(script, "set label %d ", number);
    gnuplot_quote(script, text);
    fprintf(script, " at screen 0.5,%g center font ',%d'\n", height, font_size);
}

/* The left and right margins are the same in all panels, so that epochs stand below each other; the
 * legend is to the right of the axes, off the curves, in letters that let its lines fit. */
static void write_head(FILE *script, const struct chart *chart, const struct layout *layout) {
    const double a_character = 0.0094, a_sample = 0.1, widest = 0.5, few = 10, a_line = 0.034;
    const double legend = fmin(widest, a_sample + a_character * (double)layout->longest);
    const double fits = floor(FONT_SIZE * axes_height(layout) / (a_line * layout->n_lines));
    const double low = layout->epochs.low, high = layout->epochs.high, margin = high > low ? 0 : 1;
    fprintf(script,
            "set border 3 lc rgb '#444444'\nset tics nomirror\n"
            "set grid lc rgb '#dddddd' lw 0.8 dt solid\nset format y '%%g'\n"
            "set key at graph 1.02,1 left top vertical Left reverse samplen 4 spacing 1.15 "
            "font ',%g'\n"
            "set lmargin at screen %g\nset rmargin at screen %g\n"
            "set xrange [%g:%g]\nset xtics %s\nset multiplot\n",
            fmin(FONT_SIZE, fmax(fits, LEGEND_FONT_SIZE_LEAST)), LEFT, 1 - legend, low - margin,
            high + margin, high - low <= few ? "1" : "autofreq");
    write_title(script, 1, chart->title, 0.965, 20);
    write_title(script, 2, chart->subtitle, 0.915, FONT_SIZE);
}

static void write_script(FILE *script, const struct chart *chart, const struct history *history) {
    const struct layout layout = layout_of(chart, history);
    struct place place = {.top = TOP};
    size_t n_panels = 0;
    write_head(script, chart, &layout);
    for (size_t p = 0; p < chart->n_panels; p++) {
        const struct panel *panel = &chart->panels[p];
        if (!panel_has_data(panel, history))
            continue;
        place.last = ++n_panels == layout.n_panels;
        place.bottom =
            place.top - axes_height(&layout) * n_lines_of(panel, history) / layout.n_lines;
        write_panel(script, panel, history, layout.epochs, &place);
        place.top = place.bottom - GAP;
        place.first += panel->n_series;
    }
    fputs("unset multiplot\n", script);
}

int chart_script(const struct chart *chart, const struct history *history, char **script,
                 size_t *size, struct error *err) {
    *script = NULL;
    *size = 0;
    FILE *file = open_memstream(script, size);
    if (file == NULL)
        return error_set(err, STATUS_NO_MEMORY, "out of memory");
    locale_t before = number_point_begin();
    write_script(file, chart, history);
    number_point_end(before);
    const bool failed = ferror(file) != 0;
    if (fclose(file) != 0 || failed) {
        free(*script);
        *script = NULL;
        return error_set(err, STATUS_NO_MEMORY, "out of memory");
    }
    return STATUS_OK;
}
