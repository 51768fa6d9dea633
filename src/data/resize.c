/* All positions are whole multiples of 1 / (2 out), so the arithmetic is in integers and the result
 * is the same on every machine. */
#include "data/resize.h"

#include <stdint.h>

/* Between two neighbours of the input, along one axis. */
struct position {
    size_t first, second;
    uint64_t weight; /* of the second, in parts of 2 out */
};

static struct position position_of(size_t place, size_t in, size_t out) {
    const uint64_t unit = 2 * (uint64_t)out;
    uint64_t centre = (2 * (uint64_t)place + 1) * in; /* (place + 1/2) in / out, in parts */
    uint64_t source = centre > out ? centre - out : 0;
    size_t first = (size_t)(source / unit);
    return (struct position){
        .first = first,
        .second = first + 1 < in ? first + 1 : first,
        .weight = source % unit,
    };
}

void resize_bilinear(const struct plane *plane, size_t height, size_t width, unsigned char *out) {
    const uint64_t y_unit = 2 * (uint64_t)height, x_unit = 2 * (uint64_t)width;
    const uint64_t total = y_unit * x_unit;
    for (size_t i = 0; i < height; i++) {
        const struct position y = position_of(i, plane->height, height);
        const unsigned char *above = plane->pixels + y.first * plane->row_stride;
        const unsigned char *below = plane->pixels + y.second * plane->row_stride;
        for (size_t j = 0; j < width; j++) {
            const struct position x = position_of(j, plane->width, width);
            const size_t left = x.first * plane->pixel_stride;
            const size_t right = x.second * plane->pixel_stride;
            const uint64_t top = (x_unit - x.weight) * above[left] + x.weight * above[right];
            const uint64_t bottom = (x_unit - x.weight) * below[left] + x.weight * below[right];
            const uint64_t sum = (y_unit - y.weight) * top + y.weight * bottom;
            out[i * width + j] = (unsigned char)((sum + total / 2) / total);
        }
    }
}
