/* The directory of a run: who may write in it, and what is there already. */
#ifndef RUN_DIRECTORY_H
#define RUN_DIRECTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "config/config.h"

/* Room for the path of any file of a run: a directory, which is shorter than CONFIG_PATH_SIZE, a
 * slash and a file name. */
enum { RUN_PATH_SIZE = CONFIG_PATH_SIZE + 256 };

enum run_file {
    RUN_CONFIG,
    RUN_HISTORY,
    RUN_LOG,
    RUN_CHECKPOINT,
    RUN_AUTOENCODER, /* these two begin with the run's out-name */
    RUN_MODEL,
    RUN_SCORES,
    RUN_RESULTS,
    N_RUN_FILES
};

struct run_directory {
    const char *path;
    const char *prefix; /* of weight files: the option out-name */
    int lock;           /* file descriptor of the directory, locked; -1 = none */
    bool fresh;         /* held no run when it was opened */
    size_t n_there;     /* so many characters of the path were there already */
};

/* True when there is something to lose: results, a checkpoint, or epochs in the history. A run that
 * failed before its first epoch does not stand in the way of another. */
bool run_directory_has_begun(const struct run_directory *directory);

/* Compares what is there, which may be nothing, with the configuration. Unless config->force, a run
 * of another one is STATUS_OTHER_RUN with the first difference, files that cannot be read or are
 * those of no run STATUS_DAMAGED. *complete: it holds a whole run of this configuration, and that
 * is not to be repeated. Changes nothing. */
int run_directory_inspect(const struct run_directory *directory, const struct config *config,
                          bool *complete, struct error *err);

/* Makes the directory, locks it (STATUS_BUSY when another process is at work in it), removes what a
 * killed process left half-written, and inspects what is there. */
int run_directory_open(struct run_directory *directory, const struct config *config, bool *complete,
                       struct error *err);

/* Lets go of the directory. When it held no run before and this one has not finished an epoch,
 * takes away what this one has made: its files, and the directories. */
void run_directory_close(struct run_directory *directory);

/* Makes it the directory of this run: with config->force empties it of a run's files, also of those
 * that an earlier run's out-name begins; writes config.json. Apart from run_directory_open so that
 * a run that cannot start changes nothing. */
int run_directory_claim(const struct run_directory *directory, const struct config *config,
                        struct error *err);

/* The path of one of its files. */
void run_directory_file(const struct run_directory *directory, enum run_file file,
                        char path[RUN_PATH_SIZE]);

/* The path of a weight file as --save-at leaves it: "model_epoch_5.safetensors". */
void run_directory_epoch_file(const struct run_directory *directory, enum run_file file, int epoch,
                              char path[RUN_PATH_SIZE]);

#endif
