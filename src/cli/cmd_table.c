/* deepsvdd table: runs summed up over their seeds, beside the paper's numbers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/commands.h"
#include "cli/found_runs.h"
#include "cli/wrap.h"
#include "io/file.h"
#include "io/file_write.h"
#include "table/write.h"

enum { OPTION_COLUMN = 20, NAMES_SIZE = 256 };

struct request {
    const char *format; /* a name; NULL: as --out ends, or the first */
    const char *metric;
    const char *out; /* NULL: standard output */
};

/* ---- the command line */

static void list_formats(char names[NAMES_SIZE]) {
    size_t used = 0;
    for (size_t i = 0; i < N_TABLE_FORMATS && used < NAMES_SIZE; i++)
        used += (size_t)snprintf(names + used, NAMES_SIZE - used, "%s%s", i > 0 ? ", " : "",
                                 table_format_names[i]);
}

static void list_metrics(char names[NAMES_SIZE]) {
    size_t used = 0;
    for (size_t i = 0; i < table_metric_count && used < NAMES_SIZE; i++)
        used += (size_t)snprintf(names + used, NAMES_SIZE - used, "%s%s", i > 0 ? ", " : "",
                                 table_metrics[i].name);
}

/* The format of that name, N_TABLE_FORMATS when there is none. */
static enum table_format find_format(const char *name) {
    size_t i = 0;
    while (i < N_TABLE_FORMATS && strcmp(table_format_names[i], name) != 0)
        i++;
    return (enum table_format)i;
}

/* That of a file name's end. */
static enum table_format format_of_file(const char *path) {
    static const struct {
        const char *end;
        enum table_format format;
    } ends[] = {
        {".csv", TABLE_CSV}, {".json", TABLE_JSON}, {".md", TABLE_MARKDOWN}, {".tex", TABLE_LATEX}};
    const char *end = strrchr(path, '.');
    for (size_t i = 0; end != NULL && i < sizeof ends / sizeof ends[0]; i++)
        if (strcasecmp(end, ends[i].end) == 0)
            return ends[i].format;
    return TABLE_TEXT;
}

static enum table_format format_of(const struct request *request) {
    return request->format != NULL ? find_format(request->format)
           : request->out != NULL  ? format_of_file(request->out)
                                   : TABLE_TEXT;
}

static int check_format(const char *value, struct error *err) {
    char names[NAMES_SIZE];
    if (find_format(value) != N_TABLE_FORMATS)
        return STATUS_OK;
    list_formats(names);
    return error_set(err, STATUS_USAGE, "--format %.200s: must be one of %s", value, names);
}

static int check_metric(const char *value, struct error *err) {
    char names[NAMES_SIZE];
    if (table_metric_find(value) != NULL)
        return STATUS_OK;
    list_metrics(names);
    return error_set(err, STATUS_USAGE, "--metric %.200s: must be one of %s", value, names);
}

static int check_out(const char *value, struct error *err) {
    return value[0] != '\0' ? STATUS_OK : error_set(err, STATUS_USAGE, "--out needs a file");
}

static int parse(struct request *request, struct found_runs *runs, int argc, char **argv,
                 enum arguments_action *action, struct error *err) {
    const struct own_option options[] = {{"format", &request->format, check_format},
                                         {"metric", &request->metric, check_metric},
                                         {"out", &request->out, check_out}};
    const struct own_options own = {.options = options,
                                    .n = sizeof options / sizeof options[0],
                                    .all = "this command has --format, --metric and --out"};
    return found_runs_parse(runs, own, argc, argv, action, err);
}

static void help_table(void) {
    char names[NAMES_SIZE], text[2 * NAMES_SIZE];
    wrap_print("", 0,
               "Finds the runs in and below the directories and prints, for each data set, normal "
               "class and method, the mean and the standard deviation over the seeds, the number "
               "of runs, the paper's number and the difference; then the average over the "
               "classes.");
    putchar('\n');
    list_formats(names);
    snprintf(text, sizeof text, "one of %s [as FILE ends: .md, .csv, .tex or .json; else text]",
             names);
    wrap_print("  --format NAME", OPTION_COLUMN, text);
    list_metrics(names);
    snprintf(text, sizeof text,
             "one of %s [auc]; those without -train or -val are of the test set or the whole run",
             names);
    wrap_print("  --metric NAME", OPTION_COLUMN, text);
    wrap_print("  --out FILE", OPTION_COLUMN, "write there instead of to standard output");
    putchar('\n');
    wrap_print("", 0,
               "Runs that differ in other options than classes and seed are other experiments and "
               "get columns of their own. Of two runs with the same options and seed one counts. "
               "What is left out, and why, is told on standard error.");
}

/* ---- the work */

static int write_file(const struct table *table, const struct request *request, struct error *err) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL)
        return error_set(err, STATUS_NO_MEMORY, "%s: out of memory", request->out);
    int status = table_write(table, format_of(request), out, err);
    const bool failed = ferror(out) != 0;
    if ((fclose(out) != 0 || failed) && status == STATUS_OK)
        status = error_set(err, STATUS_NO_MEMORY, "%s: out of memory", request->out);
    if (status == STATUS_OK)
        status = file_write_atomic(request->out, text, size, err);
    free(text);
    return status;
}

static int show(const struct table *table, const struct request *request, struct error *err) {
    return request->out != NULL ? write_file(table, request, err)
                                : table_write(table, format_of(request), stdout, err);
}

/* The table of what there is comes first, then what could not be looked into decides. */
static int make_table(struct found_runs *runs, const struct request *request, struct error *err) {
    int status = found_runs_read(runs, table_metric_find(request->metric), err);
    if (status == STATUS_OK)
        status = show(&runs->table, request, err);
    if (status == STATUS_OK)
        status = found_runs_check_all(runs, err);
    found_runs_free(runs);
    return status;
}

static int cmd_table(int argc, char **argv) {
    struct error err = {.message = ""};
    struct request request = {.metric = table_metrics[0].name};
    struct found_runs runs = {.command = "table"};
    enum arguments_action action;
    int status = parse(&request, &runs, argc, argv, &action, &err);
    if (status == STATUS_OK && action != ARGUMENTS_RUN)
        return print_answer(action, "table");
    if (status == STATUS_OK)
        status = make_table(&runs, &request, &err);
    return status == STATUS_OK ? status : report_error(status, err.message);
}

const struct command command_table = {
    .name = "table",
    .arguments = "DIR... [--format F] [--metric M] [--out FILE]",
    .summary = "mean and standard deviation over seeds, beside the paper's",
    .run = cmd_table,
    .help = help_table,
};
