#include "report/svg.h"

#include <math.h>
#include <string.h>

#include "report/html.h"

/* ---- axes */

struct svg_axis svg_axis(double low, double high, const char *label, bool may_be_logarithmic) {
    const double decades = 1.5, most = 1e140; /* differences and ratios must be finite */
    low = fmax(-most, fmin(low, most));
    high = fmax(-most, fmin(high, most));
    struct svg_axis axis = {.label = label, .n_ticks = 5};
    const double least = fmax(low, 1 / most); /* where low is positive */
    if (may_be_logarithmic && low > 0 && log10(high) - log10(least) >= decades) {
        const double room = pow(high / least, 0.04);
        axis.logarithmic = true;
        axis.low = least / room;
        axis.high = high * room;
        return axis;
    }
    const double width = high - low, size = fmax(fabs(low), fabs(high));
    const bool is_constant = width <= 1e-4 * size; /* or too nearly so for ticks to differ */
    const double room = is_constant ? (size > 0 ? 0.05 * size : 1) : 0.04 * width;
    axis.low = low - room;
    axis.high = high + room;
    return axis;
}

/* 1, 2 or 5 times a power of ten, at least `step`. */
static double round_step(double step) {
    const double power = pow(10, floor(log10(step)));
    const double rest = step / power;
    return power * (rest <= 1.0001 ? 1 : rest <= 2.0001 ? 2 : rest <= 5.0001 ? 5 : 10);
}

static double linear_step(const struct svg_axis *axis) {
    const double step = round_step((axis->high - axis->low) / (double)axis->n_ticks);
    return axis->whole ? fmax(1, step) : step;
}

static size_t linear_ticks(const struct svg_axis *axis, double ticks[SVG_MAX_TICKS]) {
    const double step = linear_step(axis);
    size_t n = 0;
    for (double i = ceil(axis->low / step - 1e-9); n < SVG_MAX_TICKS; i++) {
        if (i * step > axis->high + 1e-9 * step)
            break;
        ticks[n++] = i * step;
    }
    return n;
}

/* Powers of ten, every so many; 2 and 5 times them too where there are few. */
static size_t logarithmic_ticks(const struct svg_axis *axis, double ticks[SVG_MAX_TICKS]) {
    static const double factors[] = {1, 2, 5};
    const double decades = log10(axis->high / axis->low);
    const int stride = (int)fmax(1, ceil(decades / (double)axis->n_ticks));
    const int first = (int)floor(log10(axis->low) / stride) * stride;
    const size_t n_factors = decades < 2.5 ? 3 : 1;
    size_t n = 0;
    for (int power = first; power <= (int)floor(log10(axis->high)); power += stride)
        for (size_t i = 0; i < n_factors && n < SVG_MAX_TICKS; i++) {
            const double tick = factors[i] * pow(10, power);
            if (tick >= axis->low && tick <= axis->high)
                ticks[n++] = tick;
        }
    return n;
}

size_t svg_ticks(const struct svg_axis *axis, double ticks[SVG_MAX_TICKS]) {
    return axis->logarithmic ? logarithmic_ticks(axis, ticks) : linear_ticks(axis, ticks);
}

void svg_tick_text(const struct svg_axis *axis, double tick, char text[32]) {
    const double step = axis->logarithmic ? tick : linear_step(axis);
    const int decimals = (int)fmax(0, -floor(log10(step) + 1e-9));
    const double size = fabs(tick) < 0.5 * step ? 0 : fabs(tick); /* 0 may have come out as 1e-17 */
    const char *sign = size > 0 && tick < 0 ? "−" : "";
    if (size >= 1e5 || decimals > 5)
        snprintf(text, 32, "%s%.3g", sign, size);
    else
        snprintf(text, 32, "%s%.*f", sign, decimals, size);
}

/* 0 at the axis's low end, 1 at its high end. */
static double part_of(const struct svg_axis *axis, double value) {
    if (axis->logarithmic)
        return log(value / axis->low) / log(axis->high / axis->low);
    return (value - axis->low) / (axis->high - axis->low);
}

double svg_x(const struct svg_frame *frame, double value) {
    return frame->left + part_of(&frame->x, value) * (frame->right - frame->left);
}

double svg_y(const struct svg_frame *frame, double value) {
    return frame->bottom - part_of(&frame->y, value) * (frame->bottom - frame->top);
}

/* ---- the picture */

void svg_begin(FILE *out, const char *class, double width, double height, const char *description) {
    fprintf(out, "<svg class=\"%s\" role=\"img\" viewBox=\"0 0 %.6g %.6g\"", class, width, height);
    html_attribute(out, "aria-label", "%s", description);
    fputs(">\n", out);
}

void svg_end(FILE *out) {
    fputs("</svg>\n", out);
}

struct svg_frame svg_small_frame(struct svg_axis x, struct svg_axis y) {
    return (struct svg_frame){
        .left = 50, .top = 10, .right = SVG_WIDTH - 14, .bottom = SVG_HEIGHT - 40, .x = x, .y = y};
}

void svg_axis_x(FILE *out, const struct svg_frame *frame, bool twice) {
    double ticks[SVG_MAX_TICKS];
    char text[32];
    const size_t n = svg_ticks(&frame->x, ticks);
    for (size_t i = 0; i < n; i++) {
        const double x = svg_x(frame, ticks[i]);
        svg_tick_text(&frame->x, ticks[i], text);
        fprintf(out, "<path class=\"grid\" d=\"M%.1f %.1fV%.1f\"/>", x, frame->top, frame->bottom);
        fprintf(out, "<text class=\"mid\" x=\"%.1f\" y=\"%.1f\">%s</text>\n", x, frame->bottom + 15,
                text);
        if (twice)
            fprintf(out, "<text class=\"mid\" x=\"%.1f\" y=\"%.1f\">%s</text>\n", x, frame->top - 8,
                    text);
    }
    if (frame->x.label != NULL) {
        fprintf(out, "<text class=\"mid axis\" x=\"%.1f\" y=\"%.1f\">",
                (frame->left + frame->right) / 2, frame->bottom + 33);
        html_text(out, frame->x.label);
        fputs("</text>\n", out);
    }
}

static void axis_y(FILE *out, const struct svg_frame *frame) {
    double ticks[SVG_MAX_TICKS];
    char text[32];
    const size_t n = svg_ticks(&frame->y, ticks);
    for (size_t i = 0; i < n; i++) {
        const double y = svg_y(frame, ticks[i]);
        svg_tick_text(&frame->y, ticks[i], text);
        fprintf(out, "<path class=\"grid\" d=\"M%.1f %.1fH%.1f\"/>", frame->left, y, frame->right);
        fprintf(out, "<text class=\"end\" x=\"%.1f\" y=\"%.1f\">%s</text>\n", frame->left - 6,
                y + 4, text);
    }
    if (frame->y.label != NULL) {
        fprintf(out, "<text class=\"mid axis\" transform=\"translate(11 %.1f) rotate(-90)\">",
                (frame->top + frame->bottom) / 2);
        html_text(out, frame->y.label);
        fputs("</text>\n", out);
    }
}

void svg_axes(FILE *out, const struct svg_frame *frame) {
    svg_axis_x(out, frame, false);
    axis_y(out, frame);
    fprintf(out, "<path class=\"base\" d=\"M%.1f %.1fH%.1f\"/>\n", frame->left, frame->bottom,
            frame->right);
}

static bool is_place(const struct svg_frame *frame, double x, double y) {
    return isfinite(svg_x(frame, x)) && isfinite(svg_y(frame, y));
}

void svg_line(FILE *out, const struct svg_frame *frame, const char *class, const double *x,
              const double *y, size_t n) {
    bool begun = false;
    fprintf(out, "<path class=\"%s\" d=\"", class);
    for (size_t i = 0; i < n; i++) {
        const double left = svg_x(frame, x[i]), top = svg_y(frame, y[i]);
        const bool is_point = is_place(frame, x[i], y[i]);
        const bool is_alone = !begun && (i + 1 == n || !is_place(frame, x[i + 1], y[i + 1]));
        if (is_point && is_alone)
            fprintf(out, "M%.1f %.1fh6m-3 -3v6", left - 3, top);
        else if (is_point)
            fprintf(out, "%c%.1f %.1f", begun ? 'L' : 'M', left, top);
        begun = is_point;
    }
    fputs("\"/>\n", out);
}

void svg_steps(FILE *out, const struct svg_frame *frame, const char *class, double low, double high,
               const double *heights, size_t n) {
    fprintf(out, "<path class=\"%s\" d=\"M%.1f %.1f", class, svg_x(frame, low), svg_y(frame, 0));
    for (size_t i = 0; i < n; i++)
        fprintf(out, "V%.1fH%.1f", svg_y(frame, heights[i]),
                svg_x(frame, low + (high - low) * (double)(i + 1) / (double)n));
    fprintf(out, "V%.1f\"/>\n", svg_y(frame, 0));
}

/* Outlines of the styles within the square -1..1, by corners; none: a disc. */
static const struct {
    size_t n;
    double corners[12][2];
} shapes[SVG_N_STYLES] = {
    {0, {{0}}},
    {4, {{-.85, -.85}, {.85, -.85}, {.85, .85}, {-.85, .85}}},
    {4, {{0, -1.2}, {1.2, 0}, {0, 1.2}, {-1.2, 0}}},
    {3, {{0, -1.1}, {1.1, .85}, {-1.1, .85}}},
    {3, {{0, 1.1}, {1.1, -.85}, {-1.1, -.85}}},
    {12,
     {{-.4, -1.1},
      {.4, -1.1},
      {.4, -.4},
      {1.1, -.4},
      {1.1, .4},
      {.4, .4},
      {.4, 1.1},
      {-.4, 1.1},
      {-.4, .4},
      {-1.1, .4},
      {-1.1, -.4},
      {-.4, -.4}}},
    {4, {{-.6, -1.1}, {1.1, -.5}, {.6, 1.1}, {-1.1, .5}}},
};

void svg_mark(FILE *out, double x, double y, double radius, size_t style, const char *class,
              const char *title) {
    const size_t shape = style % SVG_N_STYLES;
    if (shapes[shape].n == 0) {
        fprintf(out, "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"", class, x, y,
                radius);
    } else {
        fprintf(out, "<path class=\"%s\" d=\"", class);
        for (size_t i = 0; i < shapes[shape].n; i++)
            fprintf(out, "%c%.1f %.1f", i > 0 ? 'L' : 'M', x + radius * shapes[shape].corners[i][0],
                    y + radius * shapes[shape].corners[i][1]);
        fputs("Z\"", out);
    }
    if (title == NULL) {
        fputs("/>", out);
        return;
    }
    fputs("><title>", out);
    html_text(out, title);
    fprintf(out, "</title></%s>\n", shapes[shape].n == 0 ? "circle" : "path");
}
