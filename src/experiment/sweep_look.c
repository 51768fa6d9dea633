/* The state of runs as their files tell it. */
#include "experiment/sweep_look.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "experiment/run_directory.h"
#include "io/file.h"
#include "io/json.h"

static void file_of(const struct sweep_task *task, enum run_file file, char path[RUN_PATH_SIZE]) {
    const struct run_directory directory = {.path = task->run->directory,
                                            .prefix = task->run->out_name};
    run_directory_file(&directory, file, path);
}

static double number_at(const cJSON *json, const char *object, const char *key) {
    const cJSON *item =
        cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(json, object), key);
    return cJSON_IsNumber(item) ? item->valuedouble : (double)NAN;
}

static int read_results(const struct sweep_task *task, cJSON **json, struct error *err) {
    char path[RUN_PATH_SIZE];
    file_of(task, RUN_RESULTS, path);
    int status = json_read(path, json, err);
    if (status == STATUS_OK && !cJSON_IsObject(cJSON_GetObjectItemCaseSensitive(*json, "auc"))) {
        cJSON_Delete(*json);
        *json = NULL;
        status = error_set(err, STATUS_FAILED, "%s: holds no results", path);
    }
    return status;
}

bool sweep_look_complete(struct sweep_task *task) {
    char path[RUN_PATH_SIZE];
    struct config config;
    struct error err;
    cJSON *json = NULL;
    file_of(task, RUN_CONFIG, path);
    if (task->run->force || !file_exists(path) || read_results(task, &json, &err) != STATUS_OK)
        return false;
    const cJSON *options = cJSON_GetObjectItemCaseSensitive(json, "config");
    /* another run is for `train` to refuse */
    const bool same = cJSON_IsObject(options) &&
                      option_list_resolve(&task->run->options, &config, &err) == STATUS_OK &&
                      config_difference(&config, options) == NULL;
    if (same) {
        task->auc = number_at(json, "auc", "test");
        task->seconds = number_at(json, "seconds", "total");
    }
    cJSON_Delete(json);
    return same;
}

int sweep_look_results(struct sweep_task *task, struct error *err) {
    cJSON *json = NULL;
    const int status = read_results(task, &json, err);
    if (status == STATUS_OK)
        task->auc = number_at(json, "auc", "test");
    cJSON_Delete(json);
    return status;
}

bool sweep_look_autoencoder(const struct sweep_task *task, struct timespec *written) {
    char path[RUN_PATH_SIZE];
    struct stat info;
    file_of(task, RUN_AUTOENCODER, path);
    if (stat(path, &info) != 0)
        return false;
    *written = info.st_mtim;
    return true;
}

void sweep_look_history(struct sweep_task *task, const char *text, size_t size) {
    while (size > 0 && text[size - 1] != '\n')
        size--;
    size_t start = size > 0 ? size - 1 : 0;
    while (start > 0 && text[start - 1] != '\n')
        start--;
    cJSON *json = NULL;
    struct error err;
    if (size == 0 || json_parse("history", text + start, size - start, &json, &err) != STATUS_OK)
        return;
    const char *phase = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "phase"));
    const cJSON *epoch = cJSON_GetObjectItemCaseSensitive(json, "epoch");
    if (phase != NULL && cJSON_IsNumber(epoch) && epoch->valuedouble >= 0 &&
        epoch->valuedouble < 0x1p31) {
        snprintf(task->phase, sizeof task->phase, "%s",
                 strcmp(phase, "pretrain") == 0 ? "pretrain" : "train");
        task->epoch = (size_t)epoch->valuedouble;
    }
    cJSON_Delete(json);
}

void sweep_look_progress(struct sweep_task *task) {
    char path[RUN_PATH_SIZE], text[4096];
    struct stat info;
    file_of(task, RUN_HISTORY, path);
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return;
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) {
        const off_t size = (off_t)sizeof text;
        const ssize_t n =
            pread(fd, text, sizeof text, info.st_size > size ? info.st_size - size : 0);
        if (n > 0)
            sweep_look_history(task, text, (size_t)n);
    }
    close(fd);
}
