/* Reading tables of text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "io/csv.h"
#include "support/says.h"

/* Parses a copy of exactly that size, so that a read beyond the end is seen by the sanitizers. */
static int parse(const char *text, size_t size, struct csv *csv, struct error *err) {
    unsigned char *copy = malloc(size > 0 ? size : 1);
    assert_non_null(copy);
    memcpy(copy, text, size);
    struct bytes bytes = {copy, size};
    int status = csv_parse(csv, "a.csv", &bytes, ';', err);
    free(copy);
    return status;
}

static void expect_error(const char *text, const char *part) {
    struct csv csv;
    struct error err = {.message = ""};
    assert_int_equal(parse(text, strlen(text), &csv, &err), STATUS_DAMAGED);
    assert_says_of(&err, "a.csv: ", part);
    assert_null(csv.header);
    assert_null(csv.text);
    csv_free(&csv);
}

static void parse_good(const char *text, struct csv *csv) {
    struct error err = {.message = ""};
    if (parse(text, strlen(text), csv, &err) != STATUS_OK)
        fail_msg("%s: %s", text, err.message);
}

/* The table is x;y above 1;2 and 3;4. */
static void expect_numbers(const char *text) {
    struct csv csv;
    parse_good(text, &csv);
    assert_int_equal(csv.n_columns, 2);
    assert_int_equal(csv.n_rows, 2);
    assert_string_equal(csv.header[0], "x");
    assert_string_equal(csv.header[1], "y");
    for (size_t i = 0; i < 4; i++) {
        const char expected[] = {(char)('1' + i), '\0'};
        assert_string_equal(csv_field(&csv, i / 2, i % 2), expected);
    }
    csv_free(&csv);
}

static void line_ends(void **state) {
    (void)state;
    expect_numbers("x;y\n1;2\n3;4\n");
    expect_numbers("x;y\n1;2\n3;4");
    expect_numbers("x;y\r\n1;2\r\n3;4\r\n");
    expect_numbers("x;y\r\n1;2\n3;4\r");
    expect_numbers("x;y\n1;2\n3;4\n\n\r\n\n");
    expect_numbers("\n\r\nx;y\n\n1;2\n\n3;4\n");
    expect_numbers("\xef\xbb\xbfx;y\n1;2\n3;4\n");
    expect_numbers("x;\"y\"\r\n\"1\";2\r\n3;\"4\"\r\n");
    expect_numbers("\"x\";\"y\"\n\"1\";\"2\"\n\"3\";\"4\"");
}

static void quoted_fields(void **state) {
    (void)state;
    struct csv csv;
    parse_good("a;b;c\n\"x;y\";\"say \"\"stop\"\"\";\"\"\n\"two\r\nlines\";\"\"\"\";'\n1;2;3\n",
               &csv);
    assert_int_equal(csv.n_rows, 3);
    assert_string_equal(csv_field(&csv, 0, 0), "x;y");
    assert_string_equal(csv_field(&csv, 0, 1), "say \"stop\"");
    assert_string_equal(csv_field(&csv, 0, 2), "");
    assert_string_equal(csv_field(&csv, 1, 0), "two\r\nlines");
    assert_string_equal(csv_field(&csv, 1, 1), "\"");
    assert_string_equal(csv_field(&csv, 1, 2), "'");
    assert_int_equal(csv.lines[0], 2);
    assert_int_equal(csv.lines[1], 3);
    assert_int_equal(csv.lines[2], 5);
    csv_free(&csv);
}

static void empty_fields_and_spaces(void **state) {
    (void)state;
    struct csv csv;
    parse_good("a;b;\n;;\n x , y ;\t; \n", &csv);
    assert_int_equal(csv.n_columns, 3);
    assert_int_equal(csv.n_rows, 2);
    assert_string_equal(csv.header[2], "");
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(csv_field(&csv, 0, i), "");
    assert_string_equal(csv_field(&csv, 1, 0), " x , y ");
    assert_string_equal(csv_field(&csv, 1, 1), "\t");
    csv_free(&csv);
    parse_good("alone", &csv);
    assert_int_equal(csv.n_columns, 1);
    assert_int_equal(csv.n_rows, 0);
    csv_free(&csv);
    csv_free(&csv);
}

static void malformed_tables(void **state) {
    (void)state;
    expect_error("", "the table is empty");
    expect_error("\n\r\n\n", "the table is empty");
    expect_error("\xef\xbb\xbf", "the table is empty");
    expect_error("x;y\n1\n", "line 2: 1 fields under a header of 2");
    expect_error("x;y\n1;2\n\n1;2;3\n", "line 4: 3 fields under a header of 2");
    expect_error("x,y\n1;2\n", "line 2: 2 fields under a header of 1 (fields are separated by ';'");
    expect_error("x;y\n1;2\n ", "line 3: 1 fields");
    expect_error("x;y\n1;2\"\n", "line 2: a stray double quote");
    expect_error("x;y\r1;2\n", "line 1: a stray carriage return");
    expect_error("x;y\n1;\"2\n3;4\n", "line 2: the double quotes of a field do not end");
    expect_error("\"", "line 1: the double quotes");
    expect_error("x;\"y\"\"", "line 1: the double quotes");
    expect_error("x;\"y\"z\n", "line 1: the double quotes");
    expect_error("x;\"y\" \n", "line 1: the double quotes");
}

static void zero_bytes(void **state) {
    (void)state;
    const char plain[] = "x;y\n1;\0002\n", quoted[] = "x;y\n1;2\n\"\0\";2\n";
    struct csv csv;
    struct error err = {.message = ""};
    assert_int_equal(parse(plain, sizeof plain - 1, &csv, &err), STATUS_DAMAGED);
    assert_says_of(&err, "a.csv: ", "line 2: there is a zero byte");
    assert_int_equal(parse(quoted, sizeof quoted - 1, &csv, &err), STATUS_DAMAGED);
    assert_says_of(&err, "a.csv: ", "line 3: there is a zero byte");
}

static void columns_by_name(void **state) {
    (void)state;
    struct csv csv;
    struct error err = {.message = ""};
    size_t index = 9;
    parse_good("x;y;Y;x\n1;2;3;4\n", &csv);
    assert_int_equal(csv_find(&csv, "a.csv", "y", &index, &err), STATUS_OK);
    assert_int_equal(index, 1);
    assert_int_equal(csv_find(&csv, "a.csv", "Y", &index, &err), STATUS_OK);
    assert_int_equal(index, 2);
    assert_int_equal(csv_find(&csv, "a.csv", "z", &index, &err), STATUS_DAMAGED);
    assert_says_of(&err, "a.csv: ", "no column z in the header");
    assert_int_equal(csv_find(&csv, "a.csv", "x", &index, &err), STATUS_DAMAGED);
    assert_says_of(&err, "a.csv: ", "more than one column x in the header");
    csv_free(&csv);
}

static void numbers(void **state) {
    (void)state;
    struct csv csv;
    struct error err = {.message = ""};
    size_t number = 9;
    parse_good("x\n0\n29\n007\n18446744073709551615\n", &csv);
    const size_t expected[] = {0, 29, 7, SIZE_MAX};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(csv_number(&csv, "a.csv", i, 0, SIZE_MAX, &number, &err), STATUS_OK);
        assert_true(number == expected[i]);
    }
    assert_int_equal(csv_number(&csv, "a.csv", 1, 0, 29, &number, &err), STATUS_OK);
    assert_int_equal(csv_number(&csv, "a.csv", 1, 0, 28, &number, &err), STATUS_DAMAGED);
    assert_says_of(&err, "a.csv: ", "line 3: x is \"29\", not a whole number of at most 28");
    csv_free(&csv);

    parse_good("x;y\n-1;\n+1;1.0\n1 ; 1\n0x1;1e3\n18446744073709551616;abc\n"
               "99999999999999999999999999999999;\xd9\xa1\n",
               &csv);
    for (size_t row = 0; row < csv.n_rows; row++)
        for (size_t column = 0; column < 2; column++) {
            assert_int_equal(csv_number(&csv, "a.csv", row, column, SIZE_MAX, &number, &err),
                             STATUS_DAMAGED);
            assert_says_of(&err, "a.csv: ", "not a whole number");
        }
    csv_free(&csv);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line_ends),
        cmocka_unit_test(quoted_fields),
        cmocka_unit_test(empty_fields_and_spaces),
        cmocka_unit_test(malformed_tables),
        cmocka_unit_test(zero_bytes),
        cmocka_unit_test(columns_by_name),
        cmocka_unit_test(numbers),
    };
    return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
