/* A run whose JSON runs out of memory: whichever allocation fails, what it leaves is whole, or it
 * has failed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>

#include "io/json.h"
#include "run/small_run.h"

static size_t n_allocations, failing; /* which of them fails, from 1; 0: none */

static void *fail_at_times(size_t size) {
    return ++n_allocations == failing ? NULL : malloc(size);
}

static int run(struct scratch *scratch, struct error *err) {
    static const char *const options[] = {"pretrain", "0", "n-epochs", "1", NULL};
    static const struct run_observer nobody = {0};
    struct config config;
    struct run_result result;
    small_config(scratch, "run", options, &config);
    config.force = true;
    n_allocations = 0;
    return run_experiment(&config, &nobody, &result, err);
}

/* Everything that is in one is in the other, whatever the numbers. */
static void assert_same_keys(const cJSON *expected, const cJSON *json) {
    for (const cJSON *item = expected->child; item != NULL; item = item->next) {
        const cJSON *other = cJSON_GetObjectItemCaseSensitive(json, item->string);
        if (other == NULL)
            fail_msg("there is no %s", item->string);
        if (cJSON_IsObject(item))
            assert_same_keys(item, other);
        else if (cJSON_IsArray(item))
            assert_int_equal(cJSON_GetArraySize(item), cJSON_GetArraySize(other));
    }
}

/* The file of the run, NULL when it is not there or empty. history.jsonl has one line here. */
static cJSON *read_file(struct scratch *scratch, const char *name) {
    struct error err = {.message = ""};
    cJSON *json = NULL;
    const char *path = scratch_path(scratch, name);
    struct stat info;
    if (stat(path, &info) == 0 && info.st_size > 0 && json_read(path, &json, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    return json;
}

enum { N_FILES = 3 };
static const char *const files[N_FILES] = {"run/config.json", "run/history.jsonl",
                                           "run/results.json"};

static void what_a_run_leaves_is_whole(void **state) {
    struct scratch *scratch = *state;
    struct error err = {.message = ""};
    const cJSON_Hooks hooks = {fail_at_times, free};
    cJSON *whole[N_FILES];
    cJSON_InitHooks((cJSON_Hooks *)&hooks);
    failing = 0;
    assert_int_equal(run(scratch, &err), STATUS_OK);
    const size_t n_all = n_allocations;
    for (size_t i = 0; i < N_FILES; i++) {
        whole[i] = read_file(scratch, files[i]);
        assert_non_null(whole[i]);
    }
    assert_true(n_all > 200);
    /* as many as take some seconds */
    const size_t stride = n_all / 47 + 1;
    size_t n_failed = 0;
    for (size_t k = 1; k <= n_all; k += stride) {
        failing = k;
        const int status = run(scratch, &err);
        failing = 0;
        n_failed += status != STATUS_OK;
        assert_true(status == STATUS_OK || status == STATUS_NO_MEMORY);
        for (size_t i = 0; i < N_FILES; i++) {
            cJSON *json = read_file(scratch, files[i]);
            if (json != NULL)
                assert_same_keys(whole[i], json);
            assert_true(json != NULL || status != STATUS_OK);
            cJSON_Delete(json);
        }
    }
    assert_true(n_failed > 25);
    for (size_t i = 0; i < N_FILES; i++)
        cJSON_Delete(whole[i]);
    cJSON_InitHooks(NULL);
}

static int setup(void **state) {
    if (scratch_setup(state) != 0)
        return -1;
    small_write_data(*state);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_a_run_leaves_is_whole, setup, scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
