/* Starting and ending the processes of a sweep. */
#include "sweep/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/file.h"

enum { STATUS_NOT_STARTED = 127 };

static void complain(const char *text) {
    const ssize_t n = write(STDERR_FILENO, text, strlen(text));
    (void)n;
}

/* In the new process, between fork and exec: system calls only. */
static void become_worker(char *const command[], int output, pid_t parent,
                          const sigset_t *blocked) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) /* it died before that */
        _exit(STATUS_NOT_STARTED);
    close(STDIN_FILENO); /* whose number the next file takes: there may be no other left */
    if (open("/dev/null", O_RDONLY) != STDIN_FILENO || dup2(output, STDOUT_FILENO) < 0 ||
        dup2(output, STDERR_FILENO) < 0)
        _exit(STATUS_NOT_STARTED);
    sigprocmask(SIG_SETMASK, blocked, NULL);
    execv(command[0], command);
    /* the file may have been built anew, or the program was called by a name without a path */
    execv("/proc/self/exe", command);
    execvp(command[0], command);
    complain("deepsvdd: cannot start ");
    complain(command[0]);
    complain(": ");
    complain(strerror(errno));
    complain("\n");
    _exit(STATUS_NOT_STARTED);
}

int sweep_worker_start(struct sweep_worker *worker, char *const command[], const sigset_t *blocked,
                       struct error *err) {
    int ends[2];
    *worker = (struct sweep_worker){.pid = -1, .output = -1};
    if (pipe2(ends, O_CLOEXEC) != 0)
        return error_set(err, status_of_errno(errno), "cannot make a pipe: %s: %s", strerror(errno),
                         file_hint(errno));
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    const pid_t parent = getpid();
    worker->pid = fork();
    if (worker->pid == 0)
        become_worker(command, ends[1], parent, blocked);
    const int code = errno;
    close(ends[1]);
    if (worker->pid < 0) {
        close(ends[0]);
        return error_set(err, STATUS_FAILED,
                         "cannot start a process: %s: raise the limit (ulimit -u) or take fewer "
                         "--jobs",
                         strerror(code));
    }
    worker->output = ends[0];
    return STATUS_OK;
}

/* Keeps the last bytes. */
static void keep(struct sweep_worker *worker, const char *text, size_t n) {
    const size_t size = sizeof worker->tail;
    const size_t n_old = n >= size ? 0 : worker->n_tail < size - n ? worker->n_tail : size - n;
    const size_t n_new = n < size ? n : size;
    memmove(worker->tail, worker->tail + worker->n_tail - n_old, n_old);
    memcpy(worker->tail + n_old, text + n - n_new, n_new);
    worker->n_tail = n_old + n_new;
}

void sweep_worker_read(struct sweep_worker *worker) {
    char text[4096];
    while (worker->output >= 0) {
        const ssize_t n = read(worker->output, text, sizeof text);
        if (n > 0) {
            keep(worker, text, (size_t)n);
        } else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
            close(worker->output);
            worker->output = -1;
        } else if (errno == EAGAIN) {
            return;
        }
    }
}

bool sweep_worker_reap(struct sweep_worker *worker, int *status) {
    const pid_t ended = waitpid(worker->pid, status, WNOHANG);
    if (ended == 0 || (ended < 0 && errno == EINTR))
        return false;
    if (ended < 0) /* somebody else took it: cannot be, but must not be waited for */
        *status = STATUS_NOT_STARTED << 8;
    sweep_worker_read(worker);
    if (worker->output >= 0)
        close(worker->output);
    worker->output = -1;
    worker->pid = -1;
    return true;
}

void sweep_worker_describe(int status, char *text, size_t size) {
    if (WIFEXITED(status)) {
        snprintf(text, size, "exit status %d", WEXITSTATUS(status));
        return;
    }
    const char *name = sigabbrev_np(WTERMSIG(status));
    if (name != NULL)
        snprintf(text, size, "killed by SIG%s", name);
    else
        snprintf(text, size, "killed by signal %d", WTERMSIG(status));
}
