/* deepsvdd plot: the pictures of a run. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/own_options.h"
#include "cli/wrap.h"
#include "plot/gnuplot.h"
#include "plot/plot.h"

enum { OPTION_INDENT = 18 };

static void help_plot(void) {
    wrap_print("", 0,
               "Writes into RUN_DIR/plots, as far as the run has data for it, and prints the names "
               "of the files: objective and its parts, AUC, accuracy, quantiles of the test "
               "scores, norms of representations and parameters, radius and centre, each over the "
               "epochs, drawn by gnuplot; and as PNG the first layer's filters, the 32 most normal "
               "and most anomalous test images and those of the normal class, row by row, and "
               "reconstructions below their originals, normal images first.");
    putchar('\n');
    wrap_print("  --out DIR", OPTION_INDENT, "another directory for the pictures");
    wrap_print("  --format NAME", OPTION_INDENT, "of the curves: png, svg or pdf [png]");
    wrap_print("  --data-dir DIR", OPTION_INDENT, "where the data set is [where the run had it]");
}

static int check_name(const char *name, size_t place, struct error *err) {
    return place == 0 ? STATUS_OK
                      : error_set(err, STATUS_USAGE,
                                  "unexpected argument '%.200s'; plot takes one RUN_DIR", name);
}

/* A completed directory name ends with a slash, and file names would have two then. */
static const char *without_slashes(char *path) {
    for (size_t length = strlen(path); length > 1 && path[length - 1] == '/'; length--)
        path[length - 1] = '\0';
    return path;
}

static int parse(struct plot_options *options, int argc, char **argv, struct error *err) {
    const struct own_option known[] = {{"out", &options->out, NULL},
                                       {"format", &options->format, NULL},
                                       {"data-dir", &options->data_dir, NULL}};
    const struct own_options own = {.options = known,
                                    .n = sizeof known / sizeof known[0],
                                    .all = "plot has --out, --format and --data-dir",
                                    .check_name = check_name};
    enum arguments_action action;
    const int status = own_options_parse(&own, &argc, argv, &action, err);
    if (status != STATUS_OK)
        return status;
    options->run_dir = argc > 0 ? without_slashes(argv[0]) : "";
    if (options->run_dir[0] == '\0')
        return error_set(err, STATUS_USAGE, "plot needs the directory of a run");
    if (gnuplot_format(options->format) == NULL)
        return error_set(err, STATUS_USAGE, "--format %.40s: must be one of png, svg, pdf",
                         options->format);
    return STATUS_OK;
}

static void print_path(void *context, const char *path) {
    (void)context;
    puts(path);
}

static void print_left_out(void *context, const char *text) {
    (void)context;
    char line[TEXT_LINE_SIZE];
    text_print_line(line, sizeof line, "%s", text);
    fprintf(stderr, "deepsvdd: %s\n", line);
}

/* For plot, --help and --version count wherever they stand, even after a mistake. */
static bool is_any(int argc, char **argv, const char *name) {
    for (int i = 0; i < argc; i++)
        if (strcmp(argv[i], name) == 0)
            return true;
    return false;
}

static int cmd_plot(int argc, char **argv) {
    struct plot_options options = {.format = "png"};
    const struct plot_observer observer = {.wrote = print_path, .left_out = print_left_out};
    struct error err = {.message = ""};
    if (is_any(argc, argv, "--help") || is_any(argc, argv, "-h"))
        return print_answer(ARGUMENTS_HELP, "plot");
    if (is_any(argc, argv, "--version"))
        return print_answer(ARGUMENTS_VERSION, "plot");
    int status = parse(&options, argc, argv, &err);
    if (status == STATUS_OK)
        status = plot_run(&options, &observer, &err);
    return status == STATUS_OK ? status : report_error(status, err.message);
}

const struct command command_plot = {
    .name = "plot",
    .arguments = "RUN_DIR [--out DIR] [--format png|svg|pdf]",
    .summary = "a run's curves and mosaics as image files",
    .run = cmd_plot,
    .help = help_plot,
};
