/* deepsvdd table: runs summed up over their seeds, beside the paper's numbers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/own_options.h"
#include "cli/wrap.h"
#include "experiment/table.h"
#include "io/file.h"

enum { OPTION_COLUMN = 20, NAMES_SIZE = 256 };

struct request {
    char **directories; /* (n_directories), of argv */
    size_t n_directories;
    const char *format, *metric; /* names */
    const char *out;             /* NULL: standard output */
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

static int check_directory(const char *name, size_t place, struct error *err) {
    (void)place;
    return name[0] != '\0' ? STATUS_OK : error_set(err, STATUS_USAGE, "a directory without a name");
}

static int parse(struct request *request, int argc, char **argv, enum arguments_action *action,
                 struct error *err) {
    const struct own_option options[] = {{"format", &request->format, check_format},
                                         {"metric", &request->metric, check_metric},
                                         {"out", &request->out, check_out}};
    const struct own_options own = {.options = options,
                                    .n = sizeof options / sizeof options[0],
                                    .all = "this command has --format, --metric and --out",
                                    .check_name = check_directory};
    const int status = own_options_parse(&own, &argc, argv, action, err);
    request->directories = argv;
    request->n_directories = (size_t)argc;
    if (status == STATUS_OK && *action == ARGUMENTS_RUN && argc == 0)
        return error_set(err, STATUS_USAGE,
                         "which runs? name their directories, or one above them: 'deepsvdd table "
                         "log'");
    return status;
}

void help_table(void) {
    char names[NAMES_SIZE], text[2 * NAMES_SIZE];
    wrap_print("", 0,
               "Finds the runs in and below the directories and prints, for each data set, normal "
               "class and method, the mean and the standard deviation over the seeds, the number "
               "of runs, the paper's number and the difference; then the average over the "
               "classes.");
    putchar('\n');
    list_formats(names);
    snprintf(text, sizeof text, "one of %s [text]", names);
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

static void report_remarks(const struct table *table) {
    for (size_t i = 0; i < table->n_remarks; i++) {
        const struct table_remark *remark = &table->remarks[i];
        struct error message;
        const char *kind = remark->kind == REMARK_UNREADABLE ? "" : "warning: ";
        error_set(&message, STATUS_FAILED, "%s%s: %s", kind, remark->run->path, remark->text);
        report_error(STATUS_FAILED, message.message);
    }
}

static int write_file(const struct table *table, const struct request *request, struct error *err) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL)
        return error_set(err, STATUS_FAILED, "%s: out of memory", request->out);
    int status = table_write(table, find_format(request->format), out, err);
    const bool failed = ferror(out) != 0;
    if ((fclose(out) != 0 || failed) && status == STATUS_OK)
        status = error_set(err, STATUS_FAILED, "%s: out of memory", request->out);
    if (status == STATUS_OK)
        status = file_write_atomic(request->out, text, size, err);
    free(text);
    return status;
}

/* The table of what there is comes first, then what could not be looked into decides. */
static int show(const struct run_list *list, const struct table *table,
                const struct request *request, struct error *err) {
    report_remarks(table);
    if (run_list_count(list, LISTED_COMPLETE) == 0)
        return error_set(err, STATUS_FAILED,
                         "no complete run (a directory with a results.json) below %.200s%s",
                         request->directories[0], request->n_directories > 1 ? ", ..." : "");
    if (table->n_parts == 0)
        return error_set(err, STATUS_FAILED, "no run has a %s", table->metric->title);
    const int status = request->out != NULL
                           ? write_file(table, request, err)
                           : table_write(table, find_format(request->format), stdout, err);
    const size_t n_unreadable = run_list_count(list, LISTED_UNREADABLE);
    if (status == STATUS_OK && n_unreadable > 0)
        return error_set(err, STATUS_FAILED,
                         "the table is of the other runs: %zu director%s could not be looked into",
                         n_unreadable, n_unreadable > 1 ? "ies" : "y");
    return status;
}

static int make_table(const struct request *request, struct error *err) {
    struct run_list list = {0};
    struct table table = {0};
    int status = run_list_read(&list, request->directories, request->n_directories, err);
    if (status == STATUS_OK)
        status = table_build(&table, &list, table_metric_find(request->metric), err);
    if (status == STATUS_OK)
        status = show(&list, &table, request, err);
    table_free(&table);
    run_list_free(&list);
    return status;
}

int cmd_table(int argc, char **argv) {
    struct error err = {.message = ""};
    struct request request = {.format = table_format_names[0], .metric = table_metrics[0].name};
    enum arguments_action action;
    int status = parse(&request, argc, argv, &action, &err);
    if (status == STATUS_OK && action != ARGUMENTS_RUN)
        return print_answer(action, "table");
    if (status == STATUS_OK)
        status = make_table(&request, &err);
    return status == STATUS_OK ? status : report_error(status, err.message);
}
