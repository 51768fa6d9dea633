/* The curves of a run: what each picture shows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "experiment/gnuplot.h"
#include "experiment/plot_chart.h"
#include "experiment/plot_state.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The pictures under way. */
struct curves {
    struct plot *plot;
    char missing[512]; /* names of those without data */
};

static void note_missing(struct curves *curves, const char *name) {
    const size_t used = strlen(curves->missing);
    snprintf(curves->missing + used, sizeof curves->missing - used, "%s%s", used > 0 ? ", " : "",
             name);
}

/* One picture, <name>.<format>; noted as missing when there is nothing to draw in it. */
static int draw(struct curves *curves, const char *name, const char *title,
                const struct panel *panels, size_t n_panels, struct error *err) {
    const struct plot *plot = curves->plot;
    const struct chart chart = {title, plot->title, n_panels, panels};
    char path[RUN_PATH_SIZE], *script;
    size_t size;
    bool has_data = false;
    for (size_t p = 0; p < n_panels; p++)
        has_data |= panel_has_data(&panels[p], &plot->history);
    if (!has_data) {
        note_missing(curves, name);
        return STATUS_OK;
    }
    int status = plot_path(plot, name, plot->options->format, path, err);
    if (!status)
        status = chart_script(&chart, &plot->history, &script, &size, err);
    if (status)
        return status;
    status = gnuplot_draw(path, plot->options->format, script, size, err);
    free(script);
    if (!status && plot->observer->wrote)
        plot->observer->wrote(plot->observer->context, path);
    return status;
}

/* Names and titles of a phase's own pictures. */
static const char *const phase_suffix[N_HISTORY_PHASES] = {"_pretrain", ""};
static const char *const phase_title[N_HISTORY_PHASES] = {"pretraining of the autoencoder",
                                                          "training"};

static int draw_of_phase(struct curves *curves, enum history_phase phase, const char *name,
                         const char *title, const struct panel *panels, size_t n_panels,
                         struct error *err) {
    char file[64], text[128];
    snprintf(file, sizeof file, "%s%s", name, phase_suffix[phase]);
    snprintf(text, sizeof text, "%s, %s", title, phase_title[phase]);
    return draw(curves, file, text, panels, n_panels, err);
}

/* ---- the pictures */

/* What the images' own term of the objective is. */
static const char *data_label(const struct plot *plot, enum history_phase phase) {
    if (!plot->has_config || phase == HISTORY_PRETRAIN)
        return "data term";
    if (plot->config.loss == LOSS_CE)
        return "cross-entropy";
    return plot->config.hard_margin ? "distance, mean" : "beyond R², mean / ν";
}

static int objective(struct curves *curves, enum history_phase phase, struct error *err) {
    const struct plot *plot = curves->plot;
    const bool soft = plot->has_config && phase == HISTORY_TRAIN &&
                      plot->config.loss == LOSS_SVDD && !plot->config.hard_margin;
    const struct series sets[] = {
        {"train, with all terms", phase, "objective/train", .style = 0},
        {"validation", phase, "objective/val", .style = 2},
        {"test", phase, "objective/test", .style = 1},
    };
    const struct series parts[] = {
        {data_label(plot, phase), phase, "parts/data", .style = 0},
        {"reconstruction", phase, "parts/reconstruction", .style = 2},
        {"weight decay", phase, "parts/decay", .style = 3},
        {"R²", phase, "radius_squared", .style = 1},
    };
    const struct panel panels[] = {
        {"objective", COUNT(sets), sets},
        {"parts, after the epoch", COUNT(parts) - !soft, parts},
    };
    return draw_of_phase(curves, phase, "objective", "Objective", panels, COUNT(panels), err);
}

static int auc(struct curves *curves, struct error *err) {
    const struct series series[] = {
        {"training: test", HISTORY_TRAIN, "auc/test", .factor = 100, .style = 0},
        {"training: validation", HISTORY_TRAIN, "auc/val", .factor = 100, .style = 2},
        {"training: train", HISTORY_TRAIN, "auc/train", .factor = 100, .style = 3},
        {"autoencoder: test", HISTORY_PRETRAIN, "auc/test", .factor = 100, .style = 1},
        {"autoencoder: validation", HISTORY_PRETRAIN, "auc/val", .factor = 100, .style = 4},
    };
    const struct panel panel = {"AUC in %", COUNT(series), series};
    return draw(curves, "auc", "Area under the ROC curve", &panel, 1, err);
}

static int accuracy(struct curves *curves, struct error *err) {
    const struct series series[] = {
        {"train", HISTORY_TRAIN, "accuracy/train", .factor = 100, .style = 0},
        {"validation", HISTORY_TRAIN, "accuracy/val", .factor = 100, .style = 2},
        {"test", HISTORY_TRAIN, "accuracy/test", .factor = 100, .style = 1},
    };
    const struct panel panel = {"accuracy in %", COUNT(series), series};
    return draw(curves, "accuracy", "Accuracy: scores above 0 taken for outliers", &panel, 1, err);
}

/* Of Deep SVDD the distances, which are the scores plus R2: a logarithmic axis can show them. */
static int score_quantiles(struct curves *curves, enum history_phase phase, struct error *err) {
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
        {"R²", phase, "radius_squared", .style = BLACK + N_COLORS},
    };
#undef BAND
#undef QUANTILE
    const char *label = svdd                        ? "squared distance from the centre"
                        : phase == HISTORY_PRETRAIN ? "reconstruction error"
                                                    : "score";
    const struct panel panel = {label, has_scores ? COUNT(series) : 0, series};
    return draw_of_phase(curves, phase, "score_quantiles", "Quantiles of the test scores", &panel,
                         1, err);
}

static int representation_norms(struct curves *curves, struct error *err) {
    const struct series series[] = {
        {"normal", HISTORY_TRAIN, "representation_norm/normal", .style = 0},
        {"outliers", HISTORY_TRAIN, "representation_norm/outlier", .style = 1},
        {"the centre's own", HISTORY_TRAIN, "center_norm", .style = BLACK + N_COLORS},
    };
    const struct panel panel = {"‖φ(x)‖, mean", COUNT(series), series};
    return draw(curves, "representation_norms", "Norms of the test images' representations", &panel,
                1, err);
}

static int center_radius(struct curves *curves, struct error *err) {
    const struct series radius[] = {{"R²", HISTORY_TRAIN, "radius_squared", .style = 0}};
    const struct series center[] = {{"‖c‖", HISTORY_TRAIN, "center_norm", .style = 1}};
    const struct panel panels[] = {{"squared radius", 1, radius},
                                   {"norm of the centre", 1, center}};
    return draw(curves, "center_radius", "Radius and centre", panels, COUNT(panels), err);
}

/* As many curves as the first epoch that has any names parameters. */
static int parameter_norms(struct curves *curves, enum history_phase phase, struct error *err) {
    enum { MAX_PARAMETERS = 64, PATH_SIZE = 96 };
    const struct history *history = &curves->plot->history;
    struct series series[MAX_PARAMETERS];
    char paths[MAX_PARAMETERS][PATH_SIZE];
    const cJSON *norms = NULL, *norm;
    size_t n = 0;
    for (size_t i = 0; norms == NULL && i < history->n_records; i++)
        if (history->records[i].phase == phase)
            norms = history_object(&history->records[i], "parameter_norms");
    cJSON_ArrayForEach(norm, norms) {
        if (n == MAX_PARAMETERS || strlen(norm->string) > LAYER_NAME_SIZE + 16 ||
            strchr(norm->string, '/') != NULL)
            continue;
        snprintf(paths[n], PATH_SIZE, "parameter_norms/%s", norm->string);
        series[n] = (struct series){norm->string, phase, paths[n], .style = n};
        n++;
    }
    const struct panel panel = {"Euclidean norm", n, series};
    return draw_of_phase(curves, phase, "parameter_norms", "Norms of the parameters", &panel, 1,
                         err);
}

/* ---- all of them */

static int draw_pretraining(struct curves *curves, struct error *err) {
    int status = objective(curves, HISTORY_PRETRAIN, err);
    if (!status)
        status = score_quantiles(curves, HISTORY_PRETRAIN, err);
    return status ? status : parameter_norms(curves, HISTORY_PRETRAIN, err);
}

static int draw_training(struct curves *curves, struct error *err) {
    int status = objective(curves, HISTORY_TRAIN, err);
    if (!status)
        status = accuracy(curves, err);
    if (!status)
        status = score_quantiles(curves, HISTORY_TRAIN, err);
    if (!status)
        status = representation_norms(curves, err);
    if (!status)
        status = center_radius(curves, err);
    return status ? status : parameter_norms(curves, HISTORY_TRAIN, err);
}

int plot_curves(struct plot *plot, struct error *err) {
    struct curves curves = {.plot = plot, .missing = ""};
    if (plot->history.n_records == 0)
        return STATUS_OK;
    int status = auc(&curves, err);
    if (!status && history_count(&plot->history, HISTORY_PRETRAIN) > 0)
        status = draw_pretraining(&curves, err);
    if (!status && history_count(&plot->history, HISTORY_TRAIN) > 0)
        status = draw_training(&curves, err);
    if (curves.missing[0] != '\0')
        plot_left_out(plot,
                      "not in history.jsonl, which has it with --nnet-diagnostics 1 and "
                      "--ae-diagnostics 1; left out: %s",
                      curves.missing);
    return status;
}
