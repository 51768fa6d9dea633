/* One option at a time: its row, its value read and printed, its range in words. */
#ifndef CONFIG_OPTION_H
#define CONFIG_OPTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "config/config.h"
#include "config/option_table.h"

/* What the command line gave for an option. Of several the last one wins. */
struct option_value {
    const struct option *option;
    const char *value;
    bool from_file; /* of a config.json, which has the values that were worked out as well */
};

/* The row of a name; '_' and '-' are the same. NULL when there is none. */
const struct option *option_find(const char *name);

/* The key in config.json: the name with underscores. */
enum { OPTION_KEY_SIZE = 64 };
void option_key(const struct option *option, char key[static OPTION_KEY_SIZE]);

/* One spelled value into the struct; else STATUS_USAGE naming option, value and range. */
int option_parse(struct config *config, const struct option *option, const char *value,
                 struct error *err);

/* The same of a value that stands in a list, which the message then names too. */
int option_parse_within(struct config *config, const struct option *option, const char *value,
                        const char *list, struct error *err);

/* The value as on the command line. */
void option_print(const struct config *config, const struct option *option, char *text,
                  size_t size);

/* The range in short: "-1..9", "(0, 1]", ">= 1", "0 or 1", "l1, l2, std"; "" when any text goes. */
void option_range(const struct option *option, char *text, size_t size);

/* True when no value changes the numbers of a run: where files are, what is written and evaluated
 * on the way, threads, and the code of the hot loops (last digits only). */
bool option_keeps_numbers(const struct option *option);

#endif
