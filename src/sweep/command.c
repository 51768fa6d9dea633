/* Options back into words: for the process of a run, and quoted for a shell. */
#include "sweep/command.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A value that is empty or looks like an option is written --name=value. */
static bool is_attached(const char *value) {
    return value[0] == '\0' || strncmp(value, "--", 2) == 0;
}

/* The words of an option into `words` (2) and their text into `text`; returns how many words. */
static size_t option_words(const struct option_value *value, char *text, size_t size,
                           const char *words[2]) {
    const bool is_switch = value->option->type == OPTION_SWITCH;
    words[0] = text;
    words[1] = value->value;
    if (!is_switch && is_attached(value->value)) {
        const int length = snprintf(text, size, "--%s=%s", value->option->name, value->value);
        assert(length > 0 && (size_t)length < size); /* options have been parsed */
        (void)length;
        return 1;
    }
    snprintf(text, size, "--%s", value->option->name);
    return is_switch ? 1 : 2;
}

char **sweep_command(const struct sweep_run *run, const char *program) {
    enum { WORD_SIZE = CONFIG_PATH_SIZE + 64 };
    const size_t n_options = run->options.n, max_words = 2 * n_options + 3;
    char **command = calloc(1, max_words * sizeof *command + n_options * WORD_SIZE);
    if (command == NULL)
        return NULL;
    char *text = (char *)(command + max_words);
    size_t n = 0;
    command[n++] = (char *)program;
    command[n++] = (char *)"train";
    for (size_t i = 0; i < n_options; i++, text += WORD_SIZE) {
        const char *words[2];
        const size_t n_words = option_words(&run->options.values[i], text, WORD_SIZE, words);
        for (size_t w = 0; w < n_words; w++)
            command[n++] = (char *)words[w];
    }
    return command;
}

/* A word as a POSIX shell reads it: in single quotes where it must be. */
static void quote(FILE *line, const char *word) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-+.,/:=@%";
    if (word[0] != '\0' && word[strspn(word, plain)] == '\0') {
        fputs(word, line);
        return;
    }
    putc('\'', line);
    for (const char *c = word; *c != '\0'; c++)
        if (*c == '\'')
            fputs("'\\''", line);
        else
            putc(*c, line);
    putc('\'', line);
}

int sweep_command_line(const struct sweep_run *run, const char *program, char **line,
                       struct error *err) {
    size_t size = 0;
    *line = NULL;
    char **command = sweep_command(run, program);
    FILE *stream = command != NULL ? open_memstream(line, &size) : NULL;
    for (size_t i = 0; stream != NULL && command[i] != NULL; i++) {
        if (i > 0)
            putc(' ', stream);
        quote(stream, command[i]);
    }
    free(command);
    if (stream == NULL || fclose(stream) != 0 || *line == NULL)
        return error_set(err, STATUS_NO_MEMORY, "out of memory");
    if (strpbrk(*line, "\r\n") == NULL)
        return STATUS_OK;
    free(*line);
    *line = NULL;
    return error_set(err, STATUS_USAGE,
                     "%s: the command of this run has a line break in it, and so cannot stand on "
                     "one line: choose paths without",
                     run->directory);
}
