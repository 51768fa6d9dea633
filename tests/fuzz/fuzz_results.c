/* A results.json as a run directory's, alone and beside a sound one of the same experiment: into
 * tables of all formats and metrics. What JSON they are must be valid. */
#include <sys/stat.h>

#include "fuzz_file.h"
#include "io/json.h"
#include "table/table.h"
#include "table/write.h"

static const char sound[] =
    "{\"format\": 1, \"dataset\": \"mnist\", \"normal\": 3, \"outlier\": -1, \"seed\": 1,"
    " \"method\": \"one-class\", \"auc\": {\"test\": 0.75}, \"accuracy\": {},"
    " \"dcae_auc\": {\"test\": 0.5}, \"seconds\": {}, \"peak_memory_bytes\": 1,"
    " \"config\": {\"dataset\": \"mnist\", \"nu\": 0.1}}";

static char directory[64];

static void remove_directory(void) {
    char path[128];
    const char *const names[] = {"a/results.json", "a", "b/results.json", "b", ""};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", directory, names[i]);
        remove(path);
    }
}

/* Two run directories: "a" has the input as its results.json, "b" the sound one. */
static void make_directory(const char *input) {
    char path[128];
    snprintf(directory, sizeof directory, "/tmp/fuzz_results.XXXXXX");
    FUZZ_CHECK(mkdtemp(directory) != NULL && atexit(remove_directory) == 0);
    for (const char *name = "ab"; *name != '\0'; name++) {
        snprintf(path, sizeof path, "%s/%c", directory, *name);
        FUZZ_CHECK(mkdir(path, 0700) == 0);
    }
    snprintf(path, sizeof path, "%s/a/results.json", directory);
    FUZZ_CHECK(symlink(input, path) == 0);
    snprintf(path, sizeof path, "%s/b/results.json", directory);
    FILE *file = fopen(path, "w");
    FUZZ_CHECK(file != NULL && fputs(sound, file) >= 0 && fclose(file) == 0);
}

static void check_table(const struct table *table) {
    struct error err = {.message = ""};
    cJSON *json;
    for (int format = 0; format < N_TABLE_FORMATS; format++) {
        char *text = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&text, &size);
        FUZZ_CHECK(out != NULL);
        FUZZ_CHECK(table_write(table, (enum table_format)format, out, &err) == STATUS_OK);
        FUZZ_CHECK(fclose(out) == 0);
        if (format == TABLE_JSON) {
            FUZZ_CHECK(json_parse("table", text, size, &json, &err) == STATUS_OK);
            cJSON_Delete(json);
        }
        free(text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct error err = {.message = ""};
    struct run_list list;
    struct table table;
    const char *input = fuzz_file(data, size);
    if (directory[0] == '\0')
        make_directory(input);
    char *directories[] = {directory};
    FUZZ_CHECK(run_list_read(&list, directories, 1, &err) == STATUS_OK);
    FUZZ_CHECK(list.n == 2 && list.runs[1].state == LISTED_COMPLETE);
    for (size_t i = 0; i < table_metric_count; i++) {
        FUZZ_CHECK(table_build(&table, &list, &table_metrics[i], &err) == STATUS_OK);
        check_table(&table);
        table_free(&table);
    }
    run_list_free(&list);
    return 0;
}
