/* What the user sees of a sweep while it goes: on a terminal a few lines, drawn over and over;
 * otherwise one plain line for each run that ends. On standard error. */
#ifndef CLI_OVERVIEW_H
#define CLI_OVERVIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "sweep/schedule.h"

enum { OVERVIEW_LINES = 64, OVERVIEW_COLUMNS = 200 };

struct overview {
    const struct sweep_schedule *schedule;
    bool live;                    /* drawn over; standard error is a terminal that can do that */
    bool plain;                   /* plain lines */
    size_t n_shown;               /* lines that stand on the terminal now */
    size_t shown[OVERVIEW_LINES]; /* their lengths */
    double drawn_at;
};

/* quiet: neither; verbose: plain lines on a terminal too. */
void overview_open(struct overview *overview, const struct sweep_schedule *schedule, bool quiet,
                   bool verbose);

/* For struct sweep_observer; the context is the overview. */
void overview_changed(void *overview);
void overview_ended(void *overview, size_t task);
void overview_note(void *overview, const char *text);

/* Takes the lines away. */
void overview_clear(struct overview *overview);

/* The lines: the first counts runs, then one for each that is running, as many as fit in `rows`
 * (at least 1; the last then says how many more there are). Each at most `columns` wide, of which a
 * directory too long for it loses its beginning. Returns their number. */
size_t overview_lines(const struct sweep_schedule *schedule, size_t columns, size_t rows,
                      char lines[][OVERVIEW_COLUMNS + 1]);

/* What a run that has ended comes to: "test AUC 98.31 %, 44s", "failed: killed by SIGKILL". */
void overview_outcome(const struct sweep_task *task, char *text, size_t size);

#endif
