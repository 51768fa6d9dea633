/* Any bytes as the history.jsonl of a run: every number that plots look for, and charts of them. */
#include "fuzz_file.h"
#include "plot/chart.h"
#include "records/history.h"

static const char *const paths[] = {
    "objective/train", "auc/test", "score_quantiles/normal/2", "radius_squared", "parameter_norms",
};

static void check_chart(const struct history *history) {
    struct error err = {.message = ""};
    char *script = NULL;
    size_t size = 0;
    struct series series[sizeof paths / sizeof paths[0]];
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        series[i] = (struct series){
            .label = paths[i], .phase = HISTORY_TRAIN, .path = paths[i], .factor = 100, .style = i};
    const struct panel panel = {
        .label = "value", .n_series = sizeof series / sizeof series[0], .series = series};
    const struct chart chart = {"title", "subtitle", 1, &panel};
    if (!panel_has_data(&panel, history))
        return;
    FUZZ_CHECK(chart_script(&chart, history, &script, &size, &err) == STATUS_OK);
    FUZZ_CHECK(strlen(script) == size);
    free(script);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct error err = {.message = ""};
    struct history history;
    FUZZ_CHECK(history_read(fuzz_file(data, size), &history, &err) == STATUS_OK);
    FUZZ_CHECK(history_count(&history, HISTORY_PRETRAIN) + history_count(&history, HISTORY_TRAIN) ==
               history.n_records);
    for (size_t i = 0; i < history.n_records; i++) {
        FUZZ_CHECK(history.records[i].epoch >= 1);
        for (size_t p = 0; p < sizeof paths / sizeof paths[0]; p++) {
            history_number(&history.records[i], paths[p]);
            history_object(&history.records[i], paths[p]);
        }
    }
    check_chart(&history);
    history_free(&history);
    return 0;
}
