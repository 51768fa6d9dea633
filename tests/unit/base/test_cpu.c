#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/cpu.h"

/* True when the kernel lists the feature; *known tells whether it lists any. */
static bool kernel_lists(const char *feature, bool *known) {
    char line[8192];
    bool found = false;
    *known = false;
    FILE *file = fopen("/proc/cpuinfo", "r");
    if (file == NULL)
        return false;
    while (!*known && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "flags", 5) != 0)
            continue;
        *known = true;
        for (char *word = strtok(line, " \t\n"); word != NULL; word = strtok(NULL, " \t\n"))
            found = found || strcmp(word, feature) == 0;
    }
    fclose(file);
    return found;
}

static void features_agree_with_the_kernel(void **state) {
    (void)state;
    bool known;
    bool avx2 = kernel_lists("avx2", &known) && kernel_lists("fma", &known);
    bool avx512 = kernel_lists("avx512f", &known) && kernel_lists("avx512bw", &known) &&
                  kernel_lists("avx512dq", &known) && kernel_lists("avx512vl", &known);
    kernel_lists("", &known);
    if (!known)
        skip();
    assert_int_equal(cpu_has_avx2(), avx2);
    assert_int_equal(cpu_has_avx512(), avx512);
}

static void openblas_core_fits(void **state) {
    (void)state;
    const char *core = cpu_openblas_core();
    if (cpu_has_avx512())
        assert_string_equal(core, "SkylakeX");
    else if (cpu_has_avx2())
        assert_string_equal(core, "Haswell");
    else
        assert_null(core);
}

static void name_fits_its_place(void **state) {
    (void)state;
    char name[256] = "";
    cpu_model_name(name, sizeof name);
    assert_true(name[0] != '\0');
    assert_null(strchr(name, '\n'));
    char small[4] = "xxx";
    cpu_model_name(small, sizeof small);
    assert_int_equal(strlen(small), 3);
    assert_memory_equal(small, name, 3);
    small[0] = 'y';
    cpu_model_name(small, 0);
    assert_int_equal(small[0], 'y');
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(features_agree_with_the_kernel),
        cmocka_unit_test(openblas_core_fits),
        cmocka_unit_test(name_fits_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
