/* OpenBLAS chooses its kernels by the processor's model number when it is loaded, and a release
 * older than the processor may not know it: 0.3.21, which Debian 12 has, takes new AMD processors
 * for a Prescott of 2004 (OpenBLAS issue 4267) and is five times slower than it could be. The
 * choice can be overruled by an environment variable only, and only before the library is loaded.
 * So can the number of its own threads, which are of no use here and can hang when memory is
 * scarce. Hence the program sets the variables that its user has not set and starts itself anew. */
#include "cli/blas_core.h"

#include <limits.h>
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

/* The core type that OpenBLAS should have taken; NULL when its choice, or the user's, stands. */
static const char *better_core(void) {
    const char *right = cpu_openblas_core(), *chosen = openblas_get_corename();
    bool stands = getenv("OPENBLAS_CORETYPE") || !right || !chosen || is_modern(chosen);
    return stands ? NULL : right;
}

void blas_core_correct(char **argv) {
    const char *core = better_core();
    /* The variables are also what keeps this from happening twice. */
    if (core == NULL && getenv("OPENBLAS_NUM_THREADS") != NULL)
        return;
    if (setenv("OPENBLAS_NUM_THREADS", "1", 0) != 0 ||
        (core != NULL && setenv("OPENBLAS_CORETYPE", core, 1) != 0))
        return;
    /* by its path, so that the process keeps its name; if that fails, go on with what there is */
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    if (length > 0) {
        path[length] = '\0';
        execv(path, argv);
    }
}
