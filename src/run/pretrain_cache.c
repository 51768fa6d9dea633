/* The cache of pretrained autoencoders. */
#include "run/pretrain_cache.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/number.h"
#include "io/file.h"
#include "io/safetensors.h"
#include "model/file.h"
#include "run/notes.h"

enum { MAX_HISTORY = 1 << 26 };

/* The file of the run's fingerprint in the cache. */
static int cache_path(const struct run *run, const char *extension, char path[RUN_PATH_SIZE],
                      struct error *err) {
    char name[64];
    file_path(name, sizeof name, "%016" PRIx64 ".%s", run->state.fingerprint, extension);
    return file_join(path, RUN_PATH_SIZE, run->config->pretrain_cache, name, err);
}

/* Reads an entry. What is wrong with it leaves the run as it was, so that it can pretrain. */
static int read_entry(struct run *run, const char *path, const struct tensor_list *list,
                      struct error *err) {
    const char *auc = tensor_list_metadata(list, "dcae_auc");
    if (!tensor_list_metadata(list, "history") || !auc)
        return error_set(err, STATUS_DAMAGED, "%s: not an entry of this cache", path);
    double value;
    if (!number_parse(auc, &value))
        return error_set(err, STATUS_DAMAGED, "%s: its AUC is no number", path);
    int status = model_read(path, run->config, run->autoencoder.network, err);
    if (!status)
        run->state.dcae_auc = value;
    return status;
}

static int take(struct run *run, const char *path, bool *found, struct error *err) {
    struct tensor_list list = {0};
    int status = safetensors_read(path, &list, err);
    if (!status)
        status = read_entry(run, path, &list, err);
    *found = !status;
    if (status == STATUS_NO_MEMORY) {
        tensor_list_free(&list);
        return status; /* nothing is wrong with the entry */
    }
    if (status) {
        const struct error cause = *err;
        status = run_note(run, err, "%s; pretraining anew, which replaces this entry of the cache",
                          cause.message);
    } else {
        run->state.pretrained = true;
        status = journal_history(&run->journal, tensor_list_metadata(&list, "history"), err);
        if (!status)
            status = run_note(run, err, "pretrained autoencoder taken from %s", path);
    }
    tensor_list_free(&list);
    return status;
}

/* Pretraining is long: find out before it whether it can be left. */
static int check_writable(const char *directory, struct error *err) {
    int status = file_make_directories(directory, err);
    if (!status && access(directory, W_OK | X_OK) != 0)
        status = error_set(err, status_of_errno(errno), "%s: cannot write into the cache: %s: %s",
                           directory, strerror(errno), file_hint(errno));
    return status;
}

static int take_lock(struct run *run, struct pretrain_lock *lock, bool wait, bool *waited,
                     struct error *err) {
    char path[RUN_PATH_SIZE];
    int status = check_writable(run->config->pretrain_cache, err);
    if (!status)
        status = cache_path(run, "lock", path, err);
    return status ? status : pretrain_lock_take(lock, run, path, wait, waited, err);
}

int pretrain_cache_take(struct run *run, struct pretrain_lock *lock, bool *found,
                        struct error *err) {
    char path[RUN_PATH_SIZE];
    bool waited = false, damaged = false;
    *found = false;
    if (!run->config->pretrain_cache[0])
        return STATUS_OK;
    int status = cache_path(run, "safetensors", path, err);
    if (!status && file_exists(path)) {
        status = take(run, path, found, err);
        damaged = !*found;
    }
    if (!status && !*found)
        status = take_lock(run, lock, true, &waited, err);
    /* it may have been left since it was looked for, whether there was a wait for it or not */
    if (!status && !*found && (waited || !damaged) && file_exists(path))
        status = take(run, path, found, err);
    if (*found)
        pretrain_lock_release(lock);
    return status;
}

void pretrain_cache_announce(struct run *run, struct pretrain_lock *lock) {
    struct error ignored;
    bool waited;
    if (run->config->pretrain_cache[0])
        take_lock(run, lock, false, &waited, &ignored);
}

int pretrain_cache_leave(struct run *run, struct error *err) {
    char path[RUN_PATH_SIZE], auc[64];
    struct bytes history = {0};
    if (!run->config->pretrain_cache[0])
        return STATUS_OK;
    int status = file_make_directories(run->config->pretrain_cache, err);
    if (!status)
        status = cache_path(run, "safetensors", path, err);
    if (!status)
        status = file_read(run->journal.history.path, MAX_HISTORY, &history, err);
    char *text = status ? NULL : strndup((const char *)history.data, history.size);
    if (!status && !text)
        status = error_set(err, STATUS_NO_MEMORY, "%s: out of memory", path);
    if (!status) {
        number_print(auc, sizeof auc, "%a", run->state.dcae_auc);
        struct metadata metadata[] = {{"history", text}, {"dcae_auc", auc}};
        status = model_write(path, &run->autoencoder, &run->data.preprocess, metadata, 2, err);
    }
    free(text);
    free(history.data);
    return status;
}
