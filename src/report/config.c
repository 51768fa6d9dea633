/* The options of the runs of each column: what they share, and what differs from run to run. */
#include "report/config.h"

#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "config/config.h"
#include "config/json.h"
#include "config/option.h"
#include "report/html.h"
#include "report/state.h"

enum { MAX_OTHERS = 64, MAX_VALUES = 12, N_EXAMPLES = 2, VALUE_SIZE = 200 };

/* The values of an option among the runs of a column. */
struct values {
    size_t n;                           /* different ones, as far as they were counted */
    bool more;                          /* there are more than MAX_VALUES */
    char texts[MAX_VALUES][VALUE_SIZE]; /* in the order of the runs */
};

static void value_text(const cJSON *item, char text[VALUE_SIZE]) {
    if (item == NULL)
        snprintf(text, VALUE_SIZE, "not given");
    else if (cJSON_IsString(item))
        snprintf(text, VALUE_SIZE, "%s", item->valuestring[0] != '\0' ? item->valuestring : "none");
    else if (cJSON_IsNumber(item))
        number_print_exact(text, VALUE_SIZE, item->valuedouble);
    else
        snprintf(text, VALUE_SIZE, "%s", cJSON_IsNull(item) ? "none" : "…");
}

static void add_value(struct values *values, const cJSON *item) {
    char text[VALUE_SIZE];
    if (values->more)
        return;
    value_text(item, text);
    for (size_t i = 0; i < values->n; i++)
        if (strcmp(values->texts[i], text) == 0)
            return;
    if (values->n < MAX_VALUES)
        memcpy(values->texts[values->n++], text, VALUE_SIZE);
    else
        values->more = true;
}

static struct values collect(const struct table_part *part, size_t column, const char *key) {
    struct values values = {0};
    for (size_t row = 0; row < part->n_rows; row++) {
        const struct table_cell *cell = table_cell(part, row, column);
        for (size_t i = 0; i < cell->n; i++)
            add_value(&values, cJSON_GetObjectItemCaseSensitive(cell->runs[i].run->config, key));
    }
    return values;
}

static void write_option(FILE *out, const char *key, const struct values *values) {
    fputs("<div><dt>", out);
    html_text(out, key);
    fputs("</dt><dd>", out);
    for (size_t i = 0; i < (values->more ? N_EXAMPLES : values->n); i++) {
        fputs(i > 0 ? ", " : "", out);
        html_text(out, values->texts[i]);
    }
    if (values->more)
        fprintf(out, ", … (more than %d values)", MAX_VALUES);
    fputs("</dd></div>\n", out);
}

/* Any run of a column. */
static const struct table_run *example(const struct table_part *part, size_t column) {
    for (size_t row = 0; row < part->n_rows; row++)
        if (table_cell(part, row, column)->n > 0)
            return &table_cell(part, row, column)->runs[0];
    return NULL;
}

/* The options that all runs have in common, or those that differ: first those of the table, in its
 * order, then others that the first run has. */
static void write_options(FILE *out, const struct table_part *part, size_t column, bool differing) {
    const struct listed_run *first = example(part, column)->run;
    size_t n_others = 0;
    for (size_t i = 0; i < option_count; i++) {
        char key[OPTION_KEY_SIZE];
        if (option_table[i].type == OPTION_SWITCH)
            continue;
        option_key(&option_table[i], key);
        const struct values values = collect(part, column, key);
        if ((values.n > 1) == differing)
            write_option(out, option_table[i].name, &values);
    }
    for (const cJSON *item = first->config->child; item != NULL && n_others < MAX_OTHERS;
         item = item->next) {
        if (option_find(item->string) != NULL || strcmp(item->string, CONFIG_SOURCE_KEY) == 0)
            continue;
        const struct values values = collect(part, column, item->string);
        if ((values.n > 1) == differing)
            write_option(out, item->string, &values);
        n_others++;
    }
}

static void write_column(const struct report *report, const struct table_part *part,
                         size_t column) {
    FILE *out = report->out;
    const int level = report_class_level(report);
    const struct table_run *any = example(part, column);
    if (any == NULL)
        return;
    fputs("<details class=\"options\"><summary>", out);
    report_key(out, part, column);
    fputs("</summary>\n", out);
    if (any->of_autoencoder)
        fputs("<p class=\"note\">Of the runs whose autoencoders these are.</p>\n", out);
    fprintf(out, "<h%d>Differs from run to run</h%d>\n<dl>\n", level, level);
    write_options(out, part, column, true);
    fprintf(out, "</dl>\n<h%d>The same in all</h%d>\n<dl>\n", level, level);
    write_options(out, part, column, false);
    fputs("</dl>\n</details>\n", out);
}

void report_configuration(const struct report *report) {
    FILE *out = report->out;
    fputs("<section id=\"configuration\" aria-labelledby=\"configuration-title\">\n"
          "<h2 id=\"configuration-title\">Configuration</h2>\n",
          out);
    for (size_t i = 0; i < report->table->n_parts; i++) {
        const struct table_part *part = &report->table->parts[i];
        char title[TABLE_TITLE_SIZE];
        report_part_title(part, title);
        if (report->table->n_parts > 1)
            html_element(out, "h3", title);
        for (size_t column = 0; column < part->n_columns; column++)
            write_column(report, part, column);
    }
    fputs("</section>\n", out);
}
