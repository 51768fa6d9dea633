/* deepsvdd report: a page about runs. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/commands.h"
#include "cli/found_runs.h"
#include "cli/wrap.h"
#include "io/file.h"
#include "io/file_write.h"
#include "report/report.h"

enum { OPTION_COLUMN = 18 };

static int parse(struct found_runs *runs, const char **out, struct report_options *options,
                 int argc, char **argv, enum arguments_action *action, struct error *err) {
    const struct own_option known[] = {{"out", out, NULL}, {"data-dir", &options->data_dir, NULL}};
    const struct own_options own = {.options = known,
                                    .n = sizeof known / sizeof known[0],
                                    .all = "this command has --out and --data-dir"};
    return found_runs_parse(runs, own, argc, argv, action, err);
}

static void help_report(void) {
    wrap_print(
        "", 0,
        "Finds the runs in and below the directories and writes one HTML page about them "
        "that needs nothing else, neither network nor scripts: the table beside the paper's, "
        "the test AUC of every seed, and for each class ROC curves, histograms of the "
        "scores, objective and AUC over the epochs, the most normal and the most anomalous "
        "test images; then timings and options. Prints the name of the file.");
    putchar('\n');
    wrap_print("  --out FILE", OPTION_COLUMN, "the page [report.html]");
    wrap_print("  --data-dir DIR", OPTION_COLUMN,
               "where the data sets are, for the images [where each run had them]");
    putchar('\n');
    wrap_print("", 0,
               "Runs are counted as 'deepsvdd table' does; of each class and method the run with "
               "the median AUC is shown in detail. What is left out is named on the page.");
}

/* The page of what there is comes first, then what could not be looked into decides. */
static int make_report(struct found_runs *runs, const char *out,
                       const struct report_options *options, struct error *err) {
    char *page = NULL;
    size_t size = 0;
    int status = found_runs_read(runs, table_metric_find("auc"), err);
    if (status == STATUS_OK)
        status = report_make(&runs->list, &runs->table, options, &page, &size, err);
    if (status == STATUS_OK)
        status = file_write_atomic(out, page, size, err);
    free(page);
    if (status == STATUS_OK) {
        puts(out);
        status = found_runs_check_all(runs, err);
    }
    found_runs_free(runs);
    return status;
}

static int cmd_report(int argc, char **argv) {
    struct error err = {.message = ""};
    struct report_options options = {.data_dir = NULL};
    struct found_runs runs = {.command = "report"};
    const char *out = "report.html";
    enum arguments_action action;
    int status = parse(&runs, &out, &options, argc, argv, &action, &err);
    if (status == STATUS_OK && action != ARGUMENTS_RUN)
        return print_answer(action, "report");
    if (status == STATUS_OK)
        status = make_report(&runs, out, &options, &err);
    return status == STATUS_OK ? status : report_error(status, err.message);
}

const struct command command_report = {
    .name = "report",
    .arguments = "DIR... [--out FILE.html] [--data-dir D]",
    .summary = "one self-contained page: table, curves, images",
    .run = cmd_report,
    .help = help_report,
};
