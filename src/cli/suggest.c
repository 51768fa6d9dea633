/* Spelling suggestions by edit distance. */
#include "cli/suggest.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "config/config.h"
#include "config/option.h"
#include "data/dataset.h"

enum { WORD_SIZE = 64 };

static char fold(char c) {
    return c == '_' ? '-' : (char)tolower((unsigned char)c);
}

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

/* Optimal string alignment, three rows of the table at a time. */
size_t suggest_distance(const char *a, const char *b) {
    const size_t n = strlen(a), m = strlen(b);
    size_t rows[3][WORD_SIZE];
    size_t *older = rows[0], *old = rows[1], *row = rows[2];
    if (n >= WORD_SIZE || m >= WORD_SIZE)
        return SIZE_MAX;
    for (size_t j = 0; j <= m; j++) {
        older[j] = 0;
        row[j] = j;
    }
    for (size_t i = 1; i <= n; i++) {
        size_t *recycled = older;
        older = old;
        old = row;
        row = recycled;
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            const bool same = fold(a[i - 1]) == fold(b[j - 1]);
            row[j] = least(least(old[j], row[j - 1]) + 1, old[j - 1] + !same);
            if (i > 1 && j > 1 && fold(a[i - 1]) == fold(b[j - 2]) &&
                fold(a[i - 2]) == fold(b[j - 1]))
                row[j] = least(row[j], older[j - 2] + 1);
        }
    }
    return row[m];
}

/* The best candidate so far. */
struct search {
    const char *word;
    size_t distance;
    char best[WORD_SIZE];
};

static void consider(struct search *search, const char *candidate) {
    const size_t distance = suggest_distance(search->word, candidate);
    if (distance < search->distance) {
        search->distance = distance;
        snprintf(search->best, sizeof search->best, "%s", candidate);
    }
}

/* Near enough is one mistake in three letters, and one in a short word. */
static struct search search_for(const char *word) {
    const size_t length = strlen(word);
    return (struct search){.word = word, .distance = (length < 6 ? 1 : length / 3) + 1, .best = ""};
}

static bool found(const struct search *search, char *suggestion, size_t size) {
    snprintf(suggestion, size, "%s", search->best);
    return search->best[0] != '\0';
}

bool suggest_option(const char *name, char *suggestion, size_t size) {
    struct search search = search_for(name);
    for (size_t i = 0; i < option_count; i++)
        consider(&search, option_table[i].name);
    for (size_t d = 0; dataset_table[d] != NULL; d++) {
        for (size_t i = 0; dataset_table[d]->prefix != NULL && i < option_count; i++) {
            char prefixed[WORD_SIZE];
            snprintf(prefixed, sizeof prefixed, "%s-%s", dataset_table[d]->prefix,
                     option_table[i].name);
            if (option_table[i].prefixed)
                consider(&search, prefixed);
        }
    }
    consider(&search, "config");
    consider(&search, "help");
    consider(&search, "version");
    return found(&search, suggestion, size);
}

bool suggest_command(const char *name, char *suggestion, size_t size) {
    struct search search = search_for(name);
    for (size_t i = 0; all_commands[i] != NULL; i++)
        consider(&search, all_commands[i]->name);
    return found(&search, suggestion, size);
}
