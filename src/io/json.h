/* JSON files by way of cJSON. */
#ifndef IO_JSON_H
#define IO_JSON_H

#include <cjson/cJSON.h>

#include "base/error.h"

/* Parses a whole file; messages give path and line. The result is freed with cJSON_Delete. */
int json_read(const char *path, cJSON **json, struct error *err);

/* Writes it indented, with a final newline, atomically. */
int json_write(const char *path, const cJSON *json, struct error *err);

/* The number as JSON, or null where it is not finite. */
void json_add_number(cJSON *object, const char *key, double value);

#endif
