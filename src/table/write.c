/* Which file writes which format. */
#include "table/write.h"

#include "base/number.h"
#include "table/data.h"
#include "table/markup.h"
#include "table/text.h"

const char *const table_format_names[N_TABLE_FORMATS] = {
    [TABLE_TEXT] = "text",   [TABLE_MARKDOWN] = "markdown", [TABLE_CSV] = "csv",
    [TABLE_LATEX] = "latex", [TABLE_JSON] = "json",
};

static int write_format(const struct table *table, enum table_format format, FILE *out,
                        struct error *err) {
    if (format == TABLE_JSON)
        return table_write_json(table, out, err);
    if (format == TABLE_CSV)
        table_write_csv(table, out);
    int status = STATUS_OK;
    for (size_t i = 0; format != TABLE_CSV && status == STATUS_OK && i < table->n_parts; i++) {
        const struct table_part *part = &table->parts[i];
        if (i > 0)
            fputc('\n', out);
        if (format == TABLE_MARKDOWN)
            status = table_write_markdown(table, part, out, err);
        else if (format == TABLE_LATEX)
            status = table_write_latex(table, part, out, err);
        else
            status = table_write_text(table, part, out, err);
    }
    return status;
}

int table_write(const struct table *table, enum table_format format, FILE *out, struct error *err) {
    locale_t before = number_point_begin();
    const int status = write_format(table, format, out, err);
    number_point_end(before);
    return status;
}
