/* Tables to be pasted into documents: Markdown and LaTeX. */
#include "table/markup.h"

#include <stdlib.h>
#include <string.h>

#include "table/format.h"

/* ---- Markdown */

static const struct table_style markdown = {
    .begin = "", .end = "", .plus_minus = " ± ", .mark = "\\*", .no_mark = ""};

static const char markdown_special[] = "\\`*_{}[]<>#|~";

static int markdown_notes(const struct table_part *part, FILE *out, struct error *err) {
    char *notes = table_notes(part, "*", err), *rest = NULL;
    if (notes == NULL)
        return STATUS_NO_MEMORY;
    for (char *line = strtok_r(notes, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        fputs("- ", out);
        table_escape(line, markdown_special, out);
        fputc('\n', out);
    }
    free(notes);
    return STATUS_OK;
}

/* The method's name is the heading of its own numbers; those beside it belong to it. */
int table_write_markdown(const struct table *table, const struct table_part *part, FILE *out,
                         struct error *err) {
    char title[TABLE_TITLE_SIZE], name[TABLE_ROW_SIZE], texts[N_CELL_TEXTS][TABLE_TEXT_SIZE];
    const size_t n_texts = table_n_texts(part);
    table_title(table, part, title);
    table_escape(title, markdown_special, out);
    fprintf(out, "\n\n| %s |", table_rows_heading(part));
    for (size_t column = 0; column < part->n_columns; column++) {
        fputc(' ', out);
        table_escape(part->columns[column].heading, markdown_special, out);
        fputs(" |", out);
        for (size_t i = TEXT_N; i < n_texts; i++)
            fprintf(out, " %s |", table_text_headings[i]);
    }
    fputs("\n| --- |", out);
    for (size_t i = 0; i < part->n_columns * n_texts; i++)
        fputs(" --- |", out);
    fputc('\n', out);
    for (size_t row = 0; row < table_n_lines(part); row++) {
        table_row_text(part, row, name);
        fputs("| ", out);
        table_escape(name, markdown_special, out);
        fputs(" |", out);
        for (size_t column = 0; column < part->n_columns; column++) {
            table_cell_texts(part, row, column, &markdown, 0, texts);
            for (size_t i = 0; i < n_texts; i++)
                fprintf(out, "%s%s |", texts[i][0] != '\0' ? " " : "", texts[i]);
        }
        fputc('\n', out);
    }
    fputc('\n', out);
    return markdown_notes(part, out, err);
}

/* ---- LaTeX, without packages */

static const struct table_style latex = {
    .begin = "$",
    .end = "$",
    .plus_minus = " \\pm ",
    .mark = "*",
    .no_mark = "",
    .collapsed = "\\dag{}",
};

/* What a backslash before it does not make a letter of has a name. */
static void write_latex_text(const char *text, FILE *out) {
    static const char *const named[][2] = {
        {TABLE_COLLAPSED, "\\dag{}"},
        {"\\", "\\textbackslash{}"},
        {"~", "\\textasciitilde{}"},
        {"^", "\\textasciicircum{}"},
        {"<", "$<$"},
        {">", "$>$"},
        {"|", "$|$"},
    };
    for (size_t length; *text != '\0'; text += length) {
        const char one[] = {*text, '\0'};
        const char *name = NULL;
        length = 1;
        for (size_t i = 0; name == NULL && i < sizeof named / sizeof named[0]; i++)
            if (strncmp(text, named[i][0], strlen(named[i][0])) == 0) {
                name = named[i][1];
                length = strlen(named[i][0]);
            }
        if (name != NULL)
            fputs(name, out);
        else
            table_escape(one, "#$%&_{}", out);
    }
}

/* Title and notes, for all to see. */
static int latex_caption(const struct table *table, const struct table_part *part, FILE *out,
                         struct error *err) {
    char title[TABLE_TITLE_SIZE];
    char *notes = table_notes(part, latex.mark, err), *rest = NULL;
    if (notes == NULL)
        return STATUS_NO_MEMORY;
    table_title(table, part, title);
    fputs("\\caption{", out);
    write_latex_text(title, out);
    for (char *line = strtok_r(notes, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        fputs(".\n", out);
        write_latex_text(line, out);
    }
    fputs(".}\n", out);
    free(notes);
    return STATUS_OK;
}

static void latex_head(const struct table_part *part, FILE *out) {
    const size_t n_texts = table_n_texts(part);
    fputs("\\begin{tabular}{l", out);
    for (size_t column = 0; column < part->n_columns; column++)
        fputs(part->has_paper ? "lrlr" : "lr", out);
    fputs("}\n\\hline\n", out);
    for (size_t column = 0; column < part->n_columns; column++) {
        fprintf(out, " & \\multicolumn{%zu}{l}{", n_texts);
        write_latex_text(part->columns[column].heading, out);
        fputc('}', out);
    }
    fprintf(out, " \\\\\n%s", table_rows_heading(part));
    for (size_t column = 0; column < part->n_columns; column++)
        for (size_t i = 0; i < n_texts; i++)
            fprintf(out, " & %s", table_text_headings[i]);
    fputs(" \\\\\n\\hline\n", out);
}

int table_write_latex(const struct table *table, const struct table_part *part, FILE *out,
                      struct error *err) {
    char name[TABLE_ROW_SIZE], texts[N_CELL_TEXTS][TABLE_TEXT_SIZE];
    fputs("\\begin{table}[htbp]\n\\centering\n", out);
    const int status = latex_caption(table, part, out, err);
    if (status != STATUS_OK)
        return status;
    latex_head(part, out);
    for (size_t row = 0; row < table_n_lines(part); row++) {
        table_row_text(part, row, name);
        if (row == part->n_rows)
            fputs("\\hline\n", out);
        write_latex_text(name, out);
        for (size_t column = 0; column < part->n_columns; column++) {
            table_cell_texts(part, row, column, &latex, 0, texts);
            for (size_t i = 0; i < table_n_texts(part); i++)
                fprintf(out, " &%s%s", texts[i][0] != '\0' ? " " : "", texts[i]);
        }
        fputs(" \\\\\n", out);
    }
    fputs("\\hline\n\\end{tabular}\n\\end{table}\n", out);
    return STATUS_OK;
}
