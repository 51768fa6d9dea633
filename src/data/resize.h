/* Bilinear resizing. */
#ifndef DATA_RESIZE_H
#define DATA_RESIZE_H

#include <stddef.h>

/* One channel of a rectangle of an image: the value in row y, column x is
 * pixels[y * row_stride + x * pixel_stride]. */
struct plane {
    const unsigned char *pixels;
    size_t height, width; /* 1 .. RESIZE_MAX_SIDE */
    size_t row_stride, pixel_stride;
};

/* The longest side, of input and output, for which nothing overflows. */
enum { RESIZE_MAX_SIDE = 1 << 26 };

/* Writes the plane as (height, width), resized as PyTorch's interpolate(mode="bilinear",
 * align_corners=False, antialias=False) does it: the output pixel y lies at
 * (y + 1/2) in_height / out_height - 1/2 of the input, clamped at its edges, and is the mean of the
 * four pixels around weighted by nearness; exact, then rounded to the nearest byte, halves up. */
void resize_bilinear(const struct plane *plane, size_t height, size_t width, unsigned char *out);

#endif
