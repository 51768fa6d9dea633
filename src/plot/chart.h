/* Curves over epochs as a script for gnuplot. For plot/curves.c. */
#ifndef PLOT_CHART_H
#define PLOT_CHART_H

#include "records/history.h"

/* Okabe and Ito's colours, which the colour-blind can tell apart, but for yellow, which is too
 * light for lines on white. */
enum plot_color { BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, BLACK, N_COLORS };

/* What is the same quantity looks the same in every picture. */
enum plot_style { STYLE_RADIUS = BLACK + N_COLORS, STYLE_CENTER = PURPLE };

/* A number of each epoch as a line, or two of them as a band. */
struct series {
    const char *label; /* in the legend; NULL: none */
    enum history_phase phase;
    const char *path, *high; /* high: NULL, or the upper edge of a band whose lower edge is path */
    const char *added;       /* NULL, or a number that is added to it */
    double factor;           /* by which it is multiplied; 0 is 1 */
    size_t style;            /* colour, dashes and marks follow from it: 0.. */
    double opacity;          /* of a band */
};

/* One pair of axes. */
struct panel {
    const char *label; /* of the vertical axis */
    size_t n_series;
    const struct series *series;
    bool linear; /* the vertical axis, whatever the values: of percentages */
};

/* One picture: panels above each other with the same epochs, higher where the legend is longer. */
struct chart {
    const char *title, *subtitle;
    size_t n_panels;
    const struct panel *panels;
};

/* True when there is something to draw in it. */
bool panel_has_data(const struct panel *panel, const struct history *history);

/* The script of a chart; panels without data are left out, and the vertical axis is logarithmic
 * where no value is negative and those above 0 span a decade or more. Freed with free(). */
int chart_script(const struct chart *chart, const struct history *history, char **script,
                 size_t *size, struct error *err);

#endif
