/* The cache of pretrained autoencoders. */
#include "experiment/pretrain_cache.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiment/model_file.h"
#include "io/file.h"
#include "io/safetensors.h"

enum { MAX_HISTORY = 1 << 26 };

static int entry_path(const struct run *run, char path[RUN_PATH_SIZE], struct error *err) {
    char name[64];
    snprintf(name, sizeof name, "%016" PRIx64 ".safetensors", run->state.fingerprint);
    return file_join(path, RUN_PATH_SIZE, run->config->pretrain_cache, name, err);
}

/* Adds what to do about an entry that cannot be read. */
static int unreadable(struct error *err, int status) {
    const struct error cause = *err;
    return error_set(err, status, "%s; remove it from the cache, and it is made again",
                     cause.message);
}

static int take(struct run *run, const char *path, const struct tensor_list *list,
                struct error *err) {
    const char *history = tensor_list_metadata(list, "history");
    const char *auc = tensor_list_metadata(list, "dcae_auc");
    if (!history || !auc)
        return error_set(err, STATUS_FAILED, "%s: not an entry of this cache: remove it", path);
    int status = model_read(path, run->autoencoder, err);
    if (status)
        return unreadable(err, status);
    status = journal_history(&run->journal, history, err);
    run->state.pretrained = true;
    run->state.dcae_auc = strtod(auc, NULL);
    return status ? status : run_note(run, err, "pretrained autoencoder taken from %s", path);
}

int pretrain_cache_take(struct run *run, bool *found, struct error *err) {
    char path[RUN_PATH_SIZE];
    struct tensor_list list = {0};
    *found = false;
    int status = run->config->pretrain_cache[0] ? entry_path(run, path, err) : STATUS_OK;
    if (status || !run->config->pretrain_cache[0] || !file_exists(path))
        return status;
    status = safetensors_read(path, &list, err);
    status = status ? unreadable(err, status) : take(run, path, &list, err);
    tensor_list_free(&list);
    *found = !status;
    return status;
}

int pretrain_cache_leave(struct run *run, struct error *err) {
    char path[RUN_PATH_SIZE], auc[64];
    struct bytes history = {0};
    if (!run->config->pretrain_cache[0])
        return STATUS_OK;
    int status = file_make_directories(run->config->pretrain_cache, err);
    if (!status)
        status = entry_path(run, path, err);
    if (!status)
        status = file_read(run->journal.history.path, MAX_HISTORY, &history, err);
    char *text = status ? NULL : strndup((const char *)history.data, history.size);
    if (!status && !text)
        status = error_set(err, STATUS_FAILED, "%s: out of memory", path);
    if (!status) {
        snprintf(auc, sizeof auc, "%a", run->state.dcae_auc);
        struct metadata metadata[] = {{"history", text}, {"dcae_auc", auc}};
        const struct model_extras extras = {.config = run->config,
                                            .preprocess = &run->data.preprocess,
                                            .metadata = metadata,
                                            .n_metadata = 2};
        status = model_write(path, run->autoencoder, &extras, err);
    }
    free(text);
    free(history.data);
    return status;
}
