/* Binary PPM images (magic number P6): width, height and largest value in decimal, then red, green
 * and blue of each pixel. Only one byte a value (largest value at most 255) is read here. */
#ifndef IO_PPM_H
#define IO_PPM_H

#include "io/file.h"

/* The largest file, and the largest image, in bytes. */
enum { PPM_MAX_SIZE = 64 << 20 };

struct ppm {
    size_t width, height;
    unsigned char *pixels; /* (height, width, 3), 0..255; freed with free() */
};

/* Parses one image; values of a file whose largest value is below 255 are scaled to 0..255 and
 * rounded. `name` (a path) stands in messages: another format, a malformed header, an image without
 * pixels or of more than PPM_MAX_SIZE bytes, more or fewer bytes than the header says, a value
 * above the largest. Nothing to free after an error. */
int ppm_parse(struct ppm *ppm, const char *name, const struct bytes *bytes, struct error *err);

#endif
