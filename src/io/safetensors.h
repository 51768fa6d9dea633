/* The safetensors format: a 64-bit little-endian header length, a JSON header (name -> dtype,
 * shape, data_offsets; "__metadata__" -> strings), the values. Only F32 tensors are read
 * (and written: safetensors_write.h), at most TENSOR_LIST_MAX of them and as many pairs of
 * metadata, 16 MB of header and 1 GB of values. */
#ifndef IO_SAFETENSORS_H
#define IO_SAFETENSORS_H

#include "base/error.h"
#include "io/tensor_list.h"

/* Reads a file, checking every length and offset; tensors are listed in the order of their values
 * in the file. After an error the list is empty. The result is freed with tensor_list_free. */
int safetensors_read(const char *path, struct tensor_list *list, struct error *err);

#endif
