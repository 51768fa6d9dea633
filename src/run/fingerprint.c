#include <string.h>

#include <cblas.h>

#include "base/hash.h"
#include "config/option.h"
#include "run/fingerprint.h"
#include "run/revision.h"

static uint64_t hash_text(uint64_t hash, const char *text) {
    return hash_bytes(hash, text, strlen(text) + 1);
}

/* The images of a set in the order in which they are used, with their labels. */
static uint64_t hash_set(uint64_t hash, const struct image_set *set) {
    const struct batch_set *batches = &set->batches;
    size_t n = batches->n_batches * batches->groups_per_batch * batches->n_values * LANES;
    hash = hash_bytes(hash, &set->selection.n, sizeof set->selection.n);
    hash = hash_bytes(hash, set->selection.outlier, set->selection.n);
    return hash_bytes(hash, batches->values, n * sizeof *batches->values);
}

uint64_t run_fingerprint(const struct run *run) {
    uint64_t hash = hash_text(HASH_START, run_revision());
    hash = hash_text(hash, run->kernels->name);
    if (strcmp(run->kernels->name, "blas") == 0)
        hash = hash_text(hash, openblas_get_corename());
    for (size_t i = 0; i < option_count; i++) {
        char value[CONFIG_PATH_SIZE];
        if (!option_table[i].shapes_pretraining)
            continue;
        option_print(run->config, &option_table[i], value, sizeof value);
        hash = hash_text(hash_text(hash, option_table[i].name), value);
    }
    for (size_t i = 0; i < N_SETS; i++)
        hash = hash_set(hash, &run->data.sets[i]);
    return hash;
}
