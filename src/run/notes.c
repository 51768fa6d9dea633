#include "run/notes.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

void run_enter(const struct run *run, const char *phase) {
    const struct run_progress progress = {
        .phase = phase, .loss = (double)NAN, .auc = (double)NAN, .seconds_left = (double)NAN};
    if (run->observer->progress)
        run->observer->progress(run->observer->context, &progress);
}

int run_note(struct run *run, struct error *err, const char *format, ...) {
    char line[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (run->observer->note)
        run->observer->note(run->observer->context, line);
    return journal_log(&run->journal, err, "%s", line);
}
