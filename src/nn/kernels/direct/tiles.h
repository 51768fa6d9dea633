/* Images as Winograd's algorithm sees them: channels of pixels cut into tiles.
 *
 * The output of an upscaled image's convolution is seen as four times its channels, (parity, O),
 * each of the small image's size: every second pixel of every second row. */
#ifndef NN_KERNELS_DIRECT_TILES_H
#define NN_KERNELS_DIRECT_TILES_H

#include "nn/kernels/direct/parity.h"
#include "nn/kernels/direct/transforms.h"

/* Steps are in vectors. */
struct view {
    size_t channels, height, width; /* (parity, O) counted as channels */
    size_t parities;                /* 1 or PARITIES */
    size_t plane, row, step;
};

/* What a convolution takes and gives, and how it is cut. */
struct tiling {
    struct view in, out;
    size_t field; /* 5, or 3 by parities */
    size_t n_tiles;
};

static inline struct tiling tiling_of(const struct conv_shape *shape) {
    size_t scale = shape->upscale ? 2 : 1, pixels = shape->height * shape->width * VECTORS;
    struct view in = {shape->in_channels,     shape->height, shape->width, 1, pixels,
                      shape->width * VECTORS, VECTORS};
    struct view out = {shape->out_channels * scale * scale,
                       shape->height,
                       shape->width,
                       scale * scale,
                       pixels * scale * scale,
                       shape->width * VECTORS * scale * scale,
                       VECTORS * scale};
    return (struct tiling){in, out, shape->upscale ? PARITY_FIELD : CONV_SIZE,
                           shape->height / TILE_OUT * (shape->width / TILE_OUT)};
}

/* Elements of an input tile. */
static inline size_t n_elements(const struct tiling *tiling) {
    size_t side = tiling->field + TILE_OUT - 1;
    return side * side;
}

/* Pixel (0, 0) of a channel, from that of the image. */
static inline size_t view_origin(const struct view *view, size_t channel) {
    size_t channels = view->channels / view->parities, parity = channel / channels;
    return channel % channels * view->plane + parity / 2 * view->row / 2 +
           parity % 2 * view->step / 2;
}

/* The first pixel of output tile `number`, from (0, 0). */
static inline size_t view_tile(const struct view *view, size_t number) {
    size_t columns = view->width / TILE_OUT;
    return number / columns * TILE_OUT * view->row + number % columns * TILE_OUT * view->step;
}

/* The tile of field + 3 pixels a side around output tile `number` of a channel, 0 outside of the
 * image. `from` is the channel's pixel (0, 0). */
INLINE void load_tile(vector *tile, const vector *from, const struct view *view, size_t number,
                      const size_t field) {
    const size_t side = field + TILE_OUT - 1, pad = field / 2, columns = view->width / TILE_OUT;
    size_t top = number / columns * TILE_OUT, left = number % columns * TILE_OUT;
    const size_t step = field == CONV_SIZE ? VECTORS : view->step; /* constant, where it can be */
    for (size_t y = 0; y < side; y++) {
        /* coordinates above and left of the image wrap around */
        size_t row = top + y - pad;
        const vector *line = from + row * view->row;
        for (size_t x = 0; x < side; x++) {
            size_t column = left + x - pad;
            bool inside = row < view->height && column < view->width;
            tile[y * side + x] = inside ? line[column * step] : (vector){0};
        }
    }
}

/* B^T in B of one tile; element e goes to v[e * step]. */
INLINE void input_tile(vector *v, size_t step, const vector *from, const struct view *view,
                       size_t number, const size_t field) {
    const size_t side = field + TILE_OUT - 1;
    vector tile[MAX_TILE * MAX_TILE], rows[MAX_TILE * MAX_TILE];
    load_tile(tile, from, view, number, field);
    for (size_t x = 0; x < side; x++)
        transform_input(rows + x, side, tile + x, side, field);
    for (size_t y = 0; y < side; y++)
        transform_input(v + y * side * step, step, rows + y * side, 1, field);
}

/* out = A^T m A + bias of one tile, of which element e is m[e * step]. */
INLINE void output_tile(vector *to, const struct view *view, const vector *m, size_t step,
                        float bias, const size_t field) {
    const size_t side = field + TILE_OUT - 1;
    vector rows[TILE_OUT * MAX_TILE], tile[TILE_OUT];
    for (size_t x = 0; x < side; x++)
        transform_output(rows + x, side, m + x * step, side * step, field);
    for (size_t y = 0; y < TILE_OUT; y++) {
        transform_output(tile, 1, rows + y * side, 1, field);
        for (size_t x = 0; x < TILE_OUT; x++)
            to[y * view->row + x * view->step] = tile[x] + bias;
    }
}

/* A d_out A^T of one tile; element e goes to m[e * step]. */
INLINE void gradient_tile(vector *m, size_t step, const vector *from, const struct view *view,
                          const size_t field) {
    const size_t side = field + TILE_OUT - 1;
    vector rows[MAX_TILE * TILE_OUT];
    for (size_t x = 0; x < TILE_OUT; x++)
        transform_output_gradient(rows + x, TILE_OUT, from + x * view->step, view->row, field);
    for (size_t y = 0; y < side; y++)
        transform_output_gradient(m + y * side * step, step, rows + y * TILE_OUT, 1, field);
}

#endif
