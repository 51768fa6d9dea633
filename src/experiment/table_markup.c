/* Tables to be pasted into documents: Markdown and LaTeX. */
#include <string.h>

#include "experiment/table_format.h"

/* ---- Markdown */

static const struct table_style markdown = {
    .begin = "", .end = "", .plus_minus = " ± ", .mark = "\\*", .no_mark = ""};

static const char markdown_special[] = "\\`*_{}[]<>#|~";

/* The method's name is the heading of its own numbers; those beside it belong to it. */
void table_write_markdown(const struct table *table, const struct table_part *part, FILE *out) {
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
    table_write_notes(part, "- ", markdown.mark, out);
}

/* ---- LaTeX, without packages */

static const struct table_style latex = {
    .begin = "$", .end = "$", .plus_minus = " \\pm ", .mark = "*", .no_mark = ""};

/* What a backslash before it does not make a letter of has a name. */
static void write_latex_text(const char *text, FILE *out) {
    static const char *const named[][2] = {
        {"\\", "\\textbackslash{}"},
        {"~", "\\textasciitilde{}"},
        {"^", "\\textasciicircum{}"},
        {"<", "$<$"},
        {">", "$>$"},
        {"|", "$|$"},
    };
    for (; *text != '\0'; text++) {
        const char one[] = {*text, '\0'};
        const char *name = NULL;
        for (size_t i = 0; i < sizeof named / sizeof named[0]; i++)
            if (strcmp(one, named[i][0]) == 0)
                name = named[i][1];
        if (name != NULL)
            fputs(name, out);
        else
            table_escape(one, "#$%&_{}", out);
    }
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

void table_write_latex(const struct table *table, const struct table_part *part, FILE *out) {
    char title[TABLE_TITLE_SIZE], name[TABLE_ROW_SIZE], texts[N_CELL_TEXTS][TABLE_TEXT_SIZE];
    table_title(table, part, title);
    fprintf(out, "%% %s\n", title);
    table_write_notes(part, "% ", latex.mark, out);
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
    fputs("\\hline\n\\end{tabular}\n", out);
}
