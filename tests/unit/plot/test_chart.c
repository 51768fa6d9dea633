/* Scripts of charts: which axis is logarithmic, what is left out, which numbers go in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "io/scratch.h"
#include "plot/chart.h"

/* Three epochs of training with the values a, b and c under "v", as JSON writes them; the script of
 * a chart with a panel of 100 times their values. */
static char *script_of_panel(struct scratch *scratch, const char *const values[3], bool linear) {
    static const struct series series[] = {
        {"it's", HISTORY_TRAIN, "v", .factor = 100, .style = 1},
        {"another phase", HISTORY_PRETRAIN, "v", .style = 0},
    };
    static const struct series nothing[] = {{"none", HISTORY_TRAIN, "w", .style = 0}};
    const struct panel panels[] = {
        {.label = "first panel", .n_series = 2, .series = series, .linear = linear},
        {.label = "empty panel", .n_series = 1, .series = nothing},
    };
    const struct chart chart = {"title", "subtitle", 2, panels};
    char text[512], *script;
    size_t used = 0, size;
    struct history history;
    struct error err = {.message = ""};
    for (int i = 0; i < 3; i++)
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "{\"phase\":\"train\",\"epoch\":%d,\"v\":%s}\n", i + 1, values[i]);
    assert_int_equal(
        history_read(scratch_write(scratch, "history.jsonl", text, used), &history, &err),
        STATUS_OK);
    assert_true(panel_has_data(&panels[0], &history));
    assert_false(panel_has_data(&panels[1], &history));
    assert_int_equal(chart_script(&chart, &history, &script, &size, &err), STATUS_OK);
    assert_int_equal(strlen(script), size);
    history_free(&history);
    return script;
}

static char *script_of(struct scratch *scratch, const char *a, const char *b, const char *c) {
    return script_of_panel(scratch, (const char *const[]){a, b, c}, false);
}

static void test_contents(void **state) {
    char *script = script_of(*state, "1.5", "null", "2.5");
    assert_non_null(strstr(script, "\n1 150 150\n3 250 250\nEND\n"));
    assert_non_null(strstr(script, "title 'it''s'"));
    assert_non_null(strstr(script, "set tmargin at screen 0.87\nset bmargin at screen 0.1\n"));
    assert_non_null(strstr(script, "'first panel'"));
    assert_null(strstr(script, "empty panel"));
    assert_null(strstr(script, "another phase"));
    free(script);
}

static void test_axis(void **state) {
    static const struct {
        const char *a, *b, *c;
        bool log;
    } cases[] = {
        {"1", "2", "11", true},         {"1", "2", "9", false}, {"1", "0", "100", true},
        {"-1", "1", "100", false},      {"0", "0", "0", false}, {"0", "0", "5", false},
        {"1e-300", "1", "1e300", true}, {"3", "3", "3", false}, {"-100", "-10", "-1", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *script = script_of(*state, cases[i].a, cases[i].b, cases[i].c);
        const char *axis = strstr(script, "logscale y");
        assert_non_null(axis);
        if ((memcmp(axis - 4, "set ", 4) == 0 && memcmp(axis - 6, "un", 2) != 0) != cases[i].log)
            fail_msg("values %s %s %s", cases[i].a, cases[i].b, cases[i].c);
        free(script);
    }
}

/* A logarithmic axis begins and ends at a label, beyond the values: at 1, 2 and 5 times powers of
 * ten, or at powers of ten where there would be too many. The values are hundredths. */
static void test_labels(void **state) {
    static const struct {
        const char *least, *greatest, *axis;
    } cases[] = {
        {"0.0105", "0.29", "[1:50]\nset ytics (1,2,5,10,20,50)"},
        {"0.01", "0.5", "[0.5:100]\nset ytics (0.5,1,2,5,10,20,50,100)"},
        {"5e-5", "0.075",
         "[0.002:10]\nset ytics (0.002,0.005,0.01,0.02,0.05,0.1,0.2,0.5,1,2,5,10)"},
        {"3e-7", "0.36", "[1e-05:100]\nset ytics (1e-05,0.0001,0.001,0.01,0.1,1,10,100)"},
        {"3e-14", "0.5", "[1e-12:100]\nset ytics (1e-12,1e-10,1e-08,1e-06,0.0001,0.01,1,100)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *script = script_of(*state, cases[i].least, cases[i].least, cases[i].greatest);
        if (strstr(script, cases[i].axis) == NULL)
            fail_msg("%s is not in: %s", cases[i].axis, strstr(script, "set yrange"));
        free(script);
    }
}

/* No number of the script is infinite, whatever is in the file. */
static void test_extremes(void **state) {
    static const char *const cases[][3] = {
        {"1", "2", "1e308"},      {"1e-320", "1", "1e308"},  {"1.7e308", "1", "2"},
        {"-1e308", "1", "1e308"}, {"1e-320", "1e-320", "1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *script = script_of(*state, cases[i][0], cases[i][1], cases[i][2]);
        assert_null(strstr(script, "inf"));
        assert_null(strstr(script, "nan"));
        assert_null(strstr(script, "[0:"));
        free(script);
    }
}

static void test_percentages(void **state) {
    static const char *const values[] = {"0.01", "0.5", "0.99"};
    char *script = script_of_panel(*state, values, true);
    assert_null(strstr(script, "\nset logscale y"));
    free(script);
}

/* The panels share the height by the lines of their legends, 12 and 6 at least; the upper one gets
 * two thirds of the 0.77 - 0.09 there are. */
static void test_heights(void **state) {
    static const char text[] = "{\"phase\":\"train\",\"epoch\":1,\"v\":1}\n";
    struct series series[40];
    const struct panel panels[] = {{.label = "a", .n_series = 12, .series = series},
                                   {.label = "b", .n_series = 1, .series = series}};
    const struct panel many = {.label = "c", .n_series = 40, .series = series};
    const struct chart charts[] = {{"two", "", 2, panels}, {"many", "", 1, &many}};
    char *scripts[2];
    size_t size;
    struct history history;
    struct error err = {.message = ""};
    for (size_t i = 0; i < 40; i++)
        series[i] = (struct series){"it", HISTORY_TRAIN, "v", .style = i};
    assert_int_equal(
        history_read(scratch_write(*state, "history.jsonl", text, sizeof text - 1), &history, &err),
        STATUS_OK);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(chart_script(&charts[i], &history, &scripts[i], &size, &err), STATUS_OK);
    assert_non_null(
        strstr(scripts[0], "set tmargin at screen 0.87\nset bmargin at screen 0.416667\n"));
    assert_non_null(
        strstr(scripts[0], "set tmargin at screen 0.326667\nset bmargin at screen 0.1\n"));
    assert_non_null(strstr(scripts[0], " font ',15'\nset lmargin"));
    assert_non_null(strstr(scripts[1], " font ',9'\nset lmargin")); /* smaller letters */
    for (size_t i = 0; i < 2; i++)
        free(scripts[i]);
    history_free(&history);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_contents),    cmocka_unit_test(test_axis),
        cmocka_unit_test(test_labels),      cmocka_unit_test(test_extremes),
        cmocka_unit_test(test_percentages), cmocka_unit_test(test_heights),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
