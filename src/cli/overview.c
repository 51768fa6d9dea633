/* The overview of a sweep. */
#include "cli/overview.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/terminal.h"
#include "sweep/time.h"

static const double redraw_seconds = 0.1;

void overview_open(struct overview *overview, const struct sweep_schedule *schedule, bool quiet,
                   bool verbose) {
    const char *type = getenv("TERM");
    const bool moves = type != NULL && type[0] != '\0' && strcmp(type, "dumb") != 0;
    const bool live = isatty(STDERR_FILENO) && moves && !quiet && !verbose;
    *overview = (struct overview){.schedule = schedule, .live = live, .plain = !live && !quiet};
}

/* ---- text */

/* Appends a part that fits whole within `columns`. */
__attribute__((format(printf, 3, 4))) static void append(char *line, size_t columns,
                                                         const char *format, ...) {
    const size_t used = strlen(line),
                 room = columns < OVERVIEW_COLUMNS ? columns : OVERVIEW_COLUMNS;
    if (used >= room)
        return;
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(line + used, room - used + 1, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length > room - used)
        line[used] = '\0';
}

static void count_line(const struct sweep_schedule *schedule, size_t columns, char *line) {
    const size_t *counts = schedule->counts;
    const double left = sweep_time_left(schedule);
    line[0] = '\0';
    append(line, columns, "%zu done", counts[SWEEP_DONE] + counts[SWEEP_COMPLETE]);
    append(line, columns, "  %zu running", counts[SWEEP_RUNNING]);
    append(line, columns, "  %zu left", counts[SWEEP_WAITING]);
    if (counts[SWEEP_ELSEWHERE] > 0)
        append(line, columns, "  %zu elsewhere", counts[SWEEP_ELSEWHERE]);
    if (counts[SWEEP_FAILED] > 0)
        append(line, columns, "  %zu failed", counts[SWEEP_FAILED]);
    if (!isnan(left)) {
        char text[32];
        terminal_duration(left, text, sizeof text);
        append(line, columns, "  %s to go", text);
    }
}

static void progress_text(const struct sweep_task *task, char *text, size_t size) {
    static const char *const names[] = {"pretrain", "train"};
    if (task->epoch == 0)
        snprintf(text, size, "  starting");
    else
        snprintf(text, size, "  %s %zu/%zu", names[task->phase], task->epoch,
                 task->run->n_epochs[task->phase]);
}

/* Who it is matters at its end, where classes and seed are; in a name that was not made by this
 * program there may be anything. */
static void task_line(const struct sweep_task *task, size_t columns, char *line) {
    char progress[64];
    char directory[TEXT_LINE_SIZE];
    progress_text(task, progress, sizeof progress);
    text_print_line(directory, sizeof directory, "%s", task->run->directory);
    const size_t wide = strlen(directory), after = strlen(progress);
    line[0] = '\0';
    if (columns < after + 12) {
        append(line, columns, "%s", progress + 2);
        return;
    }
    const size_t room = (columns < OVERVIEW_COLUMNS ? columns : OVERVIEW_COLUMNS) - after - 2;
    const char *end = directory + (wide <= room ? 0 : wide - (room - 3));
    while ((*end & 0xc0) == 0x80) /* not in the middle of a character of UTF-8 */
        end++;
    append(line, columns, "  %s%s", wide <= room ? "" : "...", end);
    append(line, columns, "%s", progress);
}

size_t overview_lines(const struct sweep_schedule *schedule, size_t columns, size_t rows,
                      char lines[][OVERVIEW_COLUMNS + 1]) {
    const size_t n_running = schedule->counts[SWEEP_RUNNING];
    const size_t most = rows < OVERVIEW_LINES ? rows : OVERVIEW_LINES;
    size_t n = 1, n_told = 0;
    count_line(schedule, columns, lines[0]);
    for (size_t i = 0; i < schedule->n && n < most && n_told < n_running; i++) {
        if (schedule->tasks[i].state != SWEEP_RUNNING)
            continue;
        if (n + 1 == most && n_told + 1 < n_running) {
            lines[n][0] = '\0';
            append(lines[n++], columns, "  and %zu more", n_running - n_told);
            break;
        }
        task_line(&schedule->tasks[i], columns, lines[n++]);
        n_told++;
    }
    return n;
}

void overview_outcome(const struct sweep_task *task, char *text, size_t size) {
    char duration[32], auc[64];
    terminal_duration(task->seconds, duration, sizeof duration);
    if (isnan(task->auc))
        snprintf(auc, sizeof auc, "test AUC undefined");
    else
        snprintf(auc, sizeof auc, "test AUC %.2f %%", 100 * task->auc);
    if (task->state == SWEEP_DONE)
        snprintf(text, size, "%s, %s", auc, duration);
    else if (task->state == SWEEP_COMPLETE)
        snprintf(text, size, "%s, complete already", auc);
    else if (task->state == SWEEP_FAILED)
        snprintf(text, size, "failed: %s", task->reason);
    else if (task->state == SWEEP_ELSEWHERE)
        snprintf(text, size, "left to another process, which is at work on it");
    else
        snprintf(text, size, "stopped");
}

/* ---- terminal */

static void window(size_t *columns, size_t *rows) {
    struct winsize size;
    *columns = 80;
    *rows = 24;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0)
        return;
    *columns = size.ws_col > 0 ? size.ws_col : *columns;
    *rows = size.ws_row > 0 ? size.ws_row : *rows;
}

/* Writes into `text` what goes back to where the lines begin and takes away all below. A window
 * that was made narrower has broken them, so that they take up more rows than they were. */
static void rewind_lines(struct overview *overview, size_t columns, char text[32]) {
    size_t n = 0;
    for (size_t i = 0; i < overview->n_shown; i++)
        n += overview->shown[i] > columns ? (overview->shown[i] + columns - 1) / columns : 1;
    text[0] = '\0';
    if (n > 1)
        snprintf(text, 32, "\033[%zuA\r\033[J", n - 1);
    else if (n == 1)
        snprintf(text, 32, "\r\033[J");
    overview->n_shown = 0;
}

void overview_clear(struct overview *overview) {
    char back[32];
    size_t columns, rows;
    window(&columns, &rows);
    rewind_lines(overview, columns, back);
    fputs(back, stderr);
    fflush(stderr);
}

/* In one call, since standard error has no buffer, and half a picture would flicker. */
static void draw(struct overview *overview, double time) {
    char lines[OVERVIEW_LINES][OVERVIEW_COLUMNS + 1];
    char picture[OVERVIEW_LINES * (OVERVIEW_COLUMNS + 2) + 32];
    size_t columns, rows;
    window(&columns, &rows);
    /* the last column stays free: some terminals go to the next line when it is filled */
    const size_t n =
        overview_lines(overview->schedule, columns - 1, rows > 2 ? rows - 1 : 1, lines);
    rewind_lines(overview, columns, picture);
    size_t used = strlen(picture);
    for (size_t i = 0; i < n; i++) {
        overview->shown[i] = strlen(lines[i]);
        used += (size_t)snprintf(picture + used, sizeof picture - used, "%s%s", i > 0 ? "\n" : "",
                                 lines[i]);
    }
    overview->n_shown = n;
    overview->drawn_at = time;
    fwrite(picture, 1, used, stderr);
    fflush(stderr);
}

void overview_changed(void *context) {
    struct overview *overview = context;
    const double time = clock_seconds();
    if (overview->live && (time - overview->drawn_at >= redraw_seconds || overview->n_shown == 0))
        draw(overview, time);
}

void overview_ended(void *context, size_t i) {
    struct overview *overview = context;
    const struct sweep_schedule *schedule = overview->schedule;
    const struct sweep_task *task = &schedule->tasks[i];
    char outcome[128];
    char line[TEXT_LINE_SIZE];
    if (overview->plain || (overview->live && task->state == SWEEP_FAILED)) {
        const size_t n_open = schedule->counts[SWEEP_WAITING] + schedule->counts[SWEEP_RUNNING] +
                              schedule->counts[SWEEP_ELSEWHERE];
        if (overview->live)
            overview_clear(overview);
        overview_outcome(task, outcome, sizeof outcome);
        text_print_line(line, sizeof line, "[%zu/%zu] %.800s: %s", schedule->n - n_open,
                        schedule->n, task->run->directory, outcome);
        fprintf(stderr, "deepsvdd: %s\n", line);
    }
    overview_changed(overview);
}

void overview_note(void *context, const char *text) {
    struct overview *overview = context;
    overview_clear(overview);
    fprintf(stderr, "deepsvdd: %s\n", text);
    overview_changed(overview);
}
