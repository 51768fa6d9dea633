/* BatchNorm, with the activation and pooling that follow it, so that what lies between them is
 * never in memory: the backward pass computes it again. Sums are kept for each lane and put
 * together at the end of a channel. */
#include "nn/kernels/lanes/batchnorm.h"

#include <string.h>

/* The sum of the first n lanes. */
INLINE float sum_lanes(const pixel *lanes, size_t n) {
    float sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (*lanes)[i];
    return sum;
}

void KERNEL(sum_channels)(float *d_bias, const float *d, size_t channels, size_t size) {
    const pixel *from = (const pixel *)d;
    for (size_t c = 0; c < channels; c++, from += size) {
        pixel sum = {0};
        for (size_t i = 0; i < size; i++)
            sum += from[i];
        d_bias[c] += sum_lanes(&sum, LANES);
    }
}

/* Sums run in this many parts at a time, so that one addition need not wait for the one before. */
enum { PARTS = 4 };

/* Two passes: deviations from the mean lose no digits where the mean is large. */
void KERNEL(batchnorm_moments)(float *mean, float *deviations, const float *in, size_t channels,
                               size_t size, size_t n_images) {
    const pixel *from = (const pixel *)in;
    for (size_t c = 0; c < channels; c++, from += size) {
        pixel sum[PARTS] = {0}, squares[PARTS] = {0};
        size_t i = 0;
        for (; i + PARTS <= size; i += PARTS)
            for (size_t k = 0; k < PARTS; k++)
                sum[k] += from[i + k];
        for (; i < size; i++)
            sum[0] += from[i];
        sum[0] = (sum[0] + sum[1]) + (sum[2] + sum[3]);
        float m = sum_lanes(sum, n_images) / (float)(n_images * size);
        for (i = 0; i + PARTS <= size; i += PARTS)
            for (size_t k = 0; k < PARTS; k++)
                squares[k] += (from[i + k] - m) * (from[i + k] - m);
        for (; i < size; i++)
            squares[0] += (from[i] - m) * (from[i] - m);
        squares[0] = (squares[0] + squares[1]) + (squares[2] + squares[3]);
        mean[c] = m;
        deviations[c] = sum_lanes(squares, n_images);
    }
}

void KERNEL(batchnorm_forward)(float *out, const float *in, const float *scale, const float *shift,
                               const struct norm_shape *shape) {
    size_t row = shape->width * VECTORS, plane = shape->height * row;
    const vector *from = (const vector *)in;
    vector *to = (vector *)out;
    float slope = shape->slope;
    for (size_t c = 0; c < shape->channels; c++, from += plane) {
        float a = scale[c], b = shift[c];
        for (size_t i = 0; !shape->pool && i < plane; i++) {
            vector y = from[i] * a + b;
            *to++ = vector_max(y, y * slope);
        }
        for (size_t y = 0; shape->pool && y + 1 < shape->height; y += 2)
            for (size_t x = 0; x + 1 < shape->width; x += 2)
                for (size_t part = 0; part < VECTORS; part++) {
                    const vector *in_0 = from + y * row + x * VECTORS + part;
                    vector y_0 = in_0[0] * a + b, y_1 = in_0[VECTORS] * a + b;
                    vector y_2 = in_0[row] * a + b, y_3 = in_0[row + VECTORS] * a + b;
                    vector max = vector_max(vector_max(y_0, y_1), vector_max(y_2, y_3));
                    *to++ = vector_max(max, max * slope);
                }
    }
}

/* d at one pixel that is not pooled. */
INLINE vector gradient(vector d_out, vector in, float scale, float shift, float slope) {
    return where_positive(in * scale + shift, d_out, d_out * slope);
}

/* d at the four pixels of a window: d_out goes to the first maximum. */
INLINE void window_gradient(vector d[4], vector d_out, const vector in[4], float scale, float shift,
                            float slope) {
    vector y[4];
    for (int k = 0; k < 4; k++)
        y[k] = in[k] * scale + shift;
    vector max = vector_max(vector_max(y[0], y[1]), vector_max(y[2], y[3]));
    vector left = where_positive(max, d_out, d_out * slope);
    for (int k = 0; k < 3; k++) {
        d[k] = where_equal(y[k], max, left);
        left -= d[k]; /* exact: d is left or 0 */
    }
    d[3] = left;
}

/* The part of a window's four pixels. */
INLINE void load_window(vector in[4], const vector *from, size_t row) {
    in[0] = from[0];
    in[1] = from[VECTORS];
    in[2] = from[row];
    in[3] = from[row + VECTORS];
}

/* One channel's sums of d and d * (in - mean), lane by lane. */
INLINE void channel_sums(vector sum[2], const vector *d_out, const vector *in, float scale,
                         float shift, float mean, const struct norm_shape *shape, size_t part) {
    size_t row = shape->width * VECTORS;
    vector s[2] = {{0}}, p[2] = {{0}};
    if (shape->pool) {
        d_out += part;
        for (size_t y = 0; y + 1 < shape->height; y += 2)
            for (size_t x = 0; x + 1 < shape->width; x += 2, d_out += VECTORS) {
                vector window[4], d[4];
                load_window(window, in + y * row + x * VECTORS + part, row);
                window_gradient(d, *d_out, window, scale, shift, shape->slope);
                for (int k = 0; k < 4; k++) {
                    s[k % 2] += d[k];
                    p[k % 2] += d[k] * (window[k] - mean);
                }
            }
    } else {
        for (size_t i = part, end = shape->height * row, k = 0; i < end; i += VECTORS, k ^= 1) {
            vector d = gradient(d_out[i], in[i], scale, shift, shape->slope);
            s[k] += d;
            p[k] += d * (in[i] - mean);
        }
    }
    sum[0] = s[0] + s[1];
    sum[1] = p[0] + p[1];
}

void KERNEL(batchnorm_backward_sums)(float *sum, float *sum_product, const float *d_out,
                                     const float *in, const struct norm_values *values,
                                     const struct norm_shape *shape) {
    size_t plane = shape->height * shape->width * VECTORS;
    size_t out_plane = shape->pool ? (shape->height / 2) * (shape->width / 2) * VECTORS : plane;
    for (size_t c = 0; c < shape->channels; c++) {
        sum[c] = sum_product[c] = 0;
        for (size_t part = 0; part < VECTORS; part++) {
            vector lanes[2];
            channel_sums(lanes, (const vector *)d_out + c * out_plane,
                         (const vector *)in + c * plane, values->scale[c], values->shift[c],
                         values->mean[c], shape, part);
            sum[c] += vector_sum(lanes[0]);
            sum_product[c] += vector_sum(lanes[1]);
        }
    }
}

/* One channel's d_in where pooling leaves out a last row or column: d is 0 there. */
INLINE void uncovered(vector *d_in, const vector *in, float mean, float b, float c,
                      const struct norm_shape *shape) {
    size_t row = shape->width * VECTORS;
    if (shape->height % 2)
        for (size_t i = (shape->height - 1) * row; i < shape->height * row; i++)
            d_in[i] = b * (in[i] - mean) + c;
    if (shape->width % 2)
        for (size_t y = 0; y < shape->height; y++)
            for (size_t i = (y + 1) * row - VECTORS; i < (y + 1) * row; i++)
                d_in[i] = b * (in[i] - mean) + c;
}

/* One channel's d_in. */
INLINE void channel_backward(vector *d_in, const vector *d_out, const vector *in,
                             const struct norm_values *values, size_t channel,
                             const struct norm_shape *shape) {
    size_t row = shape->width * VECTORS;
    float a = values->a[channel], b = values->b[channel], c = values->c[channel];
    float scale = values->scale[channel], shift = values->shift[channel];
    float mean = values->mean[channel];
    for (size_t i = 0; !shape->pool && i < shape->height * row; i++)
        d_in[i] =
            a * gradient(d_out[i], in[i], scale, shift, shape->slope) + (b * (in[i] - mean) + c);
    for (size_t y = 0; shape->pool && y + 1 < shape->height; y += 2)
        for (size_t x = 0; x + 1 < shape->width; x += 2)
            for (size_t part = 0; part < VECTORS; part++, d_out++) {
                size_t at = y * row + x * VECTORS + part;
                vector window[4], d[4];
                load_window(window, in + at, row);
                window_gradient(d, *d_out, window, scale, shift, shape->slope);
                for (int k = 0; k < 4; k++)
                    d[k] = a * d[k] + (b * (window[k] - mean) + c);
                d_in[at] = d[0];
                d_in[at + VECTORS] = d[1];
                d_in[at + row] = d[2];
                d_in[at + row + VECTORS] = d[3];
            }
    if (shape->pool)
        uncovered(d_in, in, mean, b, c, shape);
}

void KERNEL(batchnorm_backward)(float *d_in, const float *d_out, const float *in,
                                const struct norm_values *values, const struct norm_shape *shape,
                                size_t n_images) {
    size_t plane = shape->height * shape->width * VECTORS;
    size_t out_plane = shape->pool ? (shape->height / 2) * (shape->width / 2) * VECTORS : plane;
    for (size_t c = 0; c < shape->channels; c++)
        channel_backward((vector *)d_in + c * plane, (const vector *)d_out + c * out_plane,
                         (const vector *)in + c * plane, values, c, shape);
    size_t size = shape->channels * shape->height * shape->width * LANES;
    for (size_t i = 0; n_images < LANES && i < size; i += LANES)
        memset(d_in + i + n_images, 0, (LANES - n_images) * sizeof *d_in);
}
