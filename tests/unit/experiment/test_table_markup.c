/* Tables as Markdown and LaTeX, against values worked out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "experiment/table_fixture.h"

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
        "- diff: ours minus the paper's; \\*: more than the paper's standard deviation (0.05 if "
        "printed as 0.0)\n"
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
                                    .more = "\"normal_name\": \"7 (a_b & c^~<>|\\\\)\""});
    build(fixture, "auc");
    assert_string_equal(
        written(fixture, TABLE_LATEX),
        "% 50%_of #1\\~^{}$, one class against all others: test AUC in %, mean and standard "
        "deviation over seeds\n"
        "% n: number of runs\n"
        "\\begin{tabular}{llr}\n"
        "\\hline\n"
        " & \\multicolumn{2}{l}{one-class} \\\\\n"
        "normal & ours & n \\\\\n"
        "\\hline\n"
        "7 (a\\_b \\& c\\textasciicircum{}\\textasciitilde{}$<$$>$$|$\\textbackslash{}) & $50.0$ & "
        "1 "
        "\\\\\n"
        "\\hline\n"
        "\\end{tabular}\n"
        "\n"
        "% mnist, one class against all others: test AUC in %, mean and standard deviation over "
        "seeds\n"
        "% n: number of runs\n"
        "% diff: ours minus the paper's; *: more than the paper's standard deviation (0.05 if "
        "printed as 0.0)\n"
        "% DCAE: with the autoencoders that runs of other methods pretrained\n"
        "\\begin{tabular}{llrlrlrlr}\n"
        "\\hline\n"
        " & \\multicolumn{4}{l}{DCAE} & \\multicolumn{4}{l}{one-class} \\\\\n"
        "normal & ours & n & paper & diff & ours & n & paper & diff \\\\\n"
        "\\hline\n"
        "0 & $97.0 \\pm 1.4$ & 2 & $97.6 \\pm 0.7$ & $-0.6$ & $97.5 \\pm 0.7$ & 2 & $98.0 \\pm "
        "0.7$ & $-0.5$ \\\\\n"
        "\\hline\n"
        "\\end{tabular}\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(markdown_is_as_worked_out_by_hand),
        TEST(latex_is_as_worked_out_by_hand),
    };
    return cmocka_run_group_tests_name("table_markup", tests, NULL, NULL);
}
