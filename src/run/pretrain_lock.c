#include "run/pretrain_lock.h"
#include "run/notes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
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

/* One attempt; true when another process has it. What cannot be locked, as on some network file
 * systems or where another user has left the file, goes without. */
static bool is_busy(struct pretrain_lock *lock) {
    do {
        let_go(lock);
        lock->descriptor = open(lock->path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (lock->descriptor < 0) /* another user's can be locked all the same */
            lock->descriptor = open(lock->path, O_RDONLY | O_CLOEXEC);
        if (lock->descriptor < 0)
            return false;
        if (flock(lock->descriptor, LOCK_EX | LOCK_NB) != 0)
            return errno == EWOULDBLOCK;
    } while (!is_still_there(lock));
    return false;
}

int pretrain_lock_take(struct pretrain_lock *lock, struct run *run, const char *path, bool wait,
                       bool *waited, struct error *err) {
    const struct timespec pause = {.tv_nsec = 200000000};
    int status = STATUS_OK;
    *waited = false;
    file_path(lock->path, sizeof lock->path, "%s", path);
    bool busy = is_busy(lock);
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
        busy = is_busy(lock);
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
