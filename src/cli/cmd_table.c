/* deepsvdd table: runs summed up over their seeds, beside the paper's numbers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/commands.h"
#include "cli/wrap.h"
#include "experiment/table.h"
#include "io/file.h"

enum { OPTION_COLUMN = 20, NAMES_SIZE = 256 };

struct request {
    char **directories; /* (n_directories), of argv */
    size_t n_directories;
    enum table_format format;
    const struct table_metric *metric;
    const char *out; /* NULL: standard output */
    bool help, version;
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

static int set_format(struct request *request, const char *value, struct error *err) {
    char names[NAMES_SIZE];
    for (size_t i = 0; i < N_TABLE_FORMATS; i++)
        if (strcmp(table_format_names[i], value) == 0) {
            request->format = (enum table_format)i;
            return STATUS_OK;
        }
    list_formats(names);
    return error_set(err, STATUS_USAGE, "--format %.200s: must be one of %s", value, names);
}

static int set_metric(struct request *request, const char *value, struct error *err) {
    char names[NAMES_SIZE];
    request->metric = table_metric_find(value);
    if (request->metric != NULL)
        return STATUS_OK;
    list_metrics(names);
    return error_set(err, STATUS_USAGE, "--metric %.200s: must be one of %s", value, names);
}

static int set_out(struct request *request, const char *value, struct error *err) {
    request->out = value;
    return value[0] != '\0' ? STATUS_OK : error_set(err, STATUS_USAGE, "--out needs a file");
}

static const struct {
    const char *name;
    int (*set)(struct request *request, const char *value, struct error *err);
} options[] = {{"--format", set_format}, {"--metric", set_metric}, {"--out", set_out}};

/* One option, with its value after '=' or as the next argument; *taken is how many arguments it
 * was. */
static int parse_option(struct request *request, int argc, char **argv, int *taken,
                        struct error *err) {
    const size_t length = strcspn(argv[0], "=");
    const bool attached = argv[0][length] == '=';
    const char *value = attached ? argv[0] + length + 1 : argc > 1 ? argv[1] : NULL;
    *taken = attached ? 1 : 2;
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        if (strlen(options[i].name) != length || strncmp(options[i].name, argv[0], length) != 0)
            continue;
        if (value == NULL || (!attached && strncmp(value, "--", 2) == 0))
            return error_set(err, STATUS_USAGE, "%s needs a value", options[i].name);
        return options[i].set(request, value, err);
    }
    return error_set(err, STATUS_USAGE,
                     "unknown option '%.200s'; this command has --format, --metric and --out",
                     argv[0]);
}

static int parse(struct request *request, int argc, char **argv, struct error *err) {
    int status = STATUS_OK;
    bool only_names = false; /* after "--" */
    for (int i = 0, taken; status == STATUS_OK && i < argc; i += taken) {
        taken = 1;
        if (!only_names && (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)) {
            request->help = true;
            return STATUS_OK;
        }
        if (!only_names && strcmp(argv[i], "--version") == 0) {
            request->version = true;
            return STATUS_OK;
        }
        if (!only_names && strcmp(argv[i], "--") == 0)
            only_names = true;
        else if (!only_names && argv[i][0] == '-')
            status = parse_option(request, argc - i, argv + i, &taken, err);
        else if (argv[i][0] == '\0')
            status = error_set(err, STATUS_USAGE, "a directory without a name");
        else
            request->directories[request->n_directories++] = argv[i];
    }
    if (status == STATUS_OK && request->n_directories == 0)
        status = error_set(err, STATUS_USAGE,
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
    int status = table_write(table, request->format, out, err);
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
        return error_set(err, STATUS_FAILED, "no run has a %s", request->metric->title);
    const int status = request->out != NULL ? write_file(table, request, err)
                                            : table_write(table, request->format, stdout, err);
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
        status = table_build(&table, &list, request->metric, err);
    if (status == STATUS_OK)
        status = show(&list, &table, request, err);
    table_free(&table);
    run_list_free(&list);
    return status;
}

static int act(const struct request *request, struct error *err) {
    if (request->help)
        return cmd_help(1, (char *[]){"table"});
    if (request->version)
        return print_version();
    return make_table(request, err);
}

int cmd_table(int argc, char **argv) {
    struct error err = {.message = ""};
    struct request request = {.metric = table_metrics};
    request.directories = memory_alloc((size_t)argc, sizeof *request.directories, &err);
    int status = request.directories != NULL ? parse(&request, argc, argv, &err) : STATUS_FAILED;
    if (status == STATUS_OK)
        status = act(&request, &err);
    free(request.directories);
    return status == STATUS_OK ? status : report_error(status, err.message);
}
