/* Writing of the format that io/safetensors.h describes. */
#ifndef IO_SAFETENSORS_WRITE_H
#define IO_SAFETENSORS_WRITE_H

#include "base/error.h"
#include "io/tensor_list.h"

/* Writes the list atomically (file_write_atomic). */
int safetensors_write(const char *path, const struct tensor_list *list, struct error *err);

#endif
