/* Which kernels run on this processor. */
#include "nn/kernels/kernels.h"

#include <stdbool.h>
#include <string.h>

#include "base/cpu.h"
#include "nn/kernels/lanes/table.h"

static bool always(void) {
    return true;
}

/* Best first. */
static const struct {
    const struct kernels *kernels;
    bool (*supported)(void);
} kernel_table[] = {
#ifdef __x86_64__
    {&kernels_avx512, cpu_has_avx512},
    {&kernels_avx2, cpu_has_avx2},
#endif
    {&kernels_blas, always},
};

int kernels_find(const struct kernels **kernels, const char *name, struct error *err) {
    bool automatic = strcmp(name, "auto") == 0;
    for (size_t i = 0; i < sizeof kernel_table / sizeof *kernel_table; i++) {
        bool named = strcmp(name, kernel_table[i].kernels->name) == 0;
        if (!automatic && !named)
            continue;
        if (kernel_table[i].supported()) {
            *kernels = kernel_table[i].kernels;
            return STATUS_OK;
        }
        if (named)
            return error_set(err, STATUS_USAGE, "kernel %s: this processor lacks the instructions",
                             name);
    }
    return error_set(err, STATUS_USAGE, "kernel %s: not built in", name);
}
