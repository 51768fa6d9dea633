#include "experiment/pretrain_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "io/file.h"

/* False when whoever had the lock before has removed the file: then it is not the one that others
 * will find. */
static bool is_still_there(const struct pretrain_lock *lock) {
    struct stat ours, theirs;
    return fstat(lock->descriptor, &ours) == 0 && stat(lock->path, &theirs) == 0 &&
           ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;
}

static void let_go(struct pretrain_lock *lock) {
    if (lock->descriptor >= 0)
        close(lock->descriptor);
    lock->descriptor = -1;
}

/* One attempt; *busy: another process has it. Locks that do not work are as good as none. */
static int try_lock(struct pretrain_lock *lock, bool *busy, struct error *err) {
    *busy = false;
    do {
        let_go(lock);
        lock->descriptor = open(lock->path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (lock->descriptor < 0)
            return error_set(err, STATUS_FAILED, "%s: cannot write into the cache: %s: %s",
                             lock->path, strerror(errno), file_hint(errno));
        if (flock(lock->descriptor, LOCK_EX | LOCK_NB) != 0) {
            *busy = errno == EWOULDBLOCK;
            return STATUS_OK;
        }
    } while (!is_still_there(lock));
    return STATUS_OK;
}

int pretrain_lock_take(struct pretrain_lock *lock, struct run *run, const char *path, bool wait,
                       bool *waited, struct error *err) {
    const struct timespec pause = {.tv_nsec = 200000000};
    bool busy;
    *waited = false;
    snprintf(lock->path, sizeof lock->path, "%s", path);
    int status = try_lock(lock, &busy, err);
    while (!status && busy && wait) {
        if (!*waited)
            status = run_note(run, err,
                              "waiting for another process, which pretrains the same autoencoder "
                              "(it has %s)",
                              path);
        *waited = true;
        nanosleep(&pause, NULL);
        if (!status && run->observer->stop && *run->observer->stop)
            status = error_set(err, STATUS_INTERRUPTED, "interrupted");
        if (!status)
            status = try_lock(lock, &busy, err);
    }
    if (status || busy)
        let_go(lock);
    return status;
}

void pretrain_lock_release(struct pretrain_lock *lock) {
    if (lock->descriptor >= 0)
        unlink(lock->path);
    let_go(lock);
}
