/* One option at a time: find its row, read its value, print it, describe its range. */
#include "config/option.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"

/* '-' and '_' are one character in the names of options and of choices. */
static char fold(char c) {
    return c == '_' ? '-' : c;
}

static bool same_name(const char *a, const char *b, size_t length_b) {
    size_t i = 0;
    while (i < length_b && a[i] != '\0' && fold(a[i]) == fold(b[i]))
        i++;
    return i == length_b && a[i] == '\0';
}

const struct option *option_find(const char *name) {
    for (size_t i = 0; i < option_count; i++) {
        const char *row = option_table[i].name;
        if (same_name(name, row, strlen(row)))
            return &option_table[i];
    }
    return NULL;
}

void option_key(const struct option *option, char key[static OPTION_KEY_SIZE]) {
    size_t i = 0;
    for (; option->name[i] != '\0'; i++) {
        assert(i + 1 < OPTION_KEY_SIZE);
        key[i] = option->name[i] == '-' ? '_' : option->name[i];
    }
    key[i] = '\0';
}

/* The place of a word in a space-separated list, -1 when it is not there. */
static int word_place(const char *list, const char *word) {
    for (int place = 0; *list != '\0'; place++) {
        const size_t length = strcspn(list, " ");
        if (same_name(word, list, length))
            return place;
        list += length;
        list += *list == ' ';
    }
    return -1;
}

/* Writes the word at a place of a space-separated list. */
static void word_print(const char *list, int place, char *text, size_t size) {
    for (; place > 0; place--) {
        list += strcspn(list, " ");
        list += *list == ' ';
    }
    snprintf(text, size, "%.*s", (int)strcspn(list, " "), list);
}

static void *field_of(struct config *config, const struct option *option) {
    return (char *)config + option->offset;
}

static const void *value_of(const struct config *config, const struct option *option) {
    return (const char *)config + option->offset;
}

/* Reads a whole decimal number; false when it is none or not finite. number_parse alone would also
 * take hexadecimal numbers, "inf" and "nan". */
static bool parse_number(const char *text, bool integer, double *number) {
    if (text[0] == '\0' || text[strspn(text, integer ? "-0123456789" : "+-.eE0123456789")] != '\0')
        return false;
    return number_parse(text, number) && isfinite(*number);
}

static bool within_range(const struct option *option, double value) {
    return (option->min_open ? value > option->min : value >= option->min) &&
           (option->max_open ? value < option->max : value <= option->max) &&
           !(option->no_zero && value == 0);
}

/* The words of a list, with ", " between them. */
static void list_words(const char *list, char *text, size_t size) {
    size_t used = 0;
    text[0] = '\0';
    for (; *list != '\0' && used + 2 < size; list++) {
        if (*list == ' ')
            text[used++] = ',';
        text[used++] = *list;
        text[used] = '\0';
    }
}

static void number_range(const struct option *option, char *text, size_t size) {
    const bool real = option->type == OPTION_REAL;
    const double unbounded = real ? INFINITY : 2147483647.0;
    if (option->no_zero)
        snprintf(text, size, "-1 or >= 1");
    else if (option->max >= unbounded)
        snprintf(text, size, "%s %g", option->min_open ? ">" : ">=", option->min);
    else if (real)
        snprintf(text, size, "%c%g, %g%c", option->min_open ? '(' : '[', option->min, option->max,
                 option->max_open ? ')' : ']');
    else
        snprintf(text, size, "%g..%g", option->min, option->max);
}

void option_range(const struct option *option, char *text, size_t size) {
    switch (option->type) {
    case OPTION_FLAG:
    case OPTION_SWITCH:
        snprintf(text, size, "0 or 1");
        break;
    case OPTION_INT:
    case OPTION_REAL:
        number_range(option, text, size);
        break;
    case OPTION_CHOICE:
    case OPTION_TEXT:
        list_words(option->choices != NULL ? option->choices : "", text, size);
        break;
    }
}

/* "0..9", "0,1" or "0-9" where one integer is wanted. */
static bool looks_like_several(const struct option *option, const char *value) {
    const bool has_separator = strchr(value, ',') != NULL || strstr(value, "..") != NULL ||
                               (value[0] != '\0' && strchr(value + 1, '-') != NULL);
    return (option->type == OPTION_INT || option->type == OPTION_FLAG) && has_separator &&
           value[strspn(value, "0123456789,.-")] == '\0';
}

/* `list`, or NULL, is what the value is one of several in. */
static int refuse(const struct option *option, const char *value, const char *list,
                  struct error *err) {
    const bool real = option->type == OPTION_REAL;
    char range[256];
    double number;
    option_range(option, range, sizeof range);
    if (range[0] == '>' && parse_number(value, !real, &number) && number > option->max)
        snprintf(range, sizeof range, "<= %.0f", option->max);
    const char *kind = "";
    if (option->type == OPTION_INT)
        kind = option->no_zero ? "an integer, " : "an integer ";
    else if (real)
        kind = "a number ";
    else if (option->choices != NULL && strchr(option->choices, ' ') != NULL)
        kind = "one of ";
    const bool interval = option->type == OPTION_INT || real;
    const char *in = interval && !option->no_zero && strchr("<>", range[0]) == NULL ? "in " : "";
    return error_set(err, STATUS_USAGE, "--%s %.200s: %.200s%smust be %s%s%s%s", option->name,
                     list != NULL ? list : value, list != NULL ? value : "",
                     list != NULL ? " " : "", kind, in, range,
                     looks_like_several(option, value)
                         ? "; 'deepsvdd sweep' takes lists (0,1) and ranges (0..9)"
                         : "");
}

static int parse_text(struct config *config, const struct option *option, const char *value,
                      const char *list, struct error *err) {
    const size_t length = strlen(value);
    if (length >= CONFIG_PATH_SIZE)
        return error_set(err, STATUS_USAGE, "--%s %.40s...: longer than %d bytes", option->name,
                         value, CONFIG_PATH_SIZE - 1);
    if (option->choices != NULL && word_place(option->choices, value) < 0)
        return refuse(option, value, list, err);
    memcpy(field_of(config, option), value, length + 1);
    return STATUS_OK;
}

int option_parse_within(struct config *config, const struct option *option, const char *value,
                        const char *list, struct error *err) {
    const bool real = option->type == OPTION_REAL;
    double number;
    if (option->type == OPTION_TEXT)
        return parse_text(config, option, value, list, err);
    if (option->type == OPTION_CHOICE) {
        const int place = word_place(option->choices, value);
        if (place < 0)
            return refuse(option, value, list, err);
        *(int *)field_of(config, option) = place;
        return STATUS_OK;
    }
    if (!parse_number(value, !real, &number) || !within_range(option, number))
        return refuse(option, value, list, err);
    if (real)
        *(double *)field_of(config, option) = number;
    else
        *(int *)field_of(config, option) = (int)number;
    return STATUS_OK;
}

int option_parse(struct config *config, const struct option *option, const char *value,
                 struct error *err) {
    return option_parse_within(config, option, value, NULL, err);
}

void option_print(const struct config *config, const struct option *option, char *text,
                  size_t size) {
    const void *value = value_of(config, option);
    switch (option->type) {
    case OPTION_FLAG:
    case OPTION_SWITCH:
    case OPTION_INT:
        snprintf(text, size, "%d", *(const int *)value);
        break;
    case OPTION_REAL:
        number_print_exact(text, size, *(const double *)value);
        break;
    case OPTION_CHOICE:
        word_print(option->choices, *(const int *)value, text, size);
        break;
    case OPTION_TEXT:
        snprintf(text, size, "%s", (const char *)value);
        break;
    }
}

bool option_keeps_numbers(const struct option *option) {
    return option->without_effect || option->same_numbers;
}
