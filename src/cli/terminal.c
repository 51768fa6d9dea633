/* The progress line. */
#include "cli/terminal.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"

enum { LINE_SIZE = 256, DEFAULT_COLUMNS = 80 };

/* Not more often than the eye follows: a small network has many epochs a second. */
static const double redraw_seconds = 0.05;

void terminal_open(struct terminal *terminal, bool quiet, bool verbose) {
    const char *no_color = getenv("NO_COLOR");
    const char *type = getenv("TERM");
    const bool plain = (no_color != NULL && no_color[0] != '\0') || type == NULL ||
                       type[0] == '\0' || strcmp(type, "dumb") == 0;
    const bool live = isatty(STDERR_FILENO) && !quiet && !verbose;
    *terminal = (struct terminal){.verbose = verbose, .live = live, .color = live && !plain};
}

static size_t columns(void) {
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return DEFAULT_COLUMNS;
}

void terminal_duration(double seconds, char *text, size_t size) {
    const unsigned long long s = seconds > 0 ? (unsigned long long)(seconds + 0.5) : 0;
    if (s < 60)
        snprintf(text, size, "%llus", s);
    else if (s < 3600)
        snprintf(text, size, "%llum%02llus", s / 60, s % 60);
    else
        snprintf(text, size, "%lluh%02llum", s / 3600, s / 60 % 60);
}

/* Appends to a line what fits whole: half a number would be another number. */
__attribute__((format(printf, 3, 4))) static void append(char *text, size_t size,
                                                         const char *format, ...) {
    const size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(text + used, size - used, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= size - used)
        text[used] = '\0';
}

void terminal_line(const struct run_progress *progress, size_t width, char *text, size_t size) {
    const size_t room = width + 1 < size ? width + 1 : size;
    text[0] = '\0';
    append(text, room, "%s", progress->phase);
    if (progress->n_epochs > 0)
        append(text, room, "  epoch %zu/%zu", progress->epoch, progress->n_epochs);
    if (!isnan(progress->loss))
        append(text, room, "  loss %.6g", progress->loss);
    if (!isnan(progress->auc))
        append(text, room, "  AUC %.2f %%", 100 * progress->auc);
    if (!isnan(progress->seconds_left)) {
        char left[32];
        terminal_duration(progress->seconds_left, left, sizeof left);
        append(text, room, "  %s left", left);
    }
}

void terminal_clear(struct terminal *terminal) {
    if (terminal->shown > 0)
        fprintf(stderr, "\r%*s\r", (int)terminal->shown, "");
    terminal->shown = 0;
    fflush(stderr);
}

/* Blanks, not an escape sequence, wipe out what is left of a longer line: any terminal has them. */
static void draw(struct terminal *terminal, const struct run_progress *progress) {
    char line[LINE_SIZE];
    const size_t width = columns();
    terminal_line(progress, width - 1, line, sizeof line);
    const size_t length = strlen(line);
    const size_t rest = terminal->shown > length ? terminal->shown - length : 0;
    const size_t bold = strcspn(line, " ");
    fprintf(stderr, "\r%s%.*s%s%s%*s", terminal->color ? "\033[1m" : "", (int)bold, line,
            terminal->color ? "\033[0m" : "", line + bold, (int)rest, "");
    fflush(stderr);
    terminal->shown = length;
}

void terminal_progress(void *context, const struct run_progress *progress) {
    struct terminal *terminal = context;
    if (terminal->verbose && progress->epoch > 0) {
        char line[LINE_SIZE];
        terminal_line(progress, sizeof line - 1, line, sizeof line);
        fprintf(stderr, "%s\n", line);
    }
    if (!terminal->live)
        return;
    const double time = clock_seconds();
    const bool new_phase = terminal->phase == NULL || strcmp(terminal->phase, progress->phase) != 0;
    if (!new_phase && time - terminal->drawn_at < redraw_seconds &&
        progress->epoch < progress->n_epochs)
        return;
    terminal->phase = progress->phase;
    terminal->drawn_at = time;
    draw(terminal, progress);
}

void terminal_note(void *context, const char *text) {
    struct terminal *terminal = context;
    if (!terminal->live && !terminal->verbose)
        return;
    terminal_clear(terminal);
    fprintf(stderr, "deepsvdd: %s\n", text);
}
