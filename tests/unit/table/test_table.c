/* Which runs a table counts, in which column. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "table/fixture.h"

static void equal_options_are_duplicates_and_others_columns(void **state) {
    struct fixture *fixture = *state;
    const struct written_run runs[] = {
        {.name = "a", .seed = 1, .auc = "0.9", .config = "\"nu\": 0.1, \"threads\": 4"},
        {.name = "b", .seed = 1, .auc = "0.9", .config = "\"kernel\": \"avx2\""},
        {.name = "c", .seed = 1, .auc = "0.8", .config = "\"C\": 1e6, \"threads\": 1"},
        {.name = "d", .seed = 1, .auc = "0.7", .config = "\"nu\": 0.01"},
        {.name = "e", .seed = 1, .auc = "0.7", .config = "\"in_name\": \"x\", \"nu\": 0.01"},
        {.name = "f", .seed = 2, .auc = "0.7", .config = "\"nu\": 0.01, \"in_name\": \"y\""},
        {.name = "g", .seed = 1, .auc = "0.7", .config = "\"nu\": 0.01, \"in_name\": \"z\""},
    };
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++)
        write_run(fixture->scratch, &runs[i]);
    build(fixture, "auc");
    assert_string_equal(
        remarks(fixture),
        "duplicate: b: the same experiment and seed as a: left out\n"
        "duplicate: c: the same experiment and seed as a; 80.0000 %, there 90.0000 %: left out\n"
        "duplicate: g: the same experiment and seed as e, but for --in-name: left out\n");
    assert_int_equal(fixture->table.n_parts, 1);
    const struct table_part *part = fixture->table.parts;
    assert_int_equal(part->n_columns, 3);
    assert_string_equal(part->columns[0].heading, "one-class, nu 0.01, in-name none");
    assert_string_equal(part->columns[1].heading, "one-class, nu 0.01, in-name given");
    assert_string_equal(part->columns[2].heading, "one-class, nu 0.1, in-name none");
    assert_string_equal(part->columns[2].options, "nu 0.1, in-name none");
    assert_int_equal(part->cells[0].n, 1);
    assert_int_equal(part->cells[1].n, 2);
    assert_int_equal(part->cells[2].n, 1);
    assert_true(part->cells[2].mean == 90);
}

/* The autoencoder counts once for each class and seed, first from a run of DCAE. */
static void autoencoders_are_compared(void **state) {
    struct fixture *fixture = *state;
    const struct written_run runs[] = {
        {.name = "a", .seed = 1, .auc = "0.9", .dcae_auc = "0.8125"},
        {.name = "b", .seed = 1, .auc = "0.9", .dcae_auc = "0.8125", .method = "soft-boundary"},
        {.name = "c", .seed = 1, .auc = "0.875", .method = "dcae"},
        {.name = "d", .seed = 2, .auc = "0.75", .method = "dcae", .config = "\"nu\": 0.5"},
        {.name = "e", .seed = 2, .auc = "0.9", .dcae_auc = "0.75", .config = "\"nu\": 0.1"},
        {.name = "f", .seed = 2, .auc = "0.9", .dcae_auc = "0.25"},
        {.name = "g", .seed = 3, .auc = "0.9", .dcae_auc = "0.5", .config = "\"ae_lr\": 0.5"},
    };
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++)
        write_run(fixture->scratch, &runs[i]);
    build(fixture, "auc");
    assert_string_equal(
        remarks(fixture),
        "duplicate: f: the same experiment and seed as e: left out\n"
        "other autoencoder: a: its autoencoder has an AUC of 81.2500 %, that of c, with the same "
        "seed and options, 87.5000 %: left out of the column of DCAE\n"
        "other autoencoder: b: its autoencoder has an AUC of 81.2500 %, that of c, with the same "
        "seed and options, 87.5000 %: left out of the column of DCAE\n");
    const struct table_part *part = fixture->table.parts;
    assert_int_equal(part->n_columns, 5);
    assert_string_equal(part->columns[0].heading, "DCAE, ae-lr 0.0001");
    assert_string_equal(part->columns[1].heading, "DCAE, ae-lr 0.5");
    assert_int_equal(part->cells[0].n, 2);
    assert_true(part->cells[0].mean == (87.5 + 75) / 2);
    assert_int_equal(part->cells[1].n, 1);
    build(fixture, "seconds");
    assert_int_equal(fixture->table.parts->n_columns, 4);
    assert_true(fixture->table.parts->cells[0].mean == 51.25);
}

static void what_does_not_count_is_told(void **state) {
    struct fixture *fixture = *state;
    write_run_file(fixture->scratch, "begun", "config.json", "{\"dataset\": \"mnist\"}");
    write_run_file(fixture->scratch, "broken", "results.json", "{");
    write_run(fixture->scratch, &(struct written_run){.name = "none", .seed = 1, .auc = "null"});
    write_run(fixture->scratch,
              &(struct written_run){.name = "whole", .seed = 2, .auc = "0.5", .normal = 9});
    write_run_file(fixture->scratch, "fallen", "results.json",
                   "{\"format\": 1, \"dataset\": \"mnist\", \"normal\": 9, \"outlier\": -1, "
                   "\"seed\": 1, \"method\": \"one-class\", \"auc\": {\"test\": 0.25}, "
                   "\"accuracy\": {}, \"seconds\": {}, \"collapsed\": true, \"config\": {}}");
    build(fixture, "auc");
    assert_string_equal(
        remarks(fixture),
        "incomplete: begun: not complete: no results.json yet: left out\n"
        "damaged: broken: results.json: line 1: not valid JSON: the text ends early: left out\n"
        "no value: none: no test AUC: left out\n"
        "collapsed: fallen: the sphere has collapsed: its AUC means nothing, but it is counted\n");
    assert_int_equal(fixture->table.parts->n_rows, 1);
    assert_true(fixture->table.parts->cells[0].mean == 37.5);
    build(fixture, "auc-val");
    assert_int_equal(fixture->table.n_parts, 0);
    assert_string_equal(written(fixture, TABLE_TEXT), "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(equal_options_are_duplicates_and_others_columns),
        TEST(autoencoders_are_compared),
        TEST(what_does_not_count_is_told),
    };
    return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
