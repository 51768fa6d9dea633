/* The state of runs as their files tell it. */
#include "sweep/look.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/json.h"
#include "io/file.h"
#include "io/json.h"
#include "run/directory.h"

static struct run_directory directory_of(const struct sweep_task *task) {
    return (struct run_directory){.path = task->run->directory, .prefix = task->run->out_name};
}

static void file_of(const struct sweep_task *task, enum run_file file, char path[RUN_PATH_SIZE]) {
    const struct run_directory directory = directory_of(task);
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
        status = error_set(err, STATUS_DAMAGED, "%s: holds no results", path);
    }
    return status;
}

/* What pretraining that was taken from the cache took is not known here, and counts as nothing. */
static void take_seconds(struct sweep_task *task, const cJSON *json) {
    static const char *const names[] = {"pretrain", "train"};
    double epochs = 0;
    task->seconds = number_at(json, "seconds", "total");
    for (int phase = 0; phase < N_HISTORY_PHASES; phase++) {
        const double seconds = number_at(json, "seconds", names[phase]);
        const size_t n = task->run->n_epochs[phase];
        task->pace[phase] = seconds > 0 && n > 0 ? seconds / (double)n : (double)NAN;
        epochs += seconds;
    }
    task->rest = task->seconds - epochs;
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
        take_seconds(task, json);
    }
    cJSON_Delete(json);
    return same;
}

int sweep_look_refusal(const struct sweep_task *task, struct error *err) {
    const struct run_directory directory = directory_of(task);
    struct config config;
    bool complete;
    const int status = option_list_resolve(&task->run->options, &config, err);
    return status == STATUS_OK ? run_directory_inspect(&directory, &config, &complete, err)
                               : status;
}

bool sweep_look_in_way(const struct sweep_task *task) {
    const struct run_directory directory = directory_of(task);
    struct error ignored;
    return run_directory_has_begun(&directory) || sweep_look_refusal(task, &ignored) != STATUS_OK;
}

int sweep_look_results(struct sweep_task *task, struct error *err) {
    cJSON *json = NULL;
    const int status = read_results(task, &json, err);
    if (status == STATUS_OK) {
        task->auc = number_at(json, "auc", "test");
        take_seconds(task, json);
    }
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

/* The seconds of the epochs that were read. */
struct seconds {
    double sum[N_HISTORY_PHASES];
    size_t n[N_HISTORY_PHASES];
};

static void read_line(struct sweep_task *task, const char *line, size_t length,
                      struct seconds *seconds) {
    cJSON *json = NULL;
    struct error err;
    if (length == 0 || json_parse("history", line, length, &json, &err) != STATUS_OK)
        return;
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "phase"));
    const cJSON *epoch = cJSON_GetObjectItemCaseSensitive(json, "epoch");
    const cJSON *took = cJSON_GetObjectItemCaseSensitive(json, "seconds");
    if (name != NULL && cJSON_IsNumber(epoch) && epoch->valuedouble >= 0 &&
        epoch->valuedouble < 0x1p31 && !cJSON_HasObjectItem(json, "batch")) {
        task->phase = strcmp(name, "pretrain") == 0 ? HISTORY_PRETRAIN : HISTORY_TRAIN;
        task->epoch = (size_t)epoch->valuedouble;
        if (cJSON_IsNumber(took) && took->valuedouble > 0) {
            seconds->sum[task->phase] += took->valuedouble;
            seconds->n[task->phase]++;
        }
    }
    cJSON_Delete(json);
}

void sweep_look_history(struct sweep_task *task, const char *text, size_t size) {
    struct seconds seconds = {.n = {0}};
    for (size_t start = 0, end; start < size; start = end + 1) {
        const char *newline = memchr(text + start, '\n', size - start);
        if (newline == NULL)
            break;
        end = (size_t)(newline - text);
        read_line(task, text + start, end - start, &seconds);
    }
    for (int phase = 0; phase < N_HISTORY_PHASES; phase++)
        if (seconds.n[phase] > 0)
            task->pace[phase] = seconds.sum[phase] / (double)seconds.n[phase];
}

void sweep_look_progress(struct sweep_task *task) {
    char path[RUN_PATH_SIZE], text[8192];
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
