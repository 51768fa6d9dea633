/* The configuration as the object of config.json, and its comparison with one. */
#ifndef CONFIG_JSON_H
#define CONFIG_JSON_H

#include <cjson/cJSON.h>

#include "config/config.h"

/* All options but the switches, which belong to one call and not to a run, as a JSON object: ints
 * and reals are numbers, choices and texts strings, no text is "". Printed, and read back by way of
 * option_list_add_file, it gives the same values to the bit: a real that cJSON would not print
 * exactly is an item of raw text. Freed with cJSON_Delete. NULL when out of memory.
 *
 * With one's own images it has one key more, which is no option: CONFIG_SOURCE_KEY, an object with
 * the "format" of their files, so that who reads of the run need not have them. */
cJSON *config_to_json(const struct config *config);
#define CONFIG_SOURCE_KEY "source"

/* The format in such an object; NULL when it has none. */
const char *config_source_format(const cJSON *json);

/* Name of the first option that changes results and differs between config and the JSON object of a
 * config.json; NULL when there is none. */
const char *config_difference(const struct config *config, const cJSON *json);

#endif
