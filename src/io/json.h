/* JSON files by way of cJSON. */
#ifndef IO_JSON_H
#define IO_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
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

/* Making JSON. What cannot be added for want of memory is remembered in the object or array that
 * lacks it, so that there is one check, at the end: json_print and json_write refuse what is not
 * complete. An object that could not be made is NULL, and adding to it does nothing. */

/* A new, empty object or array under the key, or at the end of an array. */
cJSON *json_add_object(cJSON *object, const char *key);
cJSON *json_add_array(cJSON *object, const char *key);
cJSON *json_append_object(cJSON *array);

/* A text that is NULL could not be made. */
void json_add_text(cJSON *object, const char *key, const char *text);
/* The number as JSON, or null where it is not finite. */
void json_add_number(cJSON *object, const char *key, double value);
/* The same; nothing where it is not finite. */
void json_add_finite(cJSON *object, const char *key, double value);
void json_append_number(cJSON *array, double value);
void json_add_bool(cJSON *object, const char *key, bool value);

/* The item, which belongs to the object from then on and is freed when it cannot be added; NULL: it
 * could not be made. */
void json_add_item(cJSON *object, const char *key, cJSON *item);
/* The same; nothing where the item is an object or array with nothing in it. */
void json_add_filled(cJSON *object, const char *key, cJSON *item);

/* False for NULL, and when anything is lacking in it or below. */
bool json_complete(const cJSON *json);

/* *text: it in one line, or indented in several, without a final newline; freed with cJSON_free.
 * STATUS_NO_MEMORY when it is not complete. `name` (a path) stands in messages. */
int json_print(const char *name, const cJSON *json, bool indented, char **text, struct error *err);

/* Writes it indented, with a final newline, atomically; nothing when it is not complete. */
int json_write(const char *path, const cJSON *json, struct error *err);

#endif
