/* Reading histories, whole and damaged. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "io/scratch.h"
#include "records/history.h"

static void read_text(void **state, const char *text, size_t size, struct history *history) {
    struct error err = {.message = ""};
    const char *path = scratch_write(*state, "history.jsonl", text, size);
    if (history_read(path, history, &err) != STATUS_OK)
        fail_msg("%s", err.message);
}

static void test_whole(void **state) {
    static const char text[] =
        "{\"phase\":\"pretrain\",\"epoch\":1,\"lr\":0.1,\"objective\":{\"train\":2.5}}\n"
        "{\"phase\":\"train\",\"epoch\":1,\"batch\":1,\"objective\":{\"train\":9}}\n"
        "{\"phase\":\"train\",\"epoch\":1,\"auc\":{\"test\":0.75},\"score_quantiles\":"
        "{\"normal\":[1,2,3]},\"parameter_norms\":{\"conv1.weight\":4}}\n"
        "{\"phase\":\"train\",\"epoch\":2,\"auc\":{\"test\":0.8},\"radius_squared\":1e999}\n";
    struct history history;
    read_text(state, text, sizeof text - 1, &history);
    assert_int_equal(history.n_records, 3);
    assert_int_equal(history.n_damaged, 0);
    assert_int_equal(history_count(&history, HISTORY_PRETRAIN), 1);
    assert_int_equal(history_count(&history, HISTORY_TRAIN), 2);
    const struct history_record *record = &history.records[1];
    assert_true(record->phase == HISTORY_TRAIN && record->epoch == 1);
    assert_true(history_number(&history.records[0], "objective/train") == 2.5);
    assert_true(history_number(record, "auc/test") == 0.75);
    assert_true(history_number(record, "score_quantiles/normal/2") == 3);
    assert_true(history_number(record, "parameter_norms/conv1.weight") == 4);
    static const char *const absent[] = {"auc",
                                         "auc/val",
                                         "auc/test/0",
                                         "nothing",
                                         "",
                                         "phase",
                                         "score_quantiles/normal/3",
                                         "score_quantiles/normal/x",
                                         "score_quantiles/normal/-1",
                                         "score_quantiles/normal/"};
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
        assert_true(isnan(history_number(record, absent[i])));
    assert_true(isnan(history_number(&history.records[2], "radius_squared"))); /* not finite */
    assert_non_null(history_object(record, "parameter_norms"));
    assert_null(history_object(record, "auc/test"));
    assert_true(history_has(&history, HISTORY_TRAIN, "auc/test"));
    assert_false(history_has(&history, HISTORY_PRETRAIN, "auc/test"));
    history_free(&history);
}

/* Each of these lines alone is left out, and what stands around it is not. */
static void test_damaged(void **state) {
    static const struct {
        const char *line;
        size_t size; /* 0: of a string */
    } damaged[] = {
        {"{\"phase\":\"tra", 0},
        {"null", 0},
        {"[1]", 0},
        {"{}", 0},
        {"{\"phase\":\"train\"}", 0},
        {"{\"phase\":\"train\",\"epoch\":0}", 0},
        {"{\"phase\":\"train\",\"epoch\":-1}", 0},
        {"{\"phase\":\"train\",\"epoch\":\"1\"}", 0},
        {"{\"phase\":\"train\",\"epoch\":1e300}", 0},
        {"{\"phase\":7,\"epoch\":1}", 0},
        {"{\"phase\":\"other\",\"epoch\":1}", 0},
        {"{\"phase\":\"train\",\"epoch\":1,\"epoch\":2}", 0},
        {"{\"phase\":\"train\",\"epoch\":1} x", 0},
        {"{\"phase\":\"train\"\0,\"epoch\":1}", 28},
        {"\xff\xfe\x01", 0},
    };
    static const char good[] = "{\"phase\":\"train\",\"epoch\":5}\n";
    for (size_t i = 0; i < sizeof damaged / sizeof damaged[0]; i++) {
        char text[512];
        struct history history;
        const size_t size = damaged[i].size > 0 ? damaged[i].size : strlen(damaged[i].line);
        const size_t length = sizeof good - 1;
        memcpy(text, good, length);
        memcpy(text + length, damaged[i].line, size);
        text[length + size] = '\n';
        memcpy(text + length + size + 1, good, length);
        read_text(state, text, 2 * length + size + 1, &history);
        if (history.n_records != 2 || history.n_damaged != 1 || history.first_damaged != 2)
            fail_msg("line '%s': %zu records, %zu damaged, the first %zu", damaged[i].line,
                     history.n_records, history.n_damaged, history.first_damaged);
        history_free(&history);
        /* the same at the end, cut off */
        read_text(state, text, length + size, &history);
        assert_int_equal(history.n_records, 1);
        assert_int_equal(history.n_damaged, 1);
        history_free(&history);
    }
}

static void test_ends(void **state) {
    struct history history;
    struct error err = {.message = ""};
    read_text(state, "", 0, &history);
    assert_int_equal(history.n_records, 0);
    history_free(&history);
    read_text(state, "\n\n", 2, &history);
    assert_int_equal(history.n_records + history.n_damaged, 0);
    history_free(&history);
    /* a last line without its newline is whole if it is JSON */
    read_text(state, "{\"phase\":\"train\",\"epoch\":1}", 27, &history);
    assert_int_equal(history.n_records, 1);
    history_free(&history);
    const char *path = scratch_path(*state, "none");
    assert_int_equal(history_read(path, &history, &err), STATUS_MISSING);
    assert_memory_equal(err.message, path, strlen(path));
    assert_int_equal(history.n_records, 0);
}

static void test_long(void **state) {
    enum { N = 1000, LINE = 64 };
    char *text = malloc((size_t)N * LINE);
    struct history history;
    size_t size = 0;
    assert_non_null(text);
    for (int i = 1; i <= N; i++)
        size += (size_t)snprintf(text + size, LINE, "{\"phase\":\"train\",\"epoch\":%d}\n", i);
    read_text(state, text, size, &history);
    assert_int_equal(history.n_records, N);
    for (size_t i = 0; i < N; i++)
        assert_int_equal(history.records[i].epoch, i + 1);
    history_free(&history);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_long),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
