/* Running gnuplot, or what stands in for it in PATH. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "io/file.h"
#include "io/scratch.h"
#include "plot/gnuplot.h"
#include "support/says.h"

static void expect_quoted(const char *text, const char *expected) {
    char *quoted = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&quoted, &size);
    assert_non_null(file);
    gnuplot_quote(file, text);
    assert_int_equal(fclose(file), 0);
    assert_string_equal(quoted, expected);
    free(quoted);
}

static void test_quote(void **state) {
    (void)state;
    expect_quoted("", "''");
    expect_quoted("it's", "'it''s'");
    expect_quoted("a\nb\tc\x7f", "'a?b?c?'");
    expect_quoted("`id` \\n @x \"R²\"", "'`id` \\n @x \"R²\"'");
}

static void test_format(void **state) {
    (void)state;
    assert_string_equal(gnuplot_format("png"), "png");
    assert_string_equal(gnuplot_format("svg"), "svg");
    assert_string_equal(gnuplot_format("pdf"), "pdf");
    assert_null(gnuplot_format(""));
    assert_null(gnuplot_format("jpeg"));
}

/* A program "gnuplot" that does what the shell script says, the only one in PATH. */
static void put_in_path(struct scratch *scratch, const char *script) {
    char text[512];
    const int size = snprintf(text, sizeof text, "#!/bin/sh\n%s\n", script);
    assert_int_equal(chmod(scratch_write(scratch, "gnuplot", text, (size_t)size), 0755), 0);
    assert_int_equal(setenv("PATH", scratch->directory, 1), 0);
}

/* Draws "plot 1" into the file "picture"; the status, and the message in err. */
static int draw(struct scratch *scratch, struct error *err) {
    static const char script[] = "plot 1\n";
    return gnuplot_draw(scratch_path(scratch, "picture"), "svg", script, sizeof script - 1, err);
}

/* The script comes on standard input, after the terminal; standard output is the picture. */
static void test_streams(void **state) {
    struct error err = {.message = ""};
    struct bytes bytes;
    put_in_path(*state, "echo \"$@\"; while read -r line; do echo \"$line\"; done; echo warn >&2");
    assert_int_equal(draw(*state, &err), STATUS_OK);
    assert_int_equal(file_read(scratch_path(*state, "picture"), 4096, &bytes, &err), STATUS_OK);
    static const char head[] = "-d -\nset encoding utf8\nset terminal svg ", tail[] = "\nplot 1\n";
    assert_memory_equal(bytes.data, head, sizeof head - 1);
    assert_memory_equal(bytes.data + bytes.size - (sizeof tail - 1), tail, sizeof tail - 1);
    free(bytes.data);
    remove(scratch_path(*state, "picture"));
}

static void test_failures(void **state) {
    static const struct {
        const char *script, *message;
    } cases[] = {
        {"echo >&2; echo 'plot x y' >&2; echo '     ^' >&2; echo '\"-\" line 7: bad' >&2; exit 1",
         "gnuplot failed: line 7: bad"},
        {"echo 'cannot start' >&2; exit 2", "gnuplot failed: cannot start"},
        {"echo half; exit 3", "gnuplot failed: it drew nothing"},
        {"exit 0", "gnuplot failed: it drew nothing"},
        {"kill -9 $$", "gnuplot was ended by signal 9"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error err = {.message = ""};
        put_in_path(*state, cases[i].script);
        assert_int_equal(draw(*state, &err), STATUS_FAILED);
        assert_says(&err, cases[i].message);
        assert_false(file_exists(scratch_path(*state, "picture")));
    }
}

static void test_missing(void **state) {
    struct error err = {.message = ""};
    setenv("PATH", "/nowhere", 1);
    assert_int_equal(draw(*state, &err), STATUS_MISSING);
    assert_non_null(strstr(err.message, "install"));
    assert_non_null(strstr(err.message, "gnuplot-nox"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quote),   cmocka_unit_test(test_format),
        cmocka_unit_test(test_streams), cmocka_unit_test(test_failures),
        cmocka_unit_test(test_missing),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
