/* Tables as Markdown and LaTeX, against values worked out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "table/fixture.h"

static void markdown_is_as_worked_out_by_hand(void **state) {
    struct fixture *fixture = *state;
    write_grid(fixture->scratch);
    build(fixture, "auc");
    assert_string_equal(
        written(fixture, TABLE_MARKDOWN),
        "mnist, one class against all others: test AUC in %, mean and standard deviation over "
        "seeds\n"
        "\n"
        "| normal | DCAE | n | paper | diff | soft-boundary | n | paper | diff | one-class | n | "
        "paper | diff |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
        "| 0 | 97.0 ± 1.4 | 2 | 97.6 ± 0.7 | -0.6 | 97.5 | 1 | 97.8 ± 0.7 | -0.3 | 98.0 ± 1.0 | 3 "
        "| 98.0 ± 0.7 | 0.0 |\n"
        "| 1 | - | 0 | 98.3 ± 0.6 | - | - | 0 | 99.6 ± 0.1 | - | 99.5 ± 0.4 | 2 | 99.7 ± 0.1 | "
        "-0.2\\* |\n"
        "| 3 | - | 0 | 86.7 ± 0.9 | - | - | 0 | 90.3 ± 2.1 | - | 90.0 | 1 | 91.9 ± 1.5 | -1.9\\* "
        "|\n"
        "| average | 97.0 | | 97.6 | -0.6 | 97.5 | | 97.8 | -0.3 | 95.8 | | 96.5 | -0.7 |\n"
        "\n"
        "- n: number of runs\n"
        "- diff: ours minus the paper's\n"
        "- \\*: more than the paper's standard deviation (0.05 if printed as 0.0), compared before "
        "rounding\n"
        "- DCAE: with the autoencoders that runs of other methods pretrained\n"
        "- DCAE: average over 1 of 10 classes (0), the paper's too\n"
        "- soft-boundary: average over 1 of 10 classes (0), the paper's too\n"
        "- one-class: average over 3 of 10 classes (0, 1, 3), the paper's too\n");
}

static void latex_is_as_worked_out_by_hand(void **state) {
    struct fixture *fixture = *state;
    write_run(fixture->scratch, &grid[0]);
    write_run(fixture->scratch, &grid[1]);
    write_run(fixture->scratch,
              &(struct written_run){.name = "odd",
                                    .dataset = "50%_of #1\\\\~^{}$",
                                    .seed = 1,
                                    .auc = "0.5",
                                    .collapsed = true,
                                    .more = "\"normal_name\": \"7 (a_b & c^~<>|\\\\)\""});
    build(fixture, "auc");
    assert_string_equal(
        written(fixture, TABLE_LATEX),
        "\\begin{table}[htbp]\n"
        "\\centering\n"
        "\\caption{50\\%\\_of \\#1\\textbackslash{}\\textasciitilde{}\\textasciicircum{}\\{\\}\\$, "
        "one class against all others: test AUC in \\%, mean and standard deviation over seeds.\n"
        "n: number of runs.\n"
        "\\dag{}: with collapsed runs (1 of 1), which are counted, though their AUC means "
        "nothing.}\n"
        "\\begin{tabular}{llr}\n"
        "\\hline\n"
        " & \\multicolumn{2}{l}{one-class} \\\\\n"
        "normal & ours & n \\\\\n"
        "\\hline\n"
        "7 (a\\_b \\& c\\textasciicircum{}\\textasciitilde{}$<$$>$$|$\\textbackslash{}) & "
        "$50.0$\\dag{} & 1 \\\\\n"
        "\\hline\n"
        "\\end{tabular}\n"
        "\\end{table}\n"
        "\n"
        "\\begin{table}[htbp]\n"
        "\\centering\n"
        "\\caption{mnist, one class against all others: test AUC in \\%, mean and standard "
        "deviation over seeds.\n"
        "n: number of runs.\n"
        "diff: ours minus the paper's.\n"
        "*: more than the paper's standard deviation (0.05 if printed as 0.0), compared before "
        "rounding.\n"
        "DCAE: with the autoencoders that runs of other methods pretrained.}\n"
        "\\begin{tabular}{llrlrlrlr}\n"
        "\\hline\n"
        " & \\multicolumn{4}{l}{DCAE} & \\multicolumn{4}{l}{one-class} \\\\\n"
        "normal & ours & n & paper & diff & ours & n & paper & diff \\\\\n"
        "\\hline\n"
        "0 & $97.0 \\pm 1.4$ & 2 & $97.6 \\pm 0.7$ & $-0.6$ & $97.5 \\pm 0.7$ & 2 & $98.0 \\pm "
        "0.7$ & $-0.5$ \\\\\n"
        "\\hline\n"
        "\\end{tabular}\n"
        "\\end{table}\n");
}

/* The mark stands at the number; what is special to Markdown is escaped below the table too. */
static void markdown_marks_collapsed_runs(void **state) {
    struct fixture *fixture = *state;
    const struct written_run runs[] = {
        {.name = "a", .dataset = "own", .auc = "0.5", .collapsed = true},
        {.name = "b",
         .dataset = "own",
         .auc = "1",
         .config = "\"of_a_later_version\": [1, 2, 3, 4, 5, 6]"},
    };
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++)
        write_run(fixture->scratch, &runs[i]);
    build(fixture, "auc");
    assert_string_equal(
        written(fixture, TABLE_MARKDOWN),
        "own, one class against all others: test AUC in %, mean and standard deviation over seeds\n"
        "\n"
        "| normal | one-class (1) | n | one-class (2) | n |\n"
        "| --- | --- | --- | --- | --- |\n"
        "| 0 | 100.0 | 1 | 50.0† | 1 |\n"
        "\n"
        "- n: number of runs\n"
        "- †: with collapsed runs (1 of 2), which are counted, though their AUC means nothing\n"
        "- one-class (1): of\\_a\\_later\\_version \\[1,2,3,4,5,6\\]\n"
        "- one-class (2): of\\_a\\_later\\_version none\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(markdown_is_as_worked_out_by_hand),
        TEST(latex_is_as_worked_out_by_hand),
        TEST(markdown_marks_collapsed_runs),
    };
    return cmocka_run_group_tests_name("table_markup", tests, NULL, NULL);
}
