#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <string.h>

#include "base/text.h"

/* A text and what it becomes. */
static const char *const cases[][2] = {
    {"", ""},
    {"a\nb\tc\x1b[d\x7f Z\xc3\xbcrich", "a?b?c?[d? Z\xc3\xbcrich"},
    /* control characters of U+0080 to U+009F, which some terminals obey */
    {"\xc2\x9b[2J \x9b[2J", "??[2J ?[2J"},
    {"\xc2\xa0\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf",
     "\xc2\xa0\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"},
    {"caf\xe9", "caf?"},
    {"\xe2\x82", "??"},
    {"\xe2\x82\xac \x80 \xfe", "\xe2\x82\xac ? ?"},
    /* forms that are too long, surrogates, beyond U+10FFFF */
    {"\xc0\x9b \xe0\x82\x9b \xf0\x80\x82\x9b", "?? ??? ????"},
    {"\xed\xa0\x80 \xf4\x90\x80\x80", "??? ????"},
};

enum { N_CASES = sizeof cases / sizeof *cases };

static void it_becomes_one_line_of_utf8(void **state) {
    (void)state;
    for (size_t i = 0; i < N_CASES; i++) {
        char text[64];
        strcpy(text, cases[i][0]);
        text_one_line(text);
        assert_string_equal(text, cases[i][1]);
        assert_true(text_is_one_line(text));
        assert_int_equal(text_is_one_line(cases[i][0]), strcmp(cases[i][0], cases[i][1]) == 0);
    }
}

static void any_byte_alone(void **state) {
    (void)state;
    for (int byte = 1; byte < 256; byte++) {
        char text[2] = {(char)byte, '\0'};
        const int kept = byte >= 0x20 && byte < 0x7f;
        assert_int_equal(text_is_one_line(text), kept);
        text_one_line(text);
        assert_int_equal((unsigned char)text[0], kept ? byte : '?');
    }
}

static void printing_cuts_what_does_not_fit(void **state) {
    (void)state;
    char line[8];
    text_print_line(line, sizeof line, "%s %d", "a\nb", 12);
    assert_string_equal(line, "a?b 12");
    text_print_line(line, sizeof line, "%s", "0123456789");
    assert_string_equal(line, "0123456");
    /* a character that is cut is none */
    text_print_line(line, sizeof line, "012345\xc3\xbc");
    assert_string_equal(line, "012345?");
    text_print_line(line, 1, "a");
    assert_string_equal(line, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_becomes_one_line_of_utf8),
        cmocka_unit_test(any_byte_alone),
        cmocka_unit_test(printing_cuts_what_does_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
