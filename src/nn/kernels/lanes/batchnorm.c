/* BatchNorm over a group: sums for one lane each, put together at the end of a channel. */
#include <string.h>

#include "nn/kernels/simd.h"

/* The sum of the first n lanes. */
INLINE float sum_lanes(const float *lane, size_t n) {
    float sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += lane[i];
    return sum;
}

void KERNEL(sum_channels)(float *d_bias, const float *d, size_t channels, size_t size) {
    for (size_t c = 0; c < channels; c++, d += size * LANES) {
        float sum[LANES] = {0};
        for (size_t i = 0; i < size; i++)
            for (size_t l = 0; l < LANES; l++)
                sum[l] += d[i * LANES + l];
        d_bias[c] += sum_lanes(sum, LANES);
    }
}

/* Two passes: deviations from the mean lose no digits where the mean is large. */
void KERNEL(batchnorm_moments)(float *mean, float *deviations, const float *in, size_t channels,
                               size_t size, size_t n_images) {
    for (size_t c = 0; c < channels; c++, in += size * LANES) {
        float sum[LANES] = {0}, squares[LANES] = {0};
        for (size_t i = 0; i < size; i++)
            for (size_t l = 0; l < LANES; l++)
                sum[l] += in[i * LANES + l];
        float m = sum_lanes(sum, n_images) / (float)(n_images * size);
        for (size_t i = 0; i < size; i++)
            for (size_t l = 0; l < LANES; l++) {
                float deviation = in[i * LANES + l] - m;
                squares[l] += deviation * deviation;
            }
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
    for (size_t c = 0; c < channels; c++, in += size * LANES, d_out += size * LANES) {
        float s[LANES] = {0}, p[LANES] = {0}, m = mean[c];
        for (size_t i = 0; i < size; i++)
            for (size_t l = 0; l < LANES; l++) {
                float d = d_out[i * LANES + l];
                s[l] += d;
                p[l] += d * (in[i * LANES + l] - m);
            }
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
