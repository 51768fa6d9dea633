/* Option values as they come, from a command line or from a config.json: who collects them owns
 * them here, and resolves them into a configuration at the end. */
#ifndef CONFIG_OPTION_LIST_H
#define CONFIG_OPTION_LIST_H

#include <stddef.h>

#include <cjson/cJSON.h>

#include "base/error.h"
#include "config/option.h"

struct option_list {
    struct option_value *values; /* n, each with a value of its own */
    const char **prefixes;       /* n; "mnist" for a value given as mnist_normal, else NULL */
    size_t n, capacity;
    /* NULL, or the data set among them where it was found before: the caller's, who keeps it as
     * long as the list. */
    const struct source *source;
    /* Of one's own images, as the last file says it; NULL: it does not. For source_of_record. */
    const char *recorded;
};

/* The row of a name as option_find, or of a name with the prefix of a data set before it
 * (mnist_normal, cifar10-rep-dim). *prefix is that prefix, or NULL. NULL when there is no row. */
const struct option *option_find_prefixed(const char *name, const char **prefix);

/* Appends a copy of `value`. */
int option_list_add(struct option_list *list, const struct option *option, const char *prefix,
                    const char *value, struct error *err);

/* Appends every value of a config.json, and takes note of the format of one's own images; resolving
 * looks at the disk for it all the same. An unknown key, a value of the wrong kind or out of its
 * range, a text with a control character is a STATUS_USAGE that names the file. */
int option_list_add_file(struct option_list *list, const char *path, struct error *err);

/* The same of an object that has been read already; `name` is where it is from, for messages. */
int option_list_add_json(struct option_list *list, const cJSON *json, const char *name,
                         struct error *err);

/* The last value that was added for an option, NULL when there is none. */
const char *option_list_last(const struct option_list *list, const struct option *option);

/* config_resolve, and then: every prefix must be that of the data set. */
int option_list_resolve(const struct option_list *list, struct config *config, struct error *err);

void option_list_free(struct option_list *list);

#endif
