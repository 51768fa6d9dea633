/* Pictures of a run: what there is to draw, and in what order. */
#include "plot/plot.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "config/option_list.h"
#include "io/file.h"
#include "model/method.h"
#include "plot/curves.h"
#include "plot/gnuplot.h"
#include "plot/images.h"
#include "plot/networks.h"
#include "plot/state.h"

static int read_config(struct plot *plot, struct error *err) {
    struct option_list list = {0};
    char path[RUN_PATH_SIZE];
    run_directory_file(&plot->directory, RUN_CONFIG, path);
    struct source source;
    int status = option_list_add_file(&list, path, err);
    const char *dataset = option_list_last(&list, option_find("dataset"));
    if (!status && source_of_record(&source, dataset, list.recorded))
        list.source = &source;
    if (!status)
        status = option_list_resolve(&list, &plot->config, err);
    option_list_free(&list);
    return status;
}

/* A title is valid UTF-8 on one line: gnuplot copies it into SVG files. */
static void set_title(struct plot *plot, const char *text) {
    text_print_line(plot->title, sizeof plot->title, "%s", text);
}

enum { NAME_LENGTH = 32 }; /* of a data set, so that a title of wide letters fits */

/* "mnist, normal: 3, outlier: all others, one-class, seed 1" */
static void make_title(struct plot *plot) {
    const struct config *config = &plot->config;
    const char *slash = strrchr(config->dataset, '/');
    char normal[64], outlier[64], text[sizeof plot->title];
    config_class_text(config, config->normal, normal, sizeof normal);
    config_class_text(config, config->outlier, outlier, sizeof outlier);
    const char *name = slash != NULL && slash[1] != '\0' ? slash + 1 : config->dataset;
    snprintf(text, sizeof text, "%.*s%s, normal: %s, outlier: %s, %s, seed %d", NAME_LENGTH, name,
             strlen(name) > NAME_LENGTH ? "..." : "", normal, outlier, method_of(config)->name,
             config->seed);
    set_title(plot, text);
}

/* What the run was: for titles, and to find images and networks again. */
static void find_config(struct plot *plot) {
    struct error cause;
    plot->has_config = read_config(plot, &cause) == STATUS_OK;
    if (plot->has_config) {
        plot->directory.prefix = plot->config.out_name;
        if (plot->options->data_dir != NULL)
            config_set_data_dir(&plot->config, plot->options->data_dir);
        make_title(plot);
    } else {
        plot_left_out(plot, "%s; left out: test images, filters, reconstructions", cause.message);
        char text[101];
        snprintf(text, sizeof text, "%s", plot->options->run_dir);
        set_title(plot, text);
    }
}

static void find_history(struct plot *plot) {
    struct error cause;
    char path[RUN_PATH_SIZE];
    run_directory_file(&plot->directory, RUN_HISTORY, path);
    if (history_read(path, &plot->history, &cause) != STATUS_OK)
        plot_left_out(plot, "%s; left out: all curves", cause.message);
    else if (plot->history.n_damaged > 0)
        plot_left_out(plot, "%s: line %zu is damaged; left out: %zu damaged line%s", path,
                      plot->history.first_damaged, plot->history.n_damaged,
                      plot->history.n_damaged > 1 ? "s" : "");
    else if (plot->history.n_records == 0)
        plot_left_out(plot, "%s: holds no epoch yet; left out: all curves", path);
}

/* A file name with the extension of a picture would become the name of a directory. */
static int check_out(const char *out, struct error *err) {
    const char *dot = strrchr(out, '.');
    char format[8];
    if (dot == NULL || strlen(dot + 1) >= sizeof format)
        return STATUS_OK;
    for (size_t i = 0; i <= strlen(dot + 1); i++)
        format[i] = (char)tolower((unsigned char)dot[1 + i]);
    if (gnuplot_format(format) == NULL)
        return STATUS_OK;
    return error_set(err, STATUS_USAGE,
                     "--out %.200s: there are several pictures, so --out names a directory; for "
                     "curves as %s: --out %.*s --format %s",
                     out, format, (int)(dot - out < 200 ? dot - out : 200), out, format);
}

static int begin(struct plot *plot, struct error *err) {
    const struct plot_options *options = plot->options;
    char path[RUN_PATH_SIZE];
    struct stat info;
    if (options->out != NULL && check_out(options->out, err))
        return STATUS_USAGE;
    if (strlen(options->run_dir) >= CONFIG_PATH_SIZE)
        return error_set(err, STATUS_USAGE, "%.60s...: the path is too long", options->run_dir);
    if (stat(options->run_dir, &info) != 0)
        return error_set(err, status_of_errno(errno), "%s: %s: %s", options->run_dir,
                         strerror(errno), file_hint(errno));
    if (!plot_has_file(plot, RUN_CONFIG, path) && !plot_has_file(plot, RUN_HISTORY, path))
        return error_set(err, STATUS_MISSING,
                         "%s: holds no run: there is neither config.json nor history.jsonl; name "
                         "the directory of one run",
                         options->run_dir);
    int status = STATUS_OK;
    if (options->out == NULL)
        status = file_join(plot->out, sizeof plot->out, options->run_dir, "plots", err);
    else if (strlen(options->out) >= sizeof plot->out - 128) /* room for the names in it */
        status = error_set(err, STATUS_USAGE, "%.60s...: the path is too long", options->out);
    else
        file_path(plot->out, sizeof plot->out, "%s", options->out);
    return status ? status : file_make_directories(plot->out, err);
}

static int draw(struct plot *plot, struct error *err) {
    struct error curves_error;
    char path[RUN_PATH_SIZE];
    find_config(plot);
    find_history(plot);
    if (!plot_has_file(plot, RUN_RESULTS, path))
        plot_left_out(plot, "%s: the run is not complete; drawn is what is there",
                      plot->options->run_dir);
    const int curves = plot_curves(plot, &curves_error);
    int status = plot->has_config ? plot_images(plot, err) : STATUS_OK;
    if (!status && plot->has_config)
        status = plot_networks(plot, err);
    if (!curves)
        return status;
    if (status)
        plot_left_out(plot, "%s", err->message);
    return error_set(err, curves, "%s", curves_error.message);
}

int plot_run(const struct plot_options *options, const struct plot_observer *observer,
             struct error *err) {
    struct plot plot = {
        .options = options,
        .observer = observer,
        .directory = {.path = options->run_dir, .prefix = "", .lock = -1},
    };
    int status = begin(&plot, err);
    if (!status)
        status = draw(&plot, err);
    history_free(&plot.history);
    return status;
}
