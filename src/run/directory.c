/* The directory of a run. */
#include "run/directory.h"

#include <assert.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/json.h"
#include "io/file.h"
#include "io/json.h"

static const char *const file_names[N_RUN_FILES] = {
    [RUN_CONFIG] = "config.json",
    [RUN_HISTORY] = "history.jsonl",
    [RUN_LOG] = "log.txt",
    [RUN_CHECKPOINT] = "checkpoint.safetensors",
    [RUN_AUTOENCODER] = "autoencoder.safetensors",
    [RUN_MODEL] = "model.safetensors",
    [RUN_SCORES] = "scores.csv",
    [RUN_RESULTS] = "results.json",
};

static bool is_exported(enum run_file file) {
    return file == RUN_AUTOENCODER || file == RUN_MODEL;
}

/* config_resolve refuses longer ones. */
static void check_lengths(const struct run_directory *directory) {
    assert(strlen(directory->path) < CONFIG_PATH_SIZE);
    assert(strlen(directory->prefix) <= CONFIG_MAX_OUT_NAME);
}

void run_directory_file(const struct run_directory *directory, enum run_file file,
                        char path[RUN_PATH_SIZE]) {
    check_lengths(directory);
    file_path(path, RUN_PATH_SIZE, "%s/%s%s", directory->path,
              is_exported(file) ? directory->prefix : "", file_names[file]);
}

/* The length of a name without its extension. */
static int stem(const char *name) {
    return (int)strcspn(name, ".");
}

void run_directory_epoch_file(const struct run_directory *directory, enum run_file file, int epoch,
                              char path[RUN_PATH_SIZE]) {
    const char *name = file_names[file];
    assert(is_exported(file));
    check_lengths(directory);
    file_path(path, RUN_PATH_SIZE, "%s/%s%.*s_epoch_%d%s", directory->path, directory->prefix,
              stem(name), name, epoch, name + stem(name));
}

static int lock(struct run_directory *directory, struct error *err) {
    directory->lock = open(directory->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory->lock < 0)
        return error_set(err, status_of_errno(errno), "%s: cannot open the run directory: %s: %s",
                         directory->path, strerror(errno), file_hint(errno));
    if (flock(directory->lock, LOCK_EX | LOCK_NB) == 0)
        return STATUS_OK;
    if (errno == EWOULDBLOCK)
        return error_set(err, STATUS_BUSY,
                         "%s: another process is running there; wait for it or choose another "
                         "--xp-dir",
                         directory->path);
    return STATUS_OK; /* a file system without locks */
}

/* ---- whose a file is, by its name */

static const char *skip_digits(const char *text) {
    while (isdigit((unsigned char)*text))
        text++;
    return text;
}

/* True when `name` is `start`, then digits (at least one), then `end`. */
static bool is_numbered(const char *name, size_t length, const char *start, const char *end) {
    const size_t n = strlen(start);
    if (length < n || strncmp(name, start, n) != 0)
        return false;
    const char *rest = skip_digits(name + n);
    return rest > name + n && strlen(end) == (size_t)(name + length - rest) &&
           strncmp(rest, end, strlen(end)) == 0;
}

static bool is_named(const char *name, size_t length, const char *prefix, enum run_file file) {
    char expected[256];
    file_path(expected, sizeof expected, "%s%s", prefix, file_names[file]);
    return strlen(expected) == length && strncmp(name, expected, length) == 0;
}

/* True when the first `length` characters of `name` name a weight file of a run with this
 * out-name, one of those of save_at among them. */
static bool is_weight_file(const struct run_directory *directory, const char *name, size_t length) {
    char start[256];
    check_lengths(directory);
    for (enum run_file file = 0; file < N_RUN_FILES; file++) {
        const char *whole = file_names[file];
        if (!is_exported(file))
            continue;
        file_path(start, sizeof start, "%s%.*s_epoch_", directory->prefix, stem(whole), whole);
        if (is_named(name, length, directory->prefix, file) ||
            is_numbered(name, length, start, whole + stem(whole)))
            return true;
    }
    return false;
}

/* The same for any file that a run writes. */
static bool is_run_file(const struct run_directory *directory, const char *name, size_t length) {
    for (enum run_file file = 0; file < N_RUN_FILES; file++)
        if (!is_exported(file) && is_named(name, length, "", file))
            return true;
    return is_weight_file(directory, name, length);
}

/* True for what file_write_atomic leaves of a run's file when it is killed: <file>.<n>-<n>.tmp. */
static bool is_temporary(const struct run_directory *directory, const char *name) {
    const char *dot = strrchr(name, '.');
    if (dot == NULL || strcmp(dot, ".tmp") != 0)
        return false;
    const char *number = dot;
    while (number > name && (isdigit((unsigned char)number[-1]) || number[-1] == '-'))
        number--;
    return number - name >= 2 && number[-1] == '.' && number < dot &&
           is_run_file(directory, name, (size_t)(number - 1 - name));
}

static bool is_any_run_file(const struct run_directory *directory, const char *name) {
    return is_run_file(directory, name, strlen(name));
}

static bool is_any_weight_file(const struct run_directory *directory, const char *name) {
    return is_weight_file(directory, name, strlen(name));
}

/* Removes the files that `of_kind` holds for. */
static int remove_files(const struct run_directory *directory,
                        bool (*of_kind)(const struct run_directory *, const char *),
                        struct error *err) {
    DIR *listing = opendir(directory->path);
    if (listing == NULL)
        return error_set(err, status_of_errno(errno), "%s: cannot list the run directory: %s",
                         directory->path, strerror(errno));
    int status = STATUS_OK;
    const struct dirent *entry;
    while (status == STATUS_OK && (entry = readdir(listing)) != NULL)
        if (of_kind(directory, entry->d_name) && unlinkat(dirfd(listing), entry->d_name, 0) != 0 &&
            errno != ENOENT)
            status = error_set(err, status_of_errno(errno), "%s/%s: cannot remove: %s",
                               directory->path, entry->d_name, strerror(errno));
    closedir(listing);
    return status;
}

/* ---- what is there */

/* What to do about a file that cannot be of this run. */
static const char ADVICE[] = "choose another --xp-dir, or --force to replace the run there";

static bool exists(const struct run_directory *directory, enum run_file file) {
    char path[RUN_PATH_SIZE];
    run_directory_file(directory, file, path);
    return file_exists(path);
}

bool run_directory_has_begun(const struct run_directory *directory) {
    char path[RUN_PATH_SIZE];
    struct stat info;
    run_directory_file(directory, RUN_HISTORY, path);
    return exists(directory, RUN_RESULTS) || exists(directory, RUN_CHECKPOINT) ||
           (stat(path, &info) == 0 && info.st_size > 0);
}

/* An error when the object, NULL or the configuration in the file at `path`, is another one. */
static int compare(const char *path, const cJSON *object, const struct config *config,
                   const struct run_directory *directory, struct error *err) {
    if (!cJSON_IsObject(object) || !cJSON_HasObjectItem(object, "dataset"))
        return error_set(err, STATUS_DAMAGED, "%s: holds no configuration of a run; %s", path,
                         ADVICE);
    const char *difference =
        run_directory_has_begun(directory) ? config_difference(config, object) : NULL;
    if (difference != NULL)
        return error_set(err, STATUS_OTHER_RUN, "%s: holds a run with another --%s; %s",
                         directory->path, difference, ADVICE);
    return STATUS_OK;
}

static int compare_file(const struct run_directory *directory, enum run_file file,
                        const struct config *config, struct error *err) {
    char path[RUN_PATH_SIZE];
    cJSON *json;
    run_directory_file(directory, file, path);
    int status = json_read(path, &json, err);
    if (status == STATUS_DAMAGED) /* nothing is to be replaced that only cannot be read now */
        return error_set(err, status, "%s; %s", err->message, ADVICE);
    if (status)
        return status;
    status =
        compare(path, file == RUN_RESULTS ? cJSON_GetObjectItemCaseSensitive(json, "config") : json,
                config, directory, err);
    cJSON_Delete(json);
    return status;
}

/* The files of a run stand beside a config.json. Without one they are somebody else's. */
static int check_strangers(const struct run_directory *directory, struct error *err) {
    for (enum run_file file = 0; file < N_RUN_FILES; file++)
        if (exists(directory, file))
            return error_set(err, STATUS_DAMAGED,
                             "%s: holds %s but no %s, so it is not that of a "
                             "run; %s",
                             directory->path, file_names[file], file_names[RUN_CONFIG], ADVICE);
    return STATUS_OK;
}

static bool is_fresh(const struct run_directory *directory) {
    for (enum run_file file = 0; file < N_RUN_FILES; file++)
        if (exists(directory, file))
            return false;
    return true;
}

int run_directory_inspect(const struct run_directory *directory, const struct config *config,
                          bool *complete, struct error *err) {
    *complete = false;
    if (config->force)
        return STATUS_OK;
    if (!exists(directory, RUN_CONFIG))
        return check_strangers(directory, err);
    int status = compare_file(directory, RUN_CONFIG, config, err);
    if (status || !exists(directory, RUN_RESULTS))
        return status;
    status = compare_file(directory, RUN_RESULTS, config, err);
    *complete = status == STATUS_OK;
    return status;
}

/* ---- from opening to closing */

/* Takes the last name off a path, for what it is in. */
static void cut_name(char *path) {
    size_t length = strlen(path);
    while (length > 0 && path[length - 1] == '/')
        length--;
    while (length > 0 && path[length - 1] != '/')
        length--;
    path[length] = '\0';
}

/* The length of the part of the path that is there. */
static size_t length_there(const char *path) {
    char part[RUN_PATH_SIZE];
    file_path(part, sizeof part, "%s", path);
    while (part[0] != '\0' && !file_exists(part))
        cut_name(part);
    return strlen(part);
}

/* A failure here does no harm: it leaves what stands in no one's way. */
static void take_away(const struct run_directory *directory) {
    char path[RUN_PATH_SIZE];
    for (enum run_file file = 0; file < N_RUN_FILES; file++) {
        run_directory_file(directory, file, path);
        unlink(path);
    }
    file_path(path, sizeof path, "%s", directory->path);
    while (strlen(path) > directory->n_there && rmdir(path) == 0)
        cut_name(path);
}

int run_directory_open(struct run_directory *directory, const struct config *config, bool *complete,
                       struct error *err) {
    *directory = (struct run_directory){.path = config->xp_dir,
                                        .prefix = config->out_name,
                                        .lock = -1,
                                        .n_there = length_there(config->xp_dir)};
    *complete = false;
    int status = file_make_directories(config->xp_dir, err);
    if (!status)
        status = lock(directory, err);
    directory->fresh = !status && is_fresh(directory);
    if (!status)
        status = run_directory_inspect(directory, config, complete, err);
    if (!status)
        status = remove_files(directory, is_temporary, err);
    if (status)
        run_directory_close(directory);
    return status;
}

/* The out-name of the run that the directory holds; "" where its config.json does not say. */
static void earlier_prefix(const struct run_directory *directory,
                           char prefix[CONFIG_MAX_OUT_NAME + 1]) {
    char path[RUN_PATH_SIZE];
    cJSON *json;
    struct error ignored;
    prefix[0] = '\0';
    run_directory_file(directory, RUN_CONFIG, path);
    if (json_read(path, &json, &ignored) != STATUS_OK)
        return;
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "out_name"));
    if (name != NULL && strlen(name) <= CONFIG_MAX_OUT_NAME)
        strcpy(prefix, name);
    cJSON_Delete(json);
}

/* Results go first, so that half a removal is not a complete run, and config.json last. */
static int clear(const struct run_directory *directory, struct error *err) {
    char prefix[CONFIG_MAX_OUT_NAME + 1];
    struct run_directory earlier = *directory;
    earlier_prefix(directory, prefix);
    earlier.prefix = prefix;
    for (int i = N_RUN_FILES - 1; i > RUN_CONFIG; i--) {
        char path[RUN_PATH_SIZE];
        run_directory_file(directory, (enum run_file)i, path);
        if (unlink(path) != 0 && errno != ENOENT)
            return error_set(err, status_of_errno(errno), "%s: cannot remove: %s", path,
                             strerror(errno));
    }
    const int status = remove_files(&earlier, is_any_weight_file, err);
    return status ? status : remove_files(directory, is_any_run_file, err);
}

int run_directory_claim(const struct run_directory *directory, const struct config *config,
                        struct error *err) {
    char path[RUN_PATH_SIZE];
    int status = config->force ? clear(directory, err) : STATUS_OK;
    if (status)
        return status;
    cJSON *json = config_to_json(config);
    run_directory_file(directory, RUN_CONFIG, path);
    status = json ? json_write(path, json, err) : error_set(err, STATUS_NO_MEMORY, "out of memory");
    cJSON_Delete(json);
    return status;
}

void run_directory_close(struct run_directory *directory) {
    if (directory->fresh && !run_directory_has_begun(directory))
        take_away(directory);
    directory->fresh = false;
    if (directory->lock >= 0)
        close(directory->lock);
    directory->lock = -1;
}
