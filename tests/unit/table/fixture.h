/* Tables of runs written by hand. */
#ifndef TEST_TABLE_FIXTURE_H
#define TEST_TABLE_FIXTURE_H

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "records/listed_runs.h"
#include "table/table.h"
#include "table/write.h"

struct fixture {
    struct scratch *scratch;
    struct run_list list;
    struct table table;
    char text[16384]; /* what was written, without the scratch directory */
};

static inline int setup(void **state) {
    static struct fixture fixture;
    void *scratch = NULL;
    fixture = (struct fixture){0};
    if (scratch_setup(&scratch) != 0)
        return -1;
    fixture.scratch = scratch;
    *state = &fixture;
    return 0;
}

static inline int teardown(void **state) {
    struct fixture *fixture = *state;
    table_free(&fixture->table);
    run_list_free(&fixture->list);
    void *scratch = fixture->scratch;
    return scratch_teardown(&scratch);
}

/* The table of all runs there are. */
static inline void build(struct fixture *fixture, const char *metric) {
    struct error err = {.message = ""};
    char *directories[] = {fixture->scratch->directory};
    table_free(&fixture->table);
    run_list_free(&fixture->list);
    assert_int_equal(run_list_read(&fixture->list, directories, 1, &err), STATUS_OK);
    assert_non_null(table_metric_find(metric));
    assert_int_equal(table_build(&fixture->table, &fixture->list, table_metric_find(metric), &err),
                     STATUS_OK);
}

/* Takes "<scratch directory>/" out of the text. */
static inline void take_out_directory(struct fixture *fixture) {
    const size_t length = strlen(fixture->scratch->directory) + 1;
    char *place = fixture->text;
    while ((place = strstr(place, fixture->scratch->directory)) != NULL)
        memmove(place, place + length, strlen(place + length) + 1);
}

static inline const char *written(struct fixture *fixture, enum table_format format) {
    struct error err = {.message = ""};
    fixture->text[0] = '\0'; /* should nothing be written */
    FILE *out = fmemopen(fixture->text, sizeof fixture->text, "w");
    assert_non_null(out);
    assert_int_equal(table_write(&fixture->table, format, out, &err), STATUS_OK);
    assert_false(ferror(out));
    assert_int_equal(fclose(out), 0);
    take_out_directory(fixture);
    return fixture->text;
}

/* All remarks, a line each. */
static inline const char *remarks(struct fixture *fixture) {
    const struct table *table = &fixture->table;
    size_t used = 0;
    fixture->text[0] = '\0';
    for (size_t i = 0; i < table->n_remarks; i++)
        used += (size_t)snprintf(fixture->text + used, sizeof fixture->text - used, "%s: %s: %s\n",
                                 table_remark_names[table->remarks[i].kind],
                                 table->remarks[i].run->path, table->remarks[i].text);
    take_out_directory(fixture);
    return fixture->text;
}

/* They give, with the sample's standard deviation s (Python's statistics.stdev) and "out" where the
 * difference is more than the paper's:
 *
 *   one-class      0: 97, 98, 99    mean 98, s 1           paper 98.0, 0.7   difference  0.0
 *                  1: 99.25, 99.75  mean 99.5, s 0.35355   paper 99.7, 0.1   difference -0.2, out
 *                  3: 90            mean 90                paper 91.9, 1.5   difference -1.9, out
 *       average: (98 + 99.5 + 90) / 3 = 95.8333, paper (98.0 + 99.7 + 91.9) / 3 = 96.5333
 *   soft-boundary  0: 97.5          mean 97.5              paper 97.8, 0.7   difference -0.3
 *   DCAE           0: 96, 98        mean 97, s 1.41421     paper 97.6, 0.7   difference -0.6
 */
static const struct written_run grid[] = {
    {.name = "0/1", .seed = 1, .auc = "0.97", .dcae_auc = "0.96"},
    {.name = "0/2", .seed = 2, .auc = "0.98", .dcae_auc = "0.98"},
    {.name = "0/3", .seed = 3, .auc = "0.99"},
    {.name = "1/1", .normal = 1, .seed = 1, .auc = "0.9925"},
    {.name = "1/2", .normal = 1, .seed = 2, .auc = "0.9975"},
    {.name = "3/1", .normal = 3, .seed = 1, .auc = "0.9"},
    {.name = "soft", .method = "soft-boundary", .seed = 1, .auc = "0.975", .dcae_auc = "0.96"},
};

static inline void write_grid(struct scratch *scratch) {
    for (size_t i = 0; i < sizeof grid / sizeof grid[0]; i++)
        write_run(scratch, &grid[i]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
