/* Errors are values.
 *
 * A function that can fail returns an int: STATUS_OK (0) or another status, and fills the struct
 * error its caller gave it with one line that says what went wrong, where, and what to do. The
 * statuses are the exit statuses of the command line. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

enum status {
    STATUS_OK = 0,
    STATUS_FAILED = 1,        /* the work failed */
    STATUS_USAGE = 2,         /* the caller asked for something that cannot be */
    STATUS_INCOMPLETE = 18,   /* some of the files that belong together are there, others are not */
    STATUS_INTERRUPTED = 130, /* stopped by a signal; what was saved can be resumed */
};

struct error {
    char message[1024]; /* one line, no final newline; "" when nothing went wrong */
};

/* Writes the message (printf format, cut when too long) and is `status`, so that a failing function
 * can say `return error_set(err, STATUS_FAILED, "%s: ...", path);`. Macros, so that compilers and
 * analyzers see which status comes back. */
#define error_set(err, status, ...) (error_write((err), __VA_ARGS__), error_status(status))

/* Puts "<context>: " before the message that is there; is `status`. */
#define error_prefix(err, status, ...)                                                             \
    (error_write_before((err), __VA_ARGS__), error_status(status))

static inline int error_status(int status) {
    return status;
}

void error_write(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
void error_write_before(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
