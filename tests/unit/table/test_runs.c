/* The runs in a table's JSON: "common" and an entry of "runs", laid over each other, must be the
 * results.json that was written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "io/json.h"
#include "records/listed_runs.h"
#include "table/table.h"
#include "table/write.h"

/* The table of all runs in the scratch directory, as parsed JSON. */
static cJSON *table_json(struct scratch *scratch) {
    struct error err = {.message = ""};
    char *directories[] = {scratch->directory}, *text = NULL;
    size_t size = 0;
    struct run_list list;
    struct table table;
    cJSON *json;
    FILE *out = open_memstream(&text, &size);
    assert_int_equal(run_list_read(&list, directories, 1, &err), STATUS_OK);
    assert_int_equal(table_build(&table, &list, table_metric_find("auc"), &err), STATUS_OK);
    assert_int_equal(table_write(&table, TABLE_JSON, out, &err), STATUS_OK);
    fclose(out);
    assert_int_equal(json_parse("table", text, size, &json, &err), STATUS_OK);
    free(text);
    table_free(&table);
    run_list_free(&list);
    return json;
}

/* Lays `over` over `under`, objects key by key. */
static void merge(cJSON *under, const cJSON *over) {
    for (const cJSON *item = over->child; item != NULL; item = item->next) {
        cJSON *below = cJSON_GetObjectItemCaseSensitive(under, item->string);
        if (cJSON_IsObject(below) && cJSON_IsObject(item))
            merge(below, item);
        else if (below != NULL)
            cJSON_ReplaceItemInObjectCaseSensitive(under, item->string, cJSON_Duplicate(item, 1));
        else
            cJSON_AddItemToObject(under, item->string, cJSON_Duplicate(item, 1));
    }
}

/* What the JSON tells of run i, against the file. */
static void assert_restored(struct scratch *scratch, const cJSON *json, int i, const char *name) {
    char path[160];
    struct error err = {.message = ""};
    cJSON *written;
    cJSON *restored = cJSON_Duplicate(cJSON_GetObjectItem(json, "common"), 1);
    snprintf(path, sizeof path, "%s/results.json", name);
    assert_int_equal(json_read(scratch_path(scratch, path), &written, &err), STATUS_OK);
    merge(restored, cJSON_GetArrayItem(cJSON_GetObjectItem(json, "runs"), i));
    assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(restored, "path")),
                        scratch_path(scratch, name));
    cJSON_DeleteItemFromObject(restored, "path");
    assert_true(cJSON_Compare(restored, written, 1));
    cJSON_Delete(restored);
    cJSON_Delete(written);
}

static void the_runs_are_there_whole(void **state) {
    struct scratch *scratch = *state;
    const struct written_run runs[] = {
        {.name = "a", .normal = 3, .seed = 1, .auc = "0.5", .dcae_auc = "0.25"},
        {.name = "b", .normal = 3, .seed = 2, .auc = "0.5", .config = "\"nu\": 0.1, \"x\": [1]"},
        {.name = "c", .normal = 4, .seed = 2, .auc = "0.75", .more = "\"o\": {\"p\": {\"q\": 1}}"},
        {.name = "d", .normal = 4, .seed = 2, .auc = "0.75", .more = "\"o\": {\"p\": {\"q\": 1}}"},
    };
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++)
        write_run(scratch, &runs[i]);
    cJSON *json = table_json(scratch);
    const cJSON *common = cJSON_GetObjectItem(json, "common");
    /* a has two numbers in the table, d is a duplicate and has none */
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(json, "runs")), 3);
    for (int i = 0; i < 3; i++)
        assert_restored(scratch, json, i, runs[i].name);
    assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(common, "dataset")), "mnist");
    assert_null(cJSON_GetObjectItem(common, "normal"));
    assert_null(cJSON_GetObjectItem(common, "o"));
    assert_non_null(cJSON_GetObjectItem(cJSON_GetObjectItem(common, "config"), "loss"));
    assert_null(cJSON_GetObjectItem(cJSON_GetObjectItem(common, "config"), "nu"));
    const cJSON *first = cJSON_GetArrayItem(cJSON_GetObjectItem(json, "runs"), 0);
    assert_null(cJSON_GetObjectItem(first, "dataset"));
    cJSON_Delete(json);
}

static void one_run_is_all_common(void **state) {
    struct scratch *scratch = *state;
    const struct written_run run = {.name = "a", .auc = "0.5"};
    write_run(scratch, &run);
    cJSON *json = table_json(scratch);
    const cJSON *only = cJSON_GetArrayItem(cJSON_GetObjectItem(json, "runs"), 0);
    assert_int_equal(cJSON_GetArraySize(only), 1);
    assert_restored(scratch, json, 0, "a");
    cJSON_Delete(json);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_runs_are_there_whole, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(one_run_is_all_common, scratch_setup, scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
