/* Charts as SVG within a page. Colours are those of the page's theme: an element of class "sN" has
 * the colour of style N, see style.c. Not for others than report. */
#ifndef REPORT_SVG_H
#define REPORT_SVG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { SVG_N_STYLES = 7, SVG_MAX_TICKS = 32 };

struct svg_axis {
    double low, high; /* low < high; both > 0 where logarithmic */
    bool logarithmic;
    const char *label; /* NULL: none */
    size_t n_ticks;    /* about so many */
    bool whole;        /* no ticks between whole numbers */
};

/* The area within the axes, in the units of the picture: pixels at its natural size. */
struct svg_frame {
    double left, top, right, bottom;
    struct svg_axis x, y;
};

/* An axis for values between low and high, with some room beyond. Logarithmic, where it may be,
 * when both are positive and a decade and a half or more apart. */
struct svg_axis svg_axis(double low, double high, const char *label, bool may_be_logarithmic);

/* Round numbers within the axis, in order; returns how many. */
size_t svg_ticks(const struct svg_axis *axis, double ticks[SVG_MAX_TICKS]);

/* A tick in words: "0.25", "−100". */
void svg_tick_text(const struct svg_axis *axis, double tick, char text[32]);

/* Where a value lies in the picture. */
double svg_x(const struct svg_frame *frame, double value);
double svg_y(const struct svg_frame *frame, double value);

/* An image with that description, which stands in for it where it cannot be seen. */
void svg_begin(FILE *out, const char *class, double width, double height, const char *description);
void svg_end(FILE *out);

/* The frame of a small chart of a natural size of SVG_WIDTH x SVG_HEIGHT. */
enum { SVG_WIDTH = 360, SVG_HEIGHT = 232 };
struct svg_frame svg_small_frame(struct svg_axis x, struct svg_axis y);

/* Grid lines, ticks and label of the horizontal axis, with ticks above too where `twice`. */
void svg_axis_x(FILE *out, const struct svg_frame *frame, bool twice);

/* The same of both axes, and a line at the bottom. */
void svg_axes(FILE *out, const struct svg_frame *frame);

/* A line through n points, broken where a value is not finite; a point alone is a small cross. */
void svg_line(FILE *out, const struct svg_frame *frame, const char *class, const double *x,
              const double *y, size_t n);

/* A line in steps over n bars side by side from x = low to high, closed along y = 0. */
void svg_steps(FILE *out, const struct svg_frame *frame, const char *class, double low, double high,
               const double *heights, size_t n);

/* The sign of a style around a place in the picture, about 2 * radius wide: styles differ in shape
 * as well as in colour. `title` is shown when the pointer rests on it; NULL: none. */
void svg_mark(FILE *out, double x, double y, double radius, size_t style, const char *class,
              const char *title);

#endif
