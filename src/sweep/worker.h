/* A process that runs one run of a sweep. */
#ifndef SWEEP_WORKER_H
#define SWEEP_WORKER_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"

struct sweep_worker {
    pid_t pid;
    int output;      /* what it writes on standard output and error; never blocks */
    char tail[4096]; /* the last of it */
    size_t n_tail;
};

/* Starts the command (command[0] is the program's path, NULL ends it) with nothing to read, and
 * with the signals blocked that are in *blocked. When this process dies, however that may be, the
 * worker gets a SIGTERM. */
int sweep_worker_start(struct sweep_worker *worker, char *const command[], const sigset_t *blocked,
                       struct error *err);

/* Takes what there is to read. */
void sweep_worker_read(struct sweep_worker *worker);

/* True when it has ended: *status is that of waitpid, and nothing is left of it but its tail. */
bool sweep_worker_reap(struct sweep_worker *worker, int *status);

/* What a status of waitpid says: "exit status 1", "killed by SIGKILL". */
void sweep_worker_describe(int status, char *text, size_t size);

#endif
