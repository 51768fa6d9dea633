/* Base64 (RFC 4648, section 4), as data: URLs have it. */
#ifndef IO_BASE64_H
#define IO_BASE64_H

#include <stddef.h>
#include <stdio.h>

/* Writes the bytes in base64, padded with '=', without line breaks: 4 * ceil(size / 3) characters.
 * Errors of the stream are for the caller to look at (ferror). */
void base64_write(const unsigned char *data, size_t size, FILE *out);

#endif
