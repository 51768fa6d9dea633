/* Errors are values.
 *
 * A function that can fail returns an int: STATUS_OK (0) or the cause of its failure, and fills the
 * struct error its caller gave it with the same cause and with one line that says what went wrong,
 * where, and what to do. Code acts on the cause; the line is for people, and nothing is decided by
 * its wording. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

/* The numbers that are given are exit statuses of the command line; the others never leave the
 * program (status_exit). */
enum status {
    STATUS_OK = 0,
    STATUS_FAILED = 1, /* none of the causes below */
    STATUS_USAGE = 2,  /* the caller asked for something that cannot be */

    STATUS_MISSING = 16, /* a file, directory or program that is not there */
    STATUS_DENIED,       /* something that the system does not allow */
    STATUS_INCOMPLETE,   /* some of the files that belong together are there, others are not */
    STATUS_DAMAGED,      /* contents that are not what they ought to be, or cut off */
    STATUS_NO_MEMORY,
    STATUS_NO_SPACE,  /* on the disk, or within the limits to files on it */
    STATUS_DIVERGED,  /* training came to numbers that are NaN or infinite */
    STATUS_OTHER_RUN, /* the run directory holds another run, or files that are no run's */

    STATUS_BUSY = 75,         /* another process is at work there: it can be waited for */
    STATUS_INTERRUPTED = 130, /* stopped by a signal; what was saved can be resumed */
};

struct error {
    char message[1024]; /* one line of UTF-8, no final newline; "" when nothing went wrong */
    int status;         /* the cause, as the function that failed returned it */
};

/* Writes status and message (printf format, cut when too long) and is `status`, so that a failing
 * function can say `return error_set(err, STATUS_FAILED, "%s: ...", path);`. Macros, so that
 * compilers and analyzers see which status comes back; it is worked out once, for it may depend on
 * errno. */
#define error_set(err, status, ...)                                                                \
    ({                                                                                             \
        const int error_status_ = (status);                                                        \
        error_write((err), error_status_, __VA_ARGS__);                                            \
        error_status_;                                                                             \
    })

/* Puts "<context>: " before the message that is there; sets the status and is it. */
#define error_prefix(err, status, ...)                                                             \
    ({                                                                                             \
        const int error_status_ = (status);                                                        \
        error_write_before((err), error_status_, __VA_ARGS__);                                     \
        error_status_;                                                                             \
    })

void error_write(struct error *err, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void error_write_before(struct error *err, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The cause that a value of errno stands for; STATUS_FAILED when it tells nothing to act on. */
int status_of_errno(int code);

/* The exit status of the command line: 0, 1, 2, 75 or 130. */
int status_exit(int status);

#endif
