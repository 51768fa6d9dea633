/* BatchNorm over a group: sums for one lane each, put together at the end of a channel. */
#include <string.h>

#include "nn/kernels/simd.h"

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

void KERNEL(batchnorm_apply)(float *restrict out, const float *restrict in, const float *scale,
                             const float *shift, size_t channels, size_t size) {
    for (size_t c = 0; c < channels; c++) {
        float a = scale[c], b = shift[c];
        for (size_t i = c * size * LANES; i < (c + 1) * size * LANES; i++)
            out[i] = in[i] * a + b;
    }
}

void KERNEL(batchnorm_backward_sums)(float *sum, float *sum_product, const float *d_out,
                                     const float *in, const float *mean, size_t channels,
                                     size_t size) {
    const pixel *d = (const pixel *)d_out, *from = (const pixel *)in;
    for (size_t c = 0; c < channels; c++, from += size, d += size) {
        pixel s[PARTS] = {0}, p[PARTS] = {0};
        float m = mean[c];
        size_t i = 0;
        for (; i + PARTS <= size; i += PARTS)
            for (size_t k = 0; k < PARTS; k++) {
                s[k] += d[i + k];
                p[k] += d[i + k] * (from[i + k] - m);
            }
        for (; i < size; i++) {
            s[0] += d[i];
            p[0] += d[i] * (from[i] - m);
        }
        s[0] = (s[0] + s[1]) + (s[2] + s[3]);
        p[0] = (p[0] + p[1]) + (p[2] + p[3]);
        sum[c] = sum_lanes(s, LANES);
        sum_product[c] = sum_lanes(p, LANES);
    }
}

void KERNEL(batchnorm_backward_apply)(float *d_in, const float *d_out, const float *in,
                                      const float *mean, const float *a, const float *b,
                                      const float *c, size_t channels, size_t size,
                                      size_t n_images) {
    for (size_t k = 0; k < channels; k++) {
        float m = mean[k], slope = a[k], product = b[k], constant = c[k];
        size_t end = (k + 1) * size * LANES;
        for (size_t i = k * size * LANES; i < end; i += LANES)
            for (size_t l = 0; l < LANES; l++)
                d_in[i + l] = slope * d_out[i + l] + product * (in[i + l] - m) + constant;
        if (n_images == LANES)
            continue;
        for (size_t i = k * size * LANES; i < end; i += LANES)
            memset(d_in + i + n_images, 0, (LANES - n_images) * sizeof *d_in);
    }
}
