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
    STATUS_INTERRUPTED = 130, /* stopped by a signal; what was saved can be resumed */
};

struct error {
    char message[1024]; /* one line, no final newline; "" when nothing went wrong */
};

/* Writes the message (printf format, cut when too long) and returns `status`, so that a failing
 * function can say `return error_set(err, STATUS_FAILED, "%s: ...", path);`. Control characters
 * become '?', so that the message is one line whatever a path holds. `err` may be NULL. */
int error_set(struct error *err, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "<context>: " before the message that is there. Returns `status`. */
int error_prefix(struct error *err, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
