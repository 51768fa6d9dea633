/* OpenBLAS chooses its kernels by the processor's model number when it is loaded, and a release
 * older than the processor may not know it: 0.3.21, which Debian 12 has, takes new AMD processors
 * for a Prescott of 2004 (OpenBLAS issue 4267) and is five times slower than it could be. The
 * choice can be overruled by an environment variable only, and only before the library is loaded:
 * hence the program, when it finds itself so, sets the variable and starts itself anew. */
#include "cli/blas_core.h"

#include <stdbool.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

#include <cblas.h>

#include "base/cpu.h"

/* The cores with kernels for AVX2 or better. With one of them OpenBLAS has recognised what counts,
 * and its own choice stands. */
static bool is_modern(const char *core) {
    static const char *const names[] = {"Haswell",  "Zen",        "Excavator",
                                        "SkylakeX", "Cooperlake", "SapphireRapids"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcasecmp(core, names[i]) == 0)
            return true;
    }
    return false;
}

void blas_core_correct(char **argv) {
    /* The variable is also what keeps this from happening twice. */
    if (getenv("OPENBLAS_CORETYPE") != NULL)
        return;
    const char *right = cpu_openblas_core();
    const char *chosen = openblas_get_corename();
    if (right == NULL || chosen == NULL || is_modern(chosen) ||
        setenv("OPENBLAS_CORETYPE", right, 1) != 0)
        return;
    setenv("OPENBLAS_NUM_THREADS", "1", 0);
    execv("/proc/self/exe", argv);
    unsetenv("OPENBLAS_CORETYPE");
}
