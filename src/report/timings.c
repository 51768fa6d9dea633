/* How long runs took, how much memory, and on what. */
#include "report/timings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/html.h"
#include "report/state.h"

/* ---- means over the runs of a column */

struct mean {
    double sum;
    size_t n;
};

static void add(struct mean *mean, double value) {
    if (isnan(value))
        return;
    mean->sum += value;
    mean->n++;
}

struct timings {
    size_t n;
    struct mean pretrain, train, test, total, memory;
};

/* A run that took its autoencoder from a cache spent no time on pretraining. */
static struct timings sum_up(const struct table_part *part, size_t column) {
    struct timings timings = {0};
    for (size_t row = 0; row < part->n_rows; row++) {
        const struct table_cell *cell = table_cell(part, row, column);
        for (size_t i = 0; i < cell->n; i++) {
            const struct listed_run *run = cell->runs[i].run;
            if (cell->runs[i].of_autoencoder)
                continue;
            const double pretrain = listed_run_number(run, "seconds", "pretrain");
            timings.n++;
            add(&timings.pretrain, pretrain > 0 ? pretrain : (double)NAN);
            add(&timings.train, listed_run_number(run, "seconds", "train"));
            add(&timings.test, listed_run_number(run, "seconds", "test"));
            add(&timings.total, listed_run_number(run, "seconds", "total"));
            add(&timings.memory, 1e-6 * listed_run_number(run, "peak_memory_bytes", NULL));
        }
    }
    return timings;
}

static void write_mean(FILE *out, struct mean mean, size_t n_runs) {
    const double value = mean.sum / (double)mean.n;
    if (mean.n == 0)
        fputs("<td>–</td>", out);
    else if (mean.n < n_runs)
        fprintf(out, "<td>%.*f <small>(%zu of %zu runs)</small></td>", value < 10 ? 2 : 1, value,
                mean.n, n_runs);
    else
        fprintf(out, "<td>%.*f</td>", value < 10 ? 2 : 1, value);
}

static void write_column(FILE *out, const struct table_part *part, size_t column) {
    const struct timings timings = sum_up(part, column);
    if (timings.n == 0)
        return;
    fputs("<tr><th scope=\"row\">", out);
    report_key(out, part, column);
    fprintf(out, "</th><td>%zu</td>", timings.n);
    write_mean(out, timings.pretrain, timings.n);
    write_mean(out, timings.train, timings.n);
    write_mean(out, timings.test, timings.n);
    write_mean(out, timings.total, timings.n);
    write_mean(out, timings.memory, timings.n);
    fputs("</tr>\n", out);
}

static void write_part(const struct report *report, const struct table_part *part) {
    FILE *out = report->out;
    char title[TABLE_TITLE_SIZE];
    report_part_title(part, title);
    if (report->table->n_parts > 1)
        html_element(out, "h3", title);
    fputs("<div class=\"scroll\" tabindex=\"0\" role=\"region\"", out);
    html_attribute(out, "aria-label", "Table of timings: %s", title);
    fputs(">\n<table class=\"numbers\">\n<caption>Means in seconds; memory in MB</caption>\n"
          "<thead><tr><th scope=\"col\">method</th><th scope=\"col\">runs</th>"
          "<th scope=\"col\">pretraining</th><th scope=\"col\">training</th>"
          "<th scope=\"col\">test</th><th scope=\"col\">whole run</th>"
          "<th scope=\"col\">memory</th></tr></thead>\n<tbody>\n",
          out);
    for (size_t column = 0; column < part->n_columns; column++)
        write_column(out, part, column);
    fputs("</tbody>\n</table>\n</div>\n", out);
}

/* ---- machines */

enum { N_FACTS = 5, MAX_MACHINES = 32, FACT_SIZE = 128 };

static const char *const facts[N_FACTS] = {"cpu", "simd", "blas_core", "threads", "version"};
static const char *const fact_titles[N_FACTS] = {"processor", "instructions", "BLAS kernels",
                                                 "threads", "deepsvdd"};

struct machine {
    char facts[N_FACTS][FACT_SIZE];
    size_t n; /* runs on it */
};

static struct machine machine_of(const struct listed_run *run) {
    const cJSON *environment = cJSON_GetObjectItemCaseSensitive(run->results, "environment");
    struct machine machine = {.n = 1};
    for (size_t i = 0; i < N_FACTS; i++) {
        const cJSON *item = cJSON_GetObjectItemCaseSensitive(environment, facts[i]);
        if (cJSON_IsString(item))
            snprintf(machine.facts[i], FACT_SIZE, "%s", item->valuestring);
        else if (cJSON_IsNumber(item))
            snprintf(machine.facts[i], FACT_SIZE, "%g", item->valuedouble);
    }
    return machine;
}

/* Counts the run where its machine is listed already, or lists it; the last place is for all that
 * have none. */
static void add_machine(struct machine *machines, size_t *n, const struct listed_run *run) {
    const struct machine machine = machine_of(run);
    for (size_t i = 0; i < *n; i++)
        if (memcmp(machines[i].facts, machine.facts, sizeof machine.facts) == 0) {
            machines[i].n++;
            return;
        }
    if (*n < MAX_MACHINES)
        machines[(*n)++] = machine;
    else
        machines[MAX_MACHINES - 1].n++;
}

static void write_machine(FILE *out, const struct machine *machine) {
    fputs("<tr>", out);
    for (size_t i = 0; i < N_FACTS; i++)
        html_element(out, "td", machine->facts[i]);
    fprintf(out, "<td>%zu</td></tr>\n", machine->n);
}

static void write_machines(const struct report *report) {
    FILE *out = report->out;
    struct machine *machines = calloc(MAX_MACHINES, sizeof *machines);
    size_t n = 0;
    if (machines == NULL) {
        report_left_out(out, "machines, for want of memory");
        return;
    }
    for (size_t i = 0; i < report->table->n_runs; i++)
        if (!report->table->runs[i].of_autoencoder)
            add_machine(machines, &n, report->table->runs[i].run);
    fputs("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Machines\">\n"
          "<table>\n<caption>Where the runs were made</caption>\n<thead><tr>",
          out);
    for (size_t i = 0; i < N_FACTS; i++)
        fprintf(out, "<th scope=\"col\">%s</th>", fact_titles[i]);
    fputs("<th scope=\"col\">runs</th></tr></thead>\n<tbody>\n", out);
    for (size_t i = 0; i < n; i++)
        write_machine(out, &machines[i]);
    fputs("</tbody>\n</table>\n</div>\n", out);
    free(machines);
}

void report_timings(const struct report *report) {
    fputs("<section id=\"timings\" aria-labelledby=\"timings-title\">\n"
          "<h2 id=\"timings-title\">Timings</h2>\n",
          report->out);
    for (size_t i = 0; i < report->table->n_parts; i++)
        write_part(report, &report->table->parts[i]);
    write_machines(report);
    fputs("<p class=\"note\">A run that took its autoencoder from the cache of another one, or had "
          "none, does not count under pretraining. An autoencoder that was trained for another "
          "method is part of that method’s time.</p>\n</section>\n",
          report->out);
}
