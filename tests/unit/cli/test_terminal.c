/* What the command line says while a run goes, and when a word is misspelled. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/suggest.h"
#include "cli/terminal.h"

static void line_holds_whole_fields(void **state) {
    (void)state;
    const struct run_progress progress = {.phase = "pretrain",
                                          .epoch = 12,
                                          .n_epochs = 150,
                                          .loss = 3.25,
                                          .auc = 0.97654,
                                          .seconds_left = 125};
    const char *whole = "pretrain  epoch 12/150  loss 3.25  AUC 97.65 %  2m05s left";
    char text[128];
    terminal_line(&progress, 100, text, sizeof text);
    assert_string_equal(text, whole);
    for (size_t columns = 0; columns <= strlen(whole); columns++) {
        terminal_line(&progress, columns, text, sizeof text);
        assert_in_range(strlen(text), 0, columns);
    }
    assert_string_equal(text, whole);
    terminal_line(&progress, strlen("pretrain  epoch 12/150  loss 3.2"), text, sizeof text);
    assert_string_equal(text, "pretrain  epoch 12/150");
}

static void line_leaves_out_what_is_unknown(void **state) {
    (void)state;
    const struct run_progress progress = {
        .phase = "load", .loss = NAN, .auc = NAN, .seconds_left = NAN};
    char text[128];
    terminal_line(&progress, 80, text, sizeof text);
    assert_string_equal(text, "load");
}

static void durations(void **state) {
    (void)state;
    static const struct {
        double seconds;
        const char *text;
    } cases[] = {{-1, "0s"},     {0.4, "0s"},     {59.4, "59s"},    {59.6, "1m00s"},
                 {125, "2m05s"}, {3600, "1h00m"}, {86400, "24h00m"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[32];
        terminal_duration(cases[i].seconds, text, sizeof text);
        assert_string_equal(text, cases[i].text);
    }
}

/* The textbook's examples, and what this distance adds: swaps, case and underscores. */
static void distances(void **state) {
    (void)state;
    assert_int_equal(suggest_distance("kitten", "sitting"), 3);
    assert_int_equal(suggest_distance("saturday", "sunday"), 3);
    assert_int_equal(suggest_distance("", "abc"), 3);
    assert_int_equal(suggest_distance("abc", ""), 3);
    assert_int_equal(suggest_distance("trian", "train"), 1);
    assert_int_equal(suggest_distance("ca", "abc"), 3); /* no edits of a swapped pair */
    assert_int_equal(suggest_distance("Hard_Margin", "hard-margin"), 0);
    char longest[65];
    memset(longest, 'a', 64);
    longest[64] = '\0';
    assert_true(suggest_distance(longest, "a") == SIZE_MAX);
    longest[63] = '\0';
    assert_int_equal(suggest_distance(longest, "a"), 62);
}

static void suggestions(void **state) {
    (void)state;
    char text[64];
    assert_true(suggest_option("hard-magin", text, sizeof text));
    assert_string_equal(text, "hard-margin");
    assert_true(suggest_command("socre", text, sizeof text));
    assert_string_equal(text, "score");
    assert_false(suggest_option("qqqqqqqq", text, sizeof text));
    assert_false(suggest_command("qqqqqqqq", text, sizeof text));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line_holds_whole_fields),
        cmocka_unit_test(line_leaves_out_what_is_unknown),
        cmocka_unit_test(durations),
        cmocka_unit_test(distances),
        cmocka_unit_test(suggestions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
