/* The curves of a run: what each picture shows. */
#include "plot/curves.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "io/file.h"
#include "model/method.h"
#include "plot/chart.h"
#include "plot/gnuplot.h"
#include "plot/state.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PANEL(text, n, its_series, ...)                                                            \
    { .label = (text), .n_series = (n), .series = (its_series), __VA_ARGS__ }

enum { MAX_PARAMETERS = 64, PATH_SIZE = 96 };

/* The pictures under way. */
struct curves {
    struct plot *plot;
    char missing[512]; /* names of those without data */
    int status;        /* of the last that failed; */
    struct error *err; /* its message has not been told yet */
};

static void note_missing(struct curves *curves, const char *name) {
    const size_t used = strlen(curves->missing);
    snprintf(curves->missing + used, sizeof curves->missing - used, "%s%s", used > 0 ? ", " : "",
             name);
}

/* The others are drawn all the same. A cause that has a name, as that gnuplot is missing or the
 * disk full, is none of the picture's own: it is told once. */
static void note_failure(struct curves *curves, int status, const struct error *cause) {
    if (curves->status && (curves->status != status || status == STATUS_FAILED))
        plot_left_out(curves->plot, "%s", curves->err->message);
    curves->status = status;
    *curves->err = *cause;
}

static int draw_chart(const struct curves *curves, const char *name, const struct chart *chart,
                      struct error *err) {
    const struct plot *plot = curves->plot;
    char path[RUN_PATH_SIZE], *script;
    size_t size;
    int status = plot_path(plot, name, plot->options->format, path, err);
    if (!status)
        status = chart_script(chart, &plot->history, &script, &size, err);
    if (status)
        return status;
    status = gnuplot_draw(path, plot->options->format, script, size, err);
    free(script);
    if (!status && plot->observer->wrote)
        plot->observer->wrote(plot->observer->context, path);
    return status;
}

/* One picture, <name>.<format>; noted as missing when there is nothing to draw in it. */
static void draw(struct curves *curves, const char *name, const char *title,
                 const struct panel *panels, size_t n_panels) {
    const struct chart chart = {title, curves->plot->title, n_panels, panels};
    struct error cause;
    bool has_data = false;
    for (size_t p = 0; p < n_panels; p++)
        has_data |= panel_has_data(&panels[p], &curves->plot->history);
    if (!has_data) {
        plot_discard(curves->plot, name, curves->plot->options->format);
        note_missing(curves, name);
        return;
    }
    const int status = draw_chart(curves, name, &chart, &cause);
    if (status)
        note_failure(curves, status, &cause);
}

/* Names and titles of a phase's own pictures. */
static const char *const phase_suffix[N_HISTORY_PHASES] = {"_pretrain", ""};
static const char *const phase_title[N_HISTORY_PHASES] = {"pretraining of the autoencoder",
                                                          "training"};

static void draw_of_phase(struct curves *curves, enum history_phase phase, const char *name,
                          const char *title, const struct panel *panels, size_t n_panels) {
    char file[64], text[128];
    snprintf(file, sizeof file, "%s%s", name, phase_suffix[phase]);
    snprintf(text, sizeof text, "%s, %s", title, phase_title[phase]);
    draw(curves, file, text, panels, n_panels);
}

/* ---- the pictures */

/* What the images' own term of the objective is. */
static const char *data_label(const struct plot *plot, enum history_phase phase) {
    if (!plot->has_config || phase == HISTORY_PRETRAIN)
        return "data term";
    return method_of(&plot->config)->data_term;
}

static void objective(struct curves *curves, enum history_phase phase) {
    const struct plot *plot = curves->plot;
    const bool with_radius =
        plot->has_config && phase == HISTORY_TRAIN && method_of(&plot->config)->radius_in_terms;
    const struct series sets[] = {
        {"train, with all terms", phase, "objective/train", .style = 0},
        {"validation", phase, "objective/val", .style = 2},
        {"test", phase, "objective/test", .style = 1},
    };
    const struct series parts[] = {
        {data_label(plot, phase), phase, "parts/data", .style = 0},
        {"reconstruction", phase, "parts/reconstruction", .style = 2},
        {"weight decay", phase, "parts/decay", .style = 3},
        {"R²", phase, "radius_squared", .style = STYLE_RADIUS},
    };
    const struct panel panels[] = {
        PANEL("objective", COUNT(sets), sets),
        PANEL("parts, after the epoch", COUNT(parts) - !with_radius, parts),
    };
    draw_of_phase(curves, phase, "objective", "Objective", panels, COUNT(panels));
}

static void auc(struct curves *curves) {
    const struct series series[] = {
        {"training: test", HISTORY_TRAIN, "auc/test", .factor = 100, .style = 0},
        {"training: validation", HISTORY_TRAIN, "auc/val", .factor = 100, .style = 2},
        {"training: train", HISTORY_TRAIN, "auc/train", .factor = 100, .style = 3},
        {"autoencoder: test", HISTORY_PRETRAIN, "auc/test", .factor = 100, .style = 1},
        {"autoencoder: validation", HISTORY_PRETRAIN, "auc/val", .factor = 100, .style = 4},
    };
    const struct panel panel = PANEL("AUC in %", COUNT(series), series, .linear = true);
    draw(curves, "auc", "Area under the ROC curve", &panel, 1);
}

static void accuracy(struct curves *curves) {
    const struct series series[] = {
        {"train", HISTORY_TRAIN, "accuracy/train", .factor = 100, .style = 0},
        {"validation", HISTORY_TRAIN, "accuracy/val", .factor = 100, .style = 2},
        {"test", HISTORY_TRAIN, "accuracy/test", .factor = 100, .style = 1},
    };
    const struct panel panel = PANEL("accuracy in %", COUNT(series), series, .linear = true);
    draw(curves, "accuracy", "Accuracy: scores above 0 taken for outliers", &panel, 1);
}

/* Of Deep SVDD the distances, which are the scores plus R2: a logarithmic axis can show them. */
static void score_quantiles(struct curves *curves, enum history_phase phase) {
    const bool svdd = history_has(&curves->plot->history, phase, "radius_squared");
    const char *added = svdd ? "radius_squared" : NULL;
    const bool has_scores =
        history_has(&curves->plot->history, phase, "score_quantiles/normal/0") ||
        history_has(&curves->plot->history, phase, "score_quantiles/outlier/0");
#define QUANTILE(kind, q) "score_quantiles/" kind "/" #q
#define BAND(kind, low, high, color, density, text)                                                \
    {                                                                                              \
        text, phase, QUANTILE(kind, low), QUANTILE(kind, high), added, .style = color,             \
                                                                       .opacity = density          \
    }
    const struct series series[] = {
        BAND("outlier", 0, 4, VERMILLION, 0.18, "outliers: 5 to 95 %"),
        BAND("outlier", 1, 3, VERMILLION, 0.32, "outliers: 25 to 75 %"),
        BAND("normal", 0, 4, BLUE, 0.18, "normal: 5 to 95 %"),
        BAND("normal", 1, 3, BLUE, 0.32, "normal: 25 to 75 %"),
        {"outliers: median", phase, QUANTILE("outlier", 2), .added = added, .style = VERMILLION},
        {"normal: median", phase, QUANTILE("normal", 2), .added = added, .style = BLUE},
        {"R²", phase, "radius_squared", .style = STYLE_RADIUS},
    };
#undef BAND
#undef QUANTILE
    const char *label = svdd                        ? "squared distance from the centre"
                        : phase == HISTORY_PRETRAIN ? "reconstruction error"
                                                    : "score";
    const struct panel panel = PANEL(label, has_scores ? COUNT(series) : 0, series);
    draw_of_phase(curves, phase, "score_quantiles", "Quantiles of the test scores", &panel, 1);
}

static void representation_norms(struct curves *curves) {
    const struct series series[] = {
        {"normal", HISTORY_TRAIN, "representation_norm/normal", .style = 0},
        {"outliers", HISTORY_TRAIN, "representation_norm/outlier", .style = 1},
        {"the centre's own", HISTORY_TRAIN, "center_norm", .style = STYLE_CENTER},
    };
    const struct panel panel = PANEL("‖φ(x)‖, mean", COUNT(series), series);
    draw(curves, "representation_norms", "Norms of the test images' representations", &panel, 1);
}

static void center_radius(struct curves *curves) {
    const struct series radius[] = {{"R²", HISTORY_TRAIN, "radius_squared", .style = STYLE_RADIUS}};
    const struct series center[] = {{"‖c‖", HISTORY_TRAIN, "center_norm", .style = STYLE_CENTER}};
    const struct panel panels[] = {PANEL("squared radius", 1, radius),
                                   PANEL("norm of the centre", 1, center)};
    draw(curves, "center_radius", "Radius and centre", panels, COUNT(panels));
}

/* Norms of parameters as curves. */
struct norms {
    size_t n;
    struct series series[MAX_PARAMETERS];
    char paths[MAX_PARAMETERS][PATH_SIZE];
};

static void add_norm(struct norms *norms, enum history_phase phase, const char *name) {
    if (norms->n == MAX_PARAMETERS || strlen(name) > LAYER_NAME_SIZE + 16 ||
        strchr(name, '/') != NULL)
        return;
    char *path = norms->paths[norms->n];
    file_path(path, PATH_SIZE, "parameter_norms/%s", name);
    norms->series[norms->n] = (struct series){name, phase, path, .style = norms->n};
    norms->n++;
}

static bool is_bias(const char *name) {
    const char *dot = strrchr(name, '.');
    return dot != NULL && strcmp(dot, ".bias") == 0;
}

/* As many curves as the first epoch that has any names parameters. Biases, and the shifts of batch
 * normalisation, begin at 0 and stay far below the others. */
static void parameter_norms(struct curves *curves, enum history_phase phase) {
    const struct history *history = &curves->plot->history;
    struct norms weights = {.n = 0}, biases = {.n = 0};
    const cJSON *norms = NULL, *norm;
    for (size_t i = 0; norms == NULL && i < history->n_records; i++)
        if (history->records[i].phase == phase)
            norms = history_object(&history->records[i], "parameter_norms");
    cJSON_ArrayForEach(norm, norms) {
        add_norm(is_bias(norm->string) ? &biases : &weights, phase, norm->string);
    }
    const struct panel panels[] = {PANEL("weights, scales", weights.n, weights.series),
                                   PANEL("biases, shifts", biases.n, biases.series)};
    draw_of_phase(curves, phase, "parameter_norms", "Euclidean norms of the parameters", panels,
                  COUNT(panels));
}

/* ---- all of them */

static void draw_pretraining(struct curves *curves) {
    objective(curves, HISTORY_PRETRAIN);
    score_quantiles(curves, HISTORY_PRETRAIN);
    parameter_norms(curves, HISTORY_PRETRAIN);
}

static void draw_training(struct curves *curves) {
    const struct plot *plot = curves->plot;
    objective(curves, HISTORY_TRAIN);
    accuracy(curves);
    score_quantiles(curves, HISTORY_TRAIN);
    if (!plot->has_config || method_of(&plot->config)->has_sphere) {
        representation_norms(curves);
        center_radius(curves);
    }
    parameter_norms(curves, HISTORY_TRAIN);
}

/* A phase that the run does not have is not named as left out, but an earlier one may have had it.
 */
static void discard_phase(const struct plot *plot, enum history_phase phase) {
    static const char *const names[N_HISTORY_PHASES][6] = {
        {"objective_pretrain", "score_quantiles_pretrain", "parameter_norms_pretrain"},
        {"objective", "accuracy", "score_quantiles", "representation_norms", "center_radius",
         "parameter_norms"}};
    for (size_t i = 0; i < COUNT(names[phase]) && names[phase][i] != NULL; i++)
        plot_discard(plot, names[phase][i], plot->options->format);
}

int plot_curves(struct plot *plot, struct error *err) {
    struct curves curves = {.plot = plot, .missing = "", .err = err};
    if (plot->history.n_records == 0)
        return STATUS_OK;
    auc(&curves);
    if (history_count(&plot->history, HISTORY_PRETRAIN) > 0)
        draw_pretraining(&curves);
    else
        discard_phase(plot, HISTORY_PRETRAIN);
    if (history_count(&plot->history, HISTORY_TRAIN) > 0)
        draw_training(&curves);
    else
        discard_phase(plot, HISTORY_TRAIN);
    if (curves.missing[0] != '\0')
        plot_left_out(plot,
                      "not in history.jsonl, which has it with --nnet-diagnostics 1 and "
                      "--ae-diagnostics 1; left out: %s",
                      curves.missing);
    return curves.status;
}
