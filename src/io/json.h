/* JSON files by way of cJSON. */
#ifndef IO_JSON_H
#define IO_JSON_H

#include <cjson/cJSON.h>
#include <stddef.h>

#include "base/error.h"

/* Parses `size` bytes of text; `name` (a path) and the line stand in messages. An error when
 * anything but white space follows the value, an object has two values of one name, a string holds
 * a zero character, or there are more than a million values. The result is freed with
 * cJSON_Delete. */
int json_parse(const char *name, const char *text, size_t size, cJSON **json, struct error *err);

/* Parses a whole file of at most 16 MB; messages give path and line. The result is freed with
 * cJSON_Delete. */
int json_read(const char *path, cJSON **json, struct error *err);

/* Writes it indented, with a final newline, atomically. */
int json_write(const char *path, const cJSON *json, struct error *err);

/* The number as JSON, or null where it is not finite. */
void json_add_number(cJSON *object, const char *key, double value);

#endif
