/* What the user sees of a run while it goes: one line on standard error, drawn over and over when
 * that is a terminal; plain lines with --verbose. */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

#include "run/run.h"

struct terminal {
    bool verbose;
    bool live;       /* the line may be drawn over: standard error is a terminal */
    bool color;      /* never with NO_COLOR or TERM=dumb */
    size_t shown;    /* columns that the line takes up now */
    double drawn_at; /* when it was last drawn, in seconds */
    const char *phase;
};

void terminal_open(struct terminal *terminal, bool quiet, bool verbose);

/* For struct run_observer; the context is the terminal. A note is shown where progress is; log.txt
 * has it in any case. */
void terminal_progress(void *terminal, const struct run_progress *progress);
void terminal_note(void *terminal, const char *text);

/* Takes the line away. */
void terminal_clear(struct terminal *terminal);

/* "3s", "2m05s", "1h02m". */
void terminal_duration(double seconds, char *text, size_t size);

/* The line about a run's progress, at most `columns` wide, without colours. */
void terminal_line(const struct run_progress *progress, size_t columns, char *text, size_t size);

#endif
