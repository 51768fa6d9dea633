/* Tables against values worked out by hand.
 *
 * The runs of `grid` give, with the sample's standard deviation s (Python's statistics.stdev):
 *
 *   one-class      0: 97, 98, 99     mean 98,   s 1         paper 98.0 +- 0.7   difference  0.0
 *                  1: 99.25, 99.75   mean 99.5, s 0.35355   paper 99.7 +- 0.1   difference -0.2,
 * out 3: 90             mean 90                paper 91.9 +- 1.5   difference -1.9, out average (98
 * + 99.5 + 90) / 3 = 95.8333   paper (98.0 + 99.7 + 91.9) / 3 = 96.5333 soft-boundary  0: 97.5
 * mean 97.5              paper 97.8 +- 0.7   difference -0.3 DCAE           0: 96, 98         mean
 * 97,   s 1.41421   paper 97.6 +- 0.7   difference -0.6
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "experiment/listed_runs.h"
#include "experiment/table.h"
#include "io/json.h"

struct fixture {
    struct scratch *scratch;
    struct run_list list;
    struct table table;
    char text[16384]; /* what was written, without the scratch directory */
};

static int setup(void **state) {
    static struct fixture fixture;
    void *scratch = NULL;
    fixture = (struct fixture){0};
    if (scratch_setup(&scratch) != 0)
        return -1;
    fixture.scratch = scratch;
    *state = &fixture;
    return 0;
}

static int teardown(void **state) {
    struct fixture *fixture = *state;
    table_free(&fixture->table);
    run_list_free(&fixture->list);
    void *scratch = fixture->scratch;
    return scratch_teardown(&scratch);
}

/* The table of all runs there are. */
static void build(struct fixture *fixture, const char *metric) {
    struct error err = {""};
    char *directories[] = {fixture->scratch->directory};
    table_free(&fixture->table);
    run_list_free(&fixture->list);
    assert_int_equal(run_list_read(&fixture->list, directories, 1, &err), STATUS_OK);
    assert_non_null(table_metric_find(metric));
    assert_int_equal(table_build(&fixture->table, &fixture->list, table_metric_find(metric), &err),
                     STATUS_OK);
}

/* Takes "<scratch directory>/" out of the text. */
static void take_out_directory(struct fixture *fixture) {
    const size_t length = strlen(fixture->scratch->directory) + 1;
    char *place = fixture->text;
    while ((place = strstr(place, fixture->scratch->directory)) != NULL)
        memmove(place, place + length, strlen(place + length) + 1);
}

static const char *written(struct fixture *fixture, enum table_format format) {
    struct error err = {""};
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
static const char *remarks(struct fixture *fixture) {
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

static const struct written_run grid[] = {
    {.name = "0/1", .seed = 1, .auc = "0.97", .dcae_auc = "0.96"},
    {.name = "0/2", .seed = 2, .auc = "0.98", .dcae_auc = "0.98"},
    {.name = "0/3", .seed = 3, .auc = "0.99"},
    {.name = "1/1", .normal = 1, .seed = 1, .auc = "0.9925"},
    {.name = "1/2", .normal = 1, .seed = 2, .auc = "0.9975"},
    {.name = "3/1", .normal = 3, .seed = 1, .auc = "0.9"},
    {.name = "soft", .method = "soft-boundary", .seed = 1, .auc = "0.975", .dcae_auc = "0.96"},
};

static void write_grid(struct scratch *scratch) {
    for (size_t i = 0; i < sizeof grid / sizeof grid[0]; i++)
        write_run(scratch, &grid[i]);
}

static void text_is_as_worked_out_by_hand(void **state) {
    struct fixture *fixture = *state;
    write_grid(fixture->scratch);
    build(fixture, "auc");
    assert_string_equal(
        written(fixture, TABLE_TEXT),
        "mnist, one class against all others: test AUC in %, mean and standard deviation over "
        "seeds\n"
        "\n"
        "         DCAE                       soft-boundary          one-class\n"
        "normal   ours     n paper    diff   ours n paper    diff   ours     n paper    diff\n"
        "0        97.0±1.4 2 97.6±0.7 -0.6   97.5 1 97.8±0.7 -0.3   98.0±1.0 3 98.0±0.7  0.0\n"
        "1           -     0 98.3±0.6    -      - 0 99.6±0.1    -   99.5±0.4 2 99.7±0.1 -0.2*\n"
        "3           -     0 86.7±0.9    -      - 0 90.3±2.1    -   90.0     1 91.9±1.5 -1.9*\n"
        "average  97.0       97.6     -0.6   97.5   97.8     -0.3   95.8       96.5     -0.7\n"
        "\n"
        "n: number of runs\n"
        "diff: ours minus the paper's; *: more than the paper's standard deviation (0.05 if "
        "printed as 0.0)\n"
        "DCAE: with the autoencoders that runs of other methods pretrained\n"
        "DCAE: average over 1 of 10 classes (0), the paper's too\n"
        "soft-boundary: average over 1 of 10 classes (0), the paper's too\n"
        "one-class: average over 3 of 10 classes (0, 1, 3), the paper's too\n");
    assert_string_equal(remarks(fixture), "");
}

static void markdown_is_as_worked_out_by_hand(void **state) {
    struct fixture *fixture = *state;
    write_grid(fixture->scratch);
    build(fixture, "auc");
    assert_string_equal(
        written(fixture, TABLE_MARKDOWN),
        "mnist, one class against all others: test AUC in %, mean and standard deviation over "
        "seeds\n"
        "\n"
        "| normal | DCAE | n | paper | diff | soft-boundary | n | paper | diff | one-class | n | "
        "paper | diff |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
        "| 0 | 97.0 ± 1.4 | 2 | 97.6 ± 0.7 | -0.6 | 97.5 | 1 | 97.8 ± 0.7 | -0.3 | 98.0 ± 1.0 | 3 "
        "| 98.0 ± 0.7 | 0.0 |\n"
        "| 1 | - | 0 | 98.3 ± 0.6 | - | - | 0 | 99.6 ± 0.1 | - | 99.5 ± 0.4 | 2 | 99.7 ± 0.1 | "
        "-0.2\\* |\n"
        "| 3 | - | 0 | 86.7 ± 0.9 | - | - | 0 | 90.3 ± 2.1 | - | 90.0 | 1 | 91.9 ± 1.5 | -1.9\\* "
        "|\n"
        "| average | 97.0 | | 97.6 | -0.6 | 97.5 | | 97.8 | -0.3 | 95.8 | | 96.5 | -0.7 |\n"
        "\n"
        "- n: number of runs\n"
        "- diff: ours minus the paper's; \\*: more than the paper's standard deviation (0.05 if "
        "printed as 0.0)\n"
        "- DCAE: with the autoencoders that runs of other methods pretrained\n"
        "- DCAE: average over 1 of 10 classes (0), the paper's too\n"
        "- soft-boundary: average over 1 of 10 classes (0), the paper's too\n"
        "- one-class: average over 3 of 10 classes (0, 1, 3), the paper's too\n");
}

static void latex_is_as_worked_out_by_hand(void **state) {
    struct fixture *fixture = *state;
    write_run(fixture->scratch, &grid[0]);
    write_run(fixture->scratch, &grid[1]);
    write_run(fixture->scratch,
              &(struct written_run){.name = "odd",
                                    .dataset = "50%_of #1\\\\~^{}$",
                                    .seed = 1,
                                    .auc = "0.5",
                                    .more = "\"normal_name\": \"7 (a_b & c^~<>|\\\\)\""});
    build(fixture, "auc");
    assert_string_equal(
        written(fixture, TABLE_LATEX),
        "% 50%_of #1\\~^{}$, one class against all others: test AUC in %, mean and standard "
        "deviation over seeds\n"
        "% n: number of runs\n"
        "\\begin{tabular}{llr}\n"
        "\\hline\n"
        " & \\multicolumn{2}{l}{one-class} \\\\\n"
        "normal & ours & n \\\\\n"
        "\\hline\n"
        "7 (a\\_b \\& c\\textasciicircum{}\\textasciitilde{}$<$$>$$|$\\textbackslash{}) & $50.0$ & "
        "1 "
        "\\\\\n"
        "\\hline\n"
        "\\end{tabular}\n"
        "\n"
        "% mnist, one class against all others: test AUC in %, mean and standard deviation over "
        "seeds\n"
        "% n: number of runs\n"
        "% diff: ours minus the paper's; *: more than the paper's standard deviation (0.05 if "
        "printed as 0.0)\n"
        "% DCAE: with the autoencoders that runs of other methods pretrained\n"
        "\\begin{tabular}{llrlrlrlr}\n"
        "\\hline\n"
        " & \\multicolumn{4}{l}{DCAE} & \\multicolumn{4}{l}{one-class} \\\\\n"
        "normal & ours & n & paper & diff & ours & n & paper & diff \\\\\n"
        "\\hline\n"
        "0 & $97.0 \\pm 1.4$ & 2 & $97.6 \\pm 0.7$ & $-0.6$ & $97.5 \\pm 0.7$ & 2 & $98.0 \\pm "
        "0.7$ & $-0.5$ \\\\\n"
        "\\hline\n"
        "\\end{tabular}\n");
}

/* Names of all sorts stand in one field or cell. */
static void csv_is_as_worked_out_by_hand(void **state) {
    struct fixture *fixture = *state;
    write_grid(fixture->scratch);
    write_run(fixture->scratch, &(struct written_run){.name = "odd",
                                                      .dataset = "my \\\"own\\\", data",
                                                      .outlier = 6,
                                                      .seed = 1,
                                                      .auc = "0.5"});
    build(fixture, "auc");
    assert_string_equal(
        written(fixture, TABLE_CSV),
        "dataset,normal,outlier,normal_name,outlier_name,method,options,metric,unit,n,mean,std,"
        "paper_mean,paper_std,difference,outside\n"
        "mnist,0,-1,0,all others,dcae,,auc,%,2,97,1.4142135623730951,97.6,0.7,"
        "-0.5999999999999943,0\n"
        "mnist,0,-1,0,all others,soft-boundary,,auc,%,1,97.5,,97.8,0.7,-0.29999999999999716,0\n"
        "mnist,0,-1,0,all others,one-class,,auc,%,3,98,1,98,0.7,0,0\n"
        "mnist,1,-1,1,all others,one-class,,auc,%,2,99.5,0.3535533905932738,99.7,0.1,"
        "-0.20000000000000284,1\n"
        "mnist,3,-1,3,all others,one-class,,auc,%,1,90,,91.9,1.5,-1.9000000000000057,1\n"
        "\"my \"\"own\"\", data\",0,5,0,5,one-class,,auc,%,1,50,,,,,\n");
}

/* 25, 50 and 75 have the mean 50 and the deviation 25; the paper has 98.0 +- 0.7. */
static void json_has_every_run(void **state) {
    struct fixture *fixture = *state;
    struct error err = {""};
    cJSON *json;
    const struct written_run runs[] = {
        {.name = "a1", .seed = 1, .auc = "0.5"},
        {.name = "b1", .dataset = "own", .outlier = 6, .seed = 1, .auc = "0.25"},
        {.name = "b2", .dataset = "own", .outlier = 6, .seed = 2, .auc = "0.5"},
        {.name = "b3", .dataset = "own", .outlier = 6, .seed = 3, .auc = "0.75"},
        {.name = "c", .dataset = "own", .outlier = 6, .seed = 3, .auc = "0.75"},
    };
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++)
        write_run(fixture->scratch, &runs[i]);
    build(fixture, "auc");
    const char *text = written(fixture, TABLE_JSON);
    assert_int_equal(json_parse("table", text, strlen(text), &json, &err), STATUS_OK);
    cJSON_DeleteItemFromObject(json, "common"); /* these are test_table_runs's */
    cJSON_DeleteItemFromObject(json, "runs");
    char *compact = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    assert_string_equal(
        compact,
        "{\"format\":1,\"metric\":\"auc\",\"unit\":\"%\",\"tables\":["
        "{\"dataset\":\"mnist\",\"columns\":["
        "{\"method\":\"one-class\",\"options\":\"\",\"classes\":["
        "{\"normal\":0,\"outlier\":-1,\"normal_name\":\"0\",\"outlier_name\":\"all others\","
        "\"n\":1,\"mean\":50,\"std\":null,\"paper_mean\":98,\"paper_std\":0.7,"
        "\"difference\":-48,\"outside\":true,\"runs\":["
        "{\"path\":\"a1\",\"seed\":1,\"value\":50,\"of_autoencoder\":false,"
        "\"collapsed\":false}]}],"
        "\"average\":{\"n_classes\":1,\"of_classes\":10,\"mean\":50,\"paper_mean\":98,"
        "\"difference\":-48}}]},"
        "{\"dataset\":\"own\",\"columns\":["
        "{\"method\":\"one-class\",\"options\":\"\",\"classes\":["
        "{\"normal\":0,\"outlier\":5,\"normal_name\":\"0\",\"outlier_name\":\"5\","
        "\"n\":3,\"mean\":50,\"std\":25,\"paper_mean\":null,\"paper_std\":null,"
        "\"difference\":null,\"outside\":null,\"runs\":["
        "{\"path\":\"b1\",\"seed\":1,\"value\":25,\"of_autoencoder\":false,\"collapsed\":false},"
        "{\"path\":\"b2\",\"seed\":2,\"value\":50,\"of_autoencoder\":false,\"collapsed\":false},"
        "{\"path\":\"b3\",\"seed\":3,\"value\":75,\"of_autoencoder\":false,"
        "\"collapsed\":false}]}],"
        "\"average\":{\"n_classes\":1,\"of_classes\":1,\"mean\":50,\"paper_mean\":null,"
        "\"difference\":null}}]}],"
        "\"remarks\":[{\"path\":\"c\",\"kind\":\"duplicate\","
        "\"text\":\"the same experiment and seed as b3: left out\"}]}");
    cJSON_free(compact);
}

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

/* Headings would be too long: they are numbered, and the options stand below. */
static void long_options_stand_below(void **state) {
    struct fixture *fixture = *state;
    write_run(fixture->scratch,
              &(struct written_run){.name = "a",
                                    .seed = 1,
                                    .auc = "0.9",
                                    .config = "\"nu\": 0.2, \"n_epochs\": 3, \"lr\": 0.5"});
    write_run(fixture->scratch,
              &(struct written_run){
                  .name = "b", .seed = 1, .auc = "0.8", .config = "\"weights\": [1, 2]"});
    build(fixture, "accuracy");
    assert_string_equal(
        written(fixture, TABLE_TEXT),
        "mnist, one class against all others: test accuracy in %, mean and standard deviation "
        "over seeds\n"
        "\n"
        "        one-class (1)  one-class (2)\n"
        "normal  ours n         ours n\n"
        "0       75.0 1         75.0 1\n"
        "\n"
        "n: number of runs\n"
        "one-class (1): nu 0.1, lr 0.0001, n-epochs 150, weights [1,2]\n"
        "one-class (2): nu 0.2, lr 0.5, n-epochs 3, weights none\n");
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
        "no value: none: has no test AUC: left out\n"
        "collapsed: fallen: the sphere has collapsed: its AUC means nothing, but it is counted\n");
    assert_int_equal(fixture->table.parts->n_rows, 1);
    assert_true(fixture->table.parts->cells[0].mean == 37.5);
    build(fixture, "auc-val");
    assert_int_equal(fixture->table.n_parts, 0);
    assert_string_equal(written(fixture, TABLE_TEXT), "");
}

/* One against all, all against one, and one against one are tables of their own. */
static void settings_are_kept_apart(void **state) {
    struct fixture *fixture = *state;
    const struct written_run runs[] = {
        {.name = "a", .normal = 3, .auc = "0.5"},
        {.name = "b", .normal = -1, .outlier = 4, .auc = "0.5"},
        {.name = "c", .normal = 3, .outlier = 6, .auc = "0.5"},
        {.name = "d", .normal = 2, .outlier = 6, .auc = "0.75"},
        {.name = "e", .dataset = "cifar10", .normal = 3, .auc = "0.5"},
    };
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++)
        write_run(fixture->scratch, &runs[i]);
    build(fixture, "auc");
    assert_string_equal(
        written(fixture, TABLE_TEXT),
        "cifar10, one class against all others: test AUC in %, mean and standard deviation over "
        "seeds\n"
        "\n"
        "         one-class\n"
        "normal   ours n paper    diff\n"
        "3 (cat)  50.0 1 59.1±1.4 -9.1*\n"
        "\n"
        "n: number of runs\n"
        "diff: ours minus the paper's; *: more than the paper's standard deviation (0.05 if "
        "printed as 0.0)\n"
        "\n"
        "mnist, one class against all others: test AUC in %, mean and standard deviation over "
        "seeds\n"
        "\n"
        "        one-class\n"
        "normal  ours n paper    diff\n"
        "3       50.0 1 91.9±1.5 -41.9*\n"
        "\n"
        "n: number of runs\n"
        "diff: ours minus the paper's; *: more than the paper's standard deviation (0.05 if "
        "printed as 0.0)\n"
        "\n"
        "mnist, all classes against one: test AUC in %, mean and standard deviation over seeds\n"
        "\n"
        "         one-class\n"
        "outlier  ours n\n"
        "3        50.0 1\n"
        "\n"
        "n: number of runs\n"
        "\n"
        "mnist, one class against another: test AUC in %, mean and standard deviation over "
        "seeds\n"
        "\n"
        "             one-class\n"
        "classes      ours n\n"
        "2 against 5  75.0 1\n"
        "3 against 5  50.0 1\n"
        "average      62.5\n"
        "\n"
        "n: number of runs\n");
}

/* All methods, which do not fit side by side, with all classes; no line has more than 100
 * characters. */
static void lines_fit_the_terminal(void **state) {
    struct fixture *fixture = *state;
    for (int class = 0; class < 10; class ++)
        for (size_t method = 0; method < N_METHODS; method++)
            for (int seed = 1; seed <= 10; seed++) {
                char name[64], auc[32];
                snprintf(name, sizeof name, "%d/%zu/%d", class, method, seed);
                snprintf(auc, sizeof auc, "0.%d", 90 + seed % 10);
                write_run(fixture->scratch, &(struct written_run){.name = name,
                                                                  .dataset = "cifar10",
                                                                  .method = method_names[method],
                                                                  .normal = class,
                                                                  .seed = seed,
                                                                  .auc = auc});
            }
    build(fixture, "auc");
    assert_int_equal(fixture->table.n_runs, 700);
    assert_string_equal(remarks(fixture), "");
    size_t width = 0, n_lines = 0, n_averages = 0;
    for (const char *c = written(fixture, TABLE_TEXT); *c != '\0'; c++) {
        if (*c == '\n') {
            assert_true(width <= 100 && c[-1] != ' ');
            width = 0;
            n_lines++;
            n_averages += strncmp(c + 1, "average ", 8) == 0;
        } else if (((unsigned char)*c & 0xc0) != 0x80) {
            width++;
        }
    }
    assert_int_equal(n_averages, 3); /* 3 + 3 + 1 methods */
    assert_int_equal(n_lines, 1 + 3 * (1 + 2 + 11) + 1 + 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(text_is_as_worked_out_by_hand, setup, teardown),
        cmocka_unit_test_setup_teardown(markdown_is_as_worked_out_by_hand, setup, teardown),
        cmocka_unit_test_setup_teardown(latex_is_as_worked_out_by_hand, setup, teardown),
        cmocka_unit_test_setup_teardown(csv_is_as_worked_out_by_hand, setup, teardown),
        cmocka_unit_test_setup_teardown(json_has_every_run, setup, teardown),
        cmocka_unit_test_setup_teardown(equal_options_are_duplicates_and_others_columns, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(long_options_stand_below, setup, teardown),
        cmocka_unit_test_setup_teardown(autoencoders_are_compared, setup, teardown),
        cmocka_unit_test_setup_teardown(what_does_not_count_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(settings_are_kept_apart, setup, teardown),
        cmocka_unit_test_setup_teardown(lines_fit_the_terminal, setup, teardown),
    };
    return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
