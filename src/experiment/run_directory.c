/* The directory of a run. */
#include "experiment/run_directory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "io/file.h"
#include "io/json.h"

static const char *const file_names[] = {
    [RUN_CONFIG] = "config.json",
    [RUN_HISTORY] = "history.jsonl",
    [RUN_LOG] = "log.txt",
    [RUN_CHECKPOINT] = "checkpoint.safetensors",
    [RUN_AUTOENCODER] = "autoencoder.safetensors",
    [RUN_MODEL] = "model.safetensors",
    [RUN_SCORES] = "scores.csv",
    [RUN_RESULTS] = "results.json",
};

enum { N_FILES = sizeof file_names / sizeof *file_names };

void run_directory_file(const struct run_directory *directory, enum run_file file,
                        char path[RUN_PATH_SIZE]) {
    bool exported = file == RUN_AUTOENCODER || file == RUN_MODEL;
    snprintf(path, RUN_PATH_SIZE, "%s/%s%s", directory->path, exported ? directory->prefix : "",
             file_names[file]);
}

static int lock(struct run_directory *directory, struct error *err) {
    directory->lock = open(directory->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory->lock < 0)
        return error_set(err, STATUS_FAILED, "%s: cannot open the run directory: %s",
                         directory->path, strerror(errno));
    if (flock(directory->lock, LOCK_EX | LOCK_NB) == 0)
        return STATUS_OK;
    if (errno == EWOULDBLOCK)
        return error_set(err, STATUS_FAILED,
                         "%s: another process is running there; wait for it or choose another "
                         "--xp-dir",
                         directory->path);
    return STATUS_OK; /* a file system without locks */
}

/* Removes everything a run writes; results first, so that half a removal is not a complete run. */
static int clear(const struct run_directory *directory, struct error *err) {
    for (int i = N_FILES - 1; i >= 0; i--) {
        char path[RUN_PATH_SIZE];
        run_directory_file(directory, (enum run_file)i, path);
        if (unlink(path) != 0 && errno != ENOENT)
            return error_set(err, STATUS_FAILED, "%s: cannot remove: %s", path, strerror(errno));
    }
    return STATUS_OK;
}

static int compare(const char *path, const struct config *config, struct error *err) {
    cJSON *json;
    int status = json_read(path, &json, err);
    if (status)
        return status;
    const char *difference = config_difference(config, json);
    if (difference)
        status = error_set(err, STATUS_USAGE,
                           "%s: holds a run with another --%s; choose another --xp-dir, or --force "
                           "to replace it",
                           config->xp_dir, difference);
    cJSON_Delete(json);
    return status;
}

static int write_config(const char *path, const struct config *config, struct error *err) {
    cJSON *json = config_to_json(config);
    int status =
        json ? json_write(path, json, err) : error_set(err, STATUS_FAILED, "out of memory");
    cJSON_Delete(json);
    return status;
}

static int inspect(const struct run_directory *directory, const struct config *config,
                   bool *complete, struct error *err) {
    char config_path[RUN_PATH_SIZE], results_path[RUN_PATH_SIZE];
    run_directory_file(directory, RUN_CONFIG, config_path);
    run_directory_file(directory, RUN_RESULTS, results_path);
    int status = STATUS_OK;
    if (config->force)
        status = clear(directory, err);
    else if (file_exists(config_path))
        status = compare(config_path, config, err);
    *complete = !status && file_exists(results_path);
    if (!status && !*complete)
        status = write_config(config_path, config, err);
    return status;
}

int run_directory_open(struct run_directory *directory, const struct config *config, bool *complete,
                       struct error *err) {
    *directory =
        (struct run_directory){.path = config->xp_dir, .prefix = config->out_name, .lock = -1};
    int status = file_make_directories(config->xp_dir, err);
    if (!status)
        status = lock(directory, err);
    if (!status)
        status = inspect(directory, config, complete, err);
    if (status)
        run_directory_close(directory);
    return status;
}

void run_directory_close(struct run_directory *directory) {
    if (directory->lock >= 0)
        close(directory->lock);
    directory->lock = -1;
}
