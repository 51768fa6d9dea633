/* HTML escaping; axes, ticks and marks of the charts of a report, against numbers worked out by
 * hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/method.h"
#include "report/html.h"
#include "report/svg.h"

/* What a call writes, until the next one. */
static char *text;
static size_t text_size;
static FILE *out;

static void begin(void) {
    free(text);
    text = NULL;
    out = open_memstream(&text, &text_size);
    assert_non_null(out);
}

static const char *end(void) {
    assert_int_equal(fclose(out), 0);
    return text;
}

static int free_text(void **state) {
    (void)state;
    free(text);
    return 0;
}

/* ---- HTML */

static void every_method_has_a_colour(void **state) {
    (void)state;
    for (size_t i = 0; i < method_count; i++)
        assert_true(method_table[i].colour < SVG_N_STYLES);
}

static void markup_is_text(void **state) {
    (void)state;
    begin();
    html_text(out, "<script>\"a\" & b</script>'");
    assert_string_equal(end(), "&lt;script&gt;&quot;a&quot; &amp; b&lt;/script&gt;'");
    begin();
    html_attribute(out, "title", "%s of %d", "\"><b>", 3);
    assert_string_equal(end(), " title=\"&quot;&gt;&lt;b&gt; of 3\"");
    begin();
    html_element(out, "td", "R² < 1");
    assert_string_equal(end(), "<td>R² &lt; 1</td>");
}

static void text_is_one_line_of_utf8(void **state) {
    (void)state;
    begin();
    html_text(out, "a\nb\033[31m\xff\xc3");
    assert_string_equal(end(), "a?b?[31m??");
}

/* ---- axes */

static void assert_ticks(const struct svg_axis *axis, const char *expected) {
    double ticks[SVG_MAX_TICKS];
    char words[512] = "";
    const size_t n = svg_ticks(axis, ticks);
    assert_true(n <= SVG_MAX_TICKS);
    for (size_t i = 0; i < n; i++) {
        char word[32];
        assert_true(ticks[i] >= axis->low - 1e-6 && ticks[i] <= axis->high + 1e-6);
        svg_tick_text(axis, ticks[i], word);
        snprintf(words + strlen(words), sizeof words - strlen(words), "%s%s", i > 0 ? " " : "",
                 word);
    }
    assert_string_equal(words, expected);
}

static void ticks_are_round_numbers(void **state) {
    (void)state;
    assert_ticks(&(struct svg_axis){.low = 0, .high = 1, .n_ticks = 5}, "0.0 0.2 0.4 0.6 0.8 1.0");
    assert_ticks(&(struct svg_axis){.low = 75.3, .high = 100.2, .n_ticks = 5}, "80 85 90 95 100");
    assert_ticks(&(struct svg_axis){.low = -0.35, .high = 0.3, .n_ticks = 5}, "−0.2 0.0 0.2");
    assert_ticks(&(struct svg_axis){.low = 0, .high = 0.004, .n_ticks = 4},
                 "0.000 0.001 0.002 0.003 0.004");
    assert_ticks(&(struct svg_axis){.low = 1, .high = 3, .n_ticks = 5, .whole = true}, "1 2 3");
    assert_ticks(&(struct svg_axis){.low = 1, .high = 150, .n_ticks = 5, .whole = true},
                 "50 100 150");
    assert_ticks(&(struct svg_axis){.low = -1e6, .high = 1e6, .n_ticks = 2}, "−1e+06 0 1e+06");
}

static void logarithmic_ticks(void **state) {
    (void)state;
    assert_ticks(&(struct svg_axis){.low = 0.9, .high = 60, .logarithmic = true, .n_ticks = 5},
                 "1 2 5 10 20 50");
    assert_ticks(&(struct svg_axis){.low = 0.002, .high = 300, .logarithmic = true, .n_ticks = 6},
                 "0.01 0.1 1 10 100");
    assert_ticks(&(struct svg_axis){.low = 1e-9, .high = 1e9, .logarithmic = true, .n_ticks = 3},
                 "1e-06 1 1e+06");
}

static void axis_of_values(void **state) {
    (void)state;
    struct svg_axis axis = svg_axis(0, 100, "x", false);
    assert_true(axis.low == -4 && axis.high == 104 && !axis.logarithmic);
    axis = svg_axis(1, 100, "x", true);
    assert_true(axis.logarithmic && axis.low > 0.8 && axis.low < 1 && axis.high > 100);
    assert_false(svg_axis(1, 30, "x", true).logarithmic);
    assert_false(svg_axis(0, 30, "x", true).logarithmic);
    assert_false(svg_axis(-1, 1e6, "x", true).logarithmic);
    assert_false(svg_axis(1, 1000, "x", false).logarithmic);
}

/* Of one value, of values that differ too little, and of such whose difference is no number. */
static void axis_of_awkward_values(void **state) {
    (void)state;
    const double pairs[][2] = {
        {0, 0},           {49.3, 49.3},        {-2, -2},          {1, 1 + 1e-15},
        {1e-300, 1e-300}, {-1.7e308, 1.7e308}, {1e-200, 1.7e308}, {1e-300, 1e-200}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        for (int may = 0; may < 2; may++) {
            const struct svg_axis axis = svg_axis(pairs[i][0], pairs[i][1], "x", may == 1);
            double ticks[SVG_MAX_TICKS];
            char word[32];
            assert_true(axis.low < axis.high && isfinite(axis.high - axis.low));
            const size_t n = svg_ticks(&axis, ticks);
            assert_true(n <= SVG_MAX_TICKS);
            for (size_t k = 0; k < n; k++)
                svg_tick_text(&axis, ticks[k], word);
        }
}

/* ---- the picture */

static void values_have_places(void **state) {
    (void)state;
    const struct svg_frame frame = {.left = 10,
                                    .right = 110,
                                    .top = 20,
                                    .bottom = 220,
                                    .x = {.low = -1, .high = 1},
                                    .y = {.low = 1, .high = 100, .logarithmic = true}};
    assert_true(svg_x(&frame, -1) == 10 && svg_x(&frame, 0) == 60 && svg_x(&frame, 1) == 110);
    assert_true(fabs(svg_y(&frame, 1) - 220) < 1e-9 && fabs(svg_y(&frame, 10) - 120) < 1e-9 &&
                fabs(svg_y(&frame, 100) - 20) < 1e-9);
    const double x[] = {-1, 0, 0.5, 1}, y[] = {1, 10, (double)NAN, 100};
    begin();
    svg_line(out, &frame, "line", x, y, 4);
    assert_string_equal(
        end(), "<path class=\"line\" d=\"M10.0 220.0L60.0 120.0M107.0 20.0h6m-3 -3v6\"/>\n");
}

static void steps_over_bars(void **state) {
    (void)state;
    const struct svg_frame frame = {.left = 0,
                                    .right = 100,
                                    .top = 0,
                                    .bottom = 50,
                                    .x = {.low = 0, .high = 2},
                                    .y = {.low = 0, .high = 5}};
    const double heights[] = {1, 5};
    begin();
    svg_steps(out, &frame, "area", 0, 2, heights, 2);
    assert_string_equal(end(), "<path class=\"area\" d=\"M0.0 50.0V40.0H50.0V0.0H100.0V50.0\"/>\n");
}

/* Every style has a shape of its own. */
static void marks_differ_in_shape(void **state) {
    (void)state;
    char shapes[SVG_N_STYLES][512];
    for (size_t style = 0; style < SVG_N_STYLES; style++) {
        begin();
        svg_mark(out, 50, 50, 10, style, "dot", NULL);
        snprintf(shapes[style], sizeof shapes[style], "%s", end());
        for (size_t other = 0; other < style; other++)
            assert_string_not_equal(shapes[style], shapes[other]);
    }
    begin();
    svg_mark(out, 1, 2, 3, 0, "dot", "<1>");
    assert_string_equal(end(),
                        "<circle class=\"dot\" cx=\"1.0\" cy=\"2.0\" r=\"3.0\"><title>&lt;1&gt;"
                        "</title></circle>\n");
}

static void pictures_have_a_description(void **state) {
    (void)state;
    begin();
    svg_begin(out, "chart", 360, 232, "AUC of \"3\"");
    svg_end(out);
    assert_string_equal(end(), "<svg class=\"chart\" role=\"img\" viewBox=\"0 0 360 232\" "
                               "aria-label=\"AUC of &quot;3&quot;\">\n</svg>\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_method_has_a_colour),
        cmocka_unit_test(markup_is_text),
        cmocka_unit_test(text_is_one_line_of_utf8),
        cmocka_unit_test(ticks_are_round_numbers),
        cmocka_unit_test(logarithmic_ticks),
        cmocka_unit_test(axis_of_values),
        cmocka_unit_test(axis_of_awkward_values),
        cmocka_unit_test(values_have_places),
        cmocka_unit_test(steps_over_bars),
        cmocka_unit_test(marks_differ_in_shape),
        cmocka_unit_test(pictures_have_a_description),
    };
    return cmocka_run_group_tests_name("report_svg", tests, NULL, free_text);
}
