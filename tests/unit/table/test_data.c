/* Tables as CSV and JSON, against values worked out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/json.h"
#include "table/fixture.h"

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
        "paper_mean,paper_std,difference,outside,n_collapsed\n"
        "mnist,0,-1,0,all others,dcae,,auc,%,2,97,1.4142135623730951,97.6,0.7,"
        "-0.5999999999999943,0,0\n"
        "mnist,,-1,average,all others,dcae,,auc,%,,97,,97.6,,-0.5999999999999943,,\n"
        "mnist,0,-1,0,all others,soft-boundary,,auc,%,1,97.5,,97.8,0.7,-0.29999999999999716,0,0\n"
        "mnist,,-1,average,all others,soft-boundary,,auc,%,,97.5,,97.8,,-0.29999999999999716,,\n"
        "mnist,0,-1,0,all others,one-class,,auc,%,3,98,1,98,0.7,0,0,0\n"
        "mnist,1,-1,1,all others,one-class,,auc,%,2,99.5,0.3535533905932738,99.7,0.1,"
        "-0.20000000000000284,1,0\n"
        "mnist,3,-1,3,all others,one-class,,auc,%,1,90,,91.9,1.5,-1.9000000000000057,1,0\n"
        "mnist,,-1,average,all others,one-class,,auc,%,,95.83333333333333,,96.53333333333335,,"
        "-0.700000000000017,,\n"
        "\"my \"\"own\"\", data\",0,5,0,5,one-class,,auc,%,1,50,,,,,,0\n");
}

/* Of a data set that the paper does not have: (20 + 40) / 2 and (50 + 80) / 2. */
static void csv_has_averages_of_outlier_classes_and_pairs(void **state) {
    struct fixture *fixture = *state;
    const struct written_run runs[] = {
        {.name = "a", .dataset = "own", .normal = -1, .outlier = 3, .seed = 1, .auc = "0.2"},
        {.name = "b", .dataset = "own", .normal = -1, .outlier = 4, .seed = 1, .auc = "0.4"},
        {.name = "c", .dataset = "own", .normal = 1, .outlier = 3, .seed = 1, .auc = "0.5"},
        {.name = "d", .dataset = "own", .normal = 1, .outlier = 4, .seed = 1, .auc = "0.8"},
    };
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++)
        write_run(fixture->scratch, &runs[i]);
    build(fixture, "auc");
    const char *text = strchr(written(fixture, TABLE_CSV), '\n');
    assert_non_null(text);
    assert_string_equal(text + 1, "own,-1,2,all others,2,one-class,,auc,%,1,20,,,,,,0\n"
                                  "own,-1,3,all others,3,one-class,,auc,%,1,40,,,,,,0\n"
                                  "own,-1,,all others,average,one-class,,auc,%,,30,,,,,,\n"
                                  "own,1,2,1,2,one-class,,auc,%,1,50,,,,,,0\n"
                                  "own,1,3,1,3,one-class,,auc,%,1,80,,,,,,0\n"
                                  "own,,,average,average,one-class,,auc,%,,65,,,,,,\n");
}

/* 25, 50 and 75 have the mean 50 and the deviation 25; the paper has 98.0 +- 0.7. */
static void json_has_every_run(void **state) {
    struct fixture *fixture = *state;
    struct error err = {.message = ""};
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
    cJSON_DeleteItemFromObject(json, "common"); /* these are test_runs.c's */
    cJSON_DeleteItemFromObject(json, "runs");
    char *compact = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    assert_string_equal(
        compact,
        "{\"format\":1,\"metric\":\"auc\",\"unit\":\"%\",\"tables\":["
        "{\"dataset\":\"mnist\",\"kind\":\"normal\",\"columns\":["
        "{\"method\":\"one-class\",\"options\":\"\",\"not_preset\":\"\",\"classes\":["
        "{\"normal\":0,\"outlier\":-1,\"normal_name\":\"0\",\"outlier_name\":\"all others\","
        "\"n\":1,\"mean\":50,\"std\":null,\"paper_mean\":98,\"paper_std\":0.7,"
        "\"difference\":-48,\"outside\":true,\"runs\":["
        "{\"path\":\"a1\",\"seed\":1,\"value\":50,\"of_autoencoder\":false,"
        "\"collapsed\":false}]}],"
        "\"average\":{\"n_classes\":1,\"of_classes\":10,\"mean\":50,\"paper_mean\":98,"
        "\"difference\":-48}}]},"
        "{\"dataset\":\"own\",\"kind\":\"pair\",\"columns\":["
        "{\"method\":\"one-class\",\"options\":\"\",\"not_preset\":\"\",\"classes\":["
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

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(csv_is_as_worked_out_by_hand),
        TEST(csv_has_averages_of_outlier_classes_and_pairs),
        TEST(json_has_every_run),
    };
    return cmocka_run_group_tests_name("table_data", tests, NULL, NULL);
}
