/* The command line `deepsvdd`. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/blas_core.h"
#include "cli/commands.h"

/* Gives standard streams that the caller has closed a file that cannot be used. Otherwise the next
 * file that is opened takes their number, and messages end up in it. */
static void fill_standard_streams(void) {
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
            _exit(STATUS_FAILED);
    }
}

/* What was printed counts only when it has arrived: a full disk shows here at the latest. */
static int close_output(int status) {
    const int failed_before = ferror(stdout);
    if ((fclose(stdout) != 0 || failed_before) && status == STATUS_OK) {
        fprintf(stderr, "deepsvdd: cannot write to standard output: %s\n",
                errno != 0 ? strerror(errno) : "write error");
        return STATUS_FAILED;
    }
    return status;
}

int main(int argc, char **argv) {
    fill_standard_streams();
    blas_core_correct(argv);
    return close_output(status_exit(commands_run(argc, argv)));
}
