/* Scripts of charts: which axis is logarithmic, what is left out, which numbers go in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "experiment/plot_chart.h"
#include "io/scratch.h"

/* Three epochs of training with the values a, b and c under "v", as JSON writes them; the script of
 * a chart of them. */
static char *script_of(struct scratch *scratch, const char *a, const char *b, const char *c) {
    static const struct series series[] = {
        {"it's", HISTORY_TRAIN, "v", .factor = 100, .style = 1},
        {"another phase", HISTORY_PRETRAIN, "v", .style = 0},
    };
    static const struct series nothing[] = {{"none", HISTORY_TRAIN, "w", .style = 0}};
    static const struct panel panels[] = {{"first panel", 2, series}, {"empty panel", 1, nothing}};
    const struct chart chart = {"title", "subtitle", 2, panels};
    const char *const values[] = {a, b, c};
    char text[512], *script;
    size_t used = 0, size;
    struct history history;
    struct error err = {""};
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

static void test_contents(void **state) {
    char *script = script_of(*state, "1.5", "null", "2.5");
    assert_non_null(strstr(script, "\n1 150 150\n3 250 250\nEND\n"));
    assert_non_null(strstr(script, "title 'it''s'"));
    assert_non_null(strstr(script, "set multiplot layout 1,1 "));
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
        {"1", "2", "100", true},        {"1", "2", "20", false}, {"1", "0", "100", true},
        {"-1", "1", "100", false},      {"0", "0", "0", false},  {"0", "0", "5", false},
        {"1e-300", "1", "1e300", true}, {"3", "3", "3", false},  {"-100", "-10", "-1", false},
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_contents),
        cmocka_unit_test(test_axis),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
