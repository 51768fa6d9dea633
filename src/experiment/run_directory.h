/* The directory of a run: who may write in it, and what is there already. */
#ifndef EXPERIMENT_RUN_DIRECTORY_H
#define EXPERIMENT_RUN_DIRECTORY_H

#include <stdbool.h>

#include "base/error.h"
#include "experiment/config.h"

enum { RUN_PATH_SIZE = CONFIG_PATH_SIZE + 128 };

enum run_file {
    RUN_CONFIG,
    RUN_HISTORY,
    RUN_LOG,
    RUN_CHECKPOINT,
    RUN_AUTOENCODER, /* these two begin with the run's out-name */
    RUN_MODEL,
    RUN_SCORES,
    RUN_RESULTS,
};

struct run_directory {
    const char *path;
    const char *prefix; /* of exported files: the option out-name */
    int lock;           /* file descriptor of the directory, locked; -1 = none */
};

/* Makes the directory, locks it (an error when another process is at work in it) and compares what
 * is there with the configuration: a directory of another configuration is an error that names the
 * first difference, unless config->force, which empties it of the run's files. Writes config.json.
 * *complete: it holds a whole run of this configuration. */
int run_directory_open(struct run_directory *directory, const struct config *config, bool *complete,
                       struct error *err);
void run_directory_close(struct run_directory *directory);

/* The path of one of its files. */
void run_directory_file(const struct run_directory *directory, enum run_file file,
                        char path[RUN_PATH_SIZE]);

#endif
