/* Files written whole: whoever opens the final name finds the old content or the new, never a part.
 */
#ifndef IO_FILE_WRITE_H
#define IO_FILE_WRITE_H

#include <stddef.h>

#include "base/error.h"

/* Writes path by way of a temporary file beside it that is synced and then renamed. On failure
 * (disk full, no permission) the old file stands and the temporary one is removed. */
int file_write_atomic(const char *path, const void *data, size_t size, struct error *err);

#endif
