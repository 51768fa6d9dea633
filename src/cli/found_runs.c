#include "cli/found_runs.h"

#include <string.h>

#include "base/text.h"
#include "cli/commands.h"

/* ---- the command line */

static int check_directory(const char *name, size_t place, struct error *err) {
    (void)place;
    return name[0] != '\0' ? STATUS_OK : error_set(err, STATUS_USAGE, "a directory without a name");
}

int found_runs_parse(struct found_runs *runs, struct own_options own, int argc, char **argv,
                     enum arguments_action *action, struct error *err) {
    own.check_name = check_directory;
    const int status = own_options_parse(&own, &argc, argv, action, err);
    runs->directories = argv;
    runs->n_directories = (size_t)argc;
    if (status == STATUS_OK && *action == ARGUMENTS_RUN && argc == 0)
        return error_set(err, STATUS_USAGE,
                         "which runs? name their directories, or one above them: 'deepsvdd %s log'",
                         runs->command);
    return status;
}

/* ---- the runs */

/* How many remarks from `first` on say the same of runs that merely lack the metric: they may be
 * all there are, and would hide the others. */
static size_t count_same(const struct table *table, size_t first) {
    const struct table_remark *remarks = table->remarks;
    size_t n = 1;
    while (remarks[first].kind == REMARK_NO_VALUE && first + n < table->n_remarks &&
           remarks[first + n].kind == REMARK_NO_VALUE &&
           strcmp(remarks[first + n].text, remarks[first].text) == 0)
        n++;
    return n;
}

static void report_remarks(const struct table *table) {
    for (size_t i = 0, n; i < table->n_remarks; i += n) {
        const struct table_remark *remark = &table->remarks[i];
        char message[TEXT_LINE_SIZE];
        const char *kind = remark->kind == REMARK_UNREADABLE ? "" : "warning: ";
        n = count_same(table, i);
        if (n == 1)
            text_print_line(message, sizeof message, "%s%s: %s", kind, remark->run->path,
                            remark->text);
        else
            text_print_line(message, sizeof message, "%s%s and %zu other run%s: %s", kind,
                            remark->run->path, n - 1, n == 2 ? "" : "s", remark->text);
        report_error(STATUS_FAILED, message);
    }
}

int found_runs_read(struct found_runs *runs, const struct table_metric *metric, struct error *err) {
    int status = run_list_read(&runs->list, runs->directories, runs->n_directories, err);
    if (status == STATUS_OK)
        status = table_build(&runs->table, &runs->list, metric, err);
    if (status != STATUS_OK)
        return status;
    report_remarks(&runs->table);
    if (run_list_count(&runs->list, LISTED_COMPLETE) == 0)
        return error_set(err, STATUS_FAILED,
                         "no complete run (a directory with a results.json) below %.200s%s",
                         runs->directories[0], runs->n_directories > 1 ? ", ..." : "");
    if (runs->table.n_parts == 0)
        return error_set(err, STATUS_FAILED, "no run has a %s", metric->title);
    return STATUS_OK;
}

void found_runs_free(struct found_runs *runs) {
    table_free(&runs->table);
    run_list_free(&runs->list);
}

int found_runs_check_all(const struct found_runs *runs, struct error *err) {
    const size_t n = run_list_count(&runs->list, LISTED_UNREADABLE);
    if (n == 0)
        return STATUS_OK;
    return error_set(err, STATUS_FAILED,
                     "the %s is of the other runs: %zu director%s could not be looked into",
                     runs->command, n, n > 1 ? "ies" : "y");
}
