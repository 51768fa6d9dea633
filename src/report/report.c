/* The page as a whole: head, navigation, the sections in order. */
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "deepsvdd.h"
#include "report/class.h"
#include "report/config.h"
#include "report/html.h"
#include "report/mosaics.h"
#include "report/results.h"
#include "report/seeds.h"
#include "report/state.h"
#include "report/style.h"
#include "report/timings.h"

/* Nothing may be loaded or run, whatever is on the page. */
static const char policy[] = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/* "MNIST, CIFAR-10" */
static void write_datasets(const struct report *report) {
    const struct table_part *parts = report->table->parts;
    const char *before = "";
    for (size_t i = 0; i < report->table->n_parts; i++) {
        if (i > 0 && strcmp(parts[i].dataset, parts[i - 1].dataset) == 0)
            continue;
        html_format(report->out, "%s%s", before, report_dataset_title(parts[i].dataset));
        before = ", ";
    }
}

static void write_head(const struct report *report) {
    FILE *out = report->out;
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n",
          out);
    fprintf(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"%s\">\n", policy);
    fputs("<link rel=\"icon\" href=\"data:,\">\n<title>Deep SVDD: ", out);
    write_datasets(report);
    fputs("</title>\n<style>\n", out);
    fputs(report_style, out);
    fputs("</style>\n</head>\n", out);
}

static void write_navigation(const struct report *report) {
    fputs("<nav class=\"sections\" aria-label=\"Sections\">\n<ul>\n"
          "<li><a href=\"#results\">Results</a></li>\n<li><a href=\"#seeds\">Each seed</a></li>\n",
          report->out);
    if (report->table->n_remarks > 0)
        fputs("<li><a href=\"#remarks\">Remarks</a></li>\n", report->out);
    fputs("<li><a href=\"#classes\">Classes</a></li>\n<li><a href=\"#timings\">Timings</a></li>\n"
          "<li><a href=\"#configuration\">Configuration</a></li>\n</ul>\n</nav>\n",
          report->out);
}

/* How many of the list's runs count in the table. */
static size_t count_runs(const struct report *report) {
    size_t n = 0;
    for (size_t i = 0; i < report->table->n_runs; i++)
        n += !report->table->runs[i].of_autoencoder;
    return n;
}

static void write_header(const struct report *report) {
    FILE *out = report->out;
    const size_t n = count_runs(report), n_found = report->list->n;
    fputs("<body>\n<a class=\"skip\" href=\"#results\">Skip to the results</a>\n<header>\n"
          "<p class=\"over\">Deep Support Vector Data Description</p>\n<h1>",
          out);
    write_datasets(report);
    fprintf(out,
            "</h1>\n<p>How well one-class models tell normal images from outliers: the "
            "area under the ROC curve (AUC) of their anomaly scores on the test set. "
            "<strong>%zu run%s</strong>",
            n, n == 1 ? "" : "s");
    if (n_found > n)
        fprintf(out, " of %zu found; the others are named under <a href=\"#remarks\">remarks</a>",
                n_found);
    fputs(".</p>\n", out);
    fputs("</header>\n", out);
    write_navigation(report);
    fputs("<main>\n", out);
}

static void write_footer(const struct report *report) {
    fputs("</main>\n<footer><p>Made by deepsvdd " DEEPSVDD_VERSION
          " with <code>deepsvdd report</code>. “Paper” is Table 1 of Ruff et al., "
          "<cite>Deep One-Class Classification</cite>, ICML 2018.</p></footer>\n</body>\n</html>\n",
          report->out);
}

static void write_page(struct report *report) {
    write_head(report);
    write_header(report);
    report_results(report);
    report_seeds(report);
    report_remarks(report);
    report_classes(report);
    report_timings(report);
    report_configuration(report);
    write_footer(report);
}

int report_make(const struct run_list *list, const struct table *table,
                const struct report_options *options, char **page, size_t *size,
                struct error *err) {
    struct report report = {.list = list, .table = table, .options = options};
    *page = NULL;
    report.out = open_memstream(page, size);
    if (report.out == NULL)
        return error_set(err, STATUS_NO_MEMORY, "out of memory");
    locale_t before = number_point_begin();
    write_page(&report);
    number_point_end(before);
    report_images_free(&report.images);
    const bool failed = ferror(report.out) != 0;
    if (fclose(report.out) == 0 && !failed)
        return STATUS_OK;
    free(*page);
    *page = NULL;
    return error_set(err, STATUS_NO_MEMORY, "out of memory");
}
