/* Max pooling and nearest-neighbour upscaling by 2. */
#include "nn/kernels/lanes/resize.h"

#include <string.h>

enum { PIXEL = LANES };

INLINE float larger(float a, float b) {
    return a > b ? a : b;
}

void KERNEL(max_pool_forward)(float *restrict out, const float *restrict in, size_t channels,
                              size_t height, size_t width) {
    for (size_t c = 0; c < channels; c++, in += height * width * PIXEL)
        for (size_t y = 0; y < height / 2; y++)
            for (size_t x = 0; x < width / 2; x++, out += PIXEL) {
                const float *top = in + (2 * y * width + 2 * x) * PIXEL;
                const float *bottom = top + width * PIXEL;
                for (size_t l = 0; l < PIXEL; l++)
                    out[l] = larger(larger(top[l], top[PIXEL + l]),
                                    larger(bottom[l], bottom[PIXEL + l]));
            }
}

void KERNEL(max_pool_backward)(float *restrict d_in, const float *restrict d_out,
                               const float *restrict out, const float *restrict in, size_t channels,
                               size_t height, size_t width) {
    if (height % 2 || width % 2) /* what no window covers */
        memset(d_in, 0, channels * height * width * PIXEL * sizeof *d_in);
    for (size_t c = 0; c < channels; c++, in += height * width * PIXEL) {
        for (size_t y = 0; y < height / 2; y++)
            for (size_t x = 0; x < width / 2; x++, out += PIXEL, d_out += PIXEL) {
                size_t top = (2 * y * width + 2 * x) * PIXEL, bottom = top + width * PIXEL;
                for (size_t l = 0; l < PIXEL; l++) {
                    float max = out[l], d = d_out[l];
                    float d0 = in[top + l] == max ? d : 0;
                    d -= d0; /* exact: d0 is d or 0 */
                    float d1 = in[top + PIXEL + l] == max ? d : 0;
                    d -= d1;
                    float d2 = in[bottom + l] == max ? d : 0;
                    d -= d2;
                    d_in[top + l] = d0;
                    d_in[top + PIXEL + l] = d1;
                    d_in[bottom + l] = d2;
                    d_in[bottom + PIXEL + l] = d;
                }
            }
        d_in += height * width * PIXEL;
    }
}

void KERNEL(upscale_forward)(float *restrict out, const float *restrict in, size_t channels,
                             size_t height, size_t width) {
    for (size_t row = 0; row < channels * height; row++) {
        for (size_t x = 0; x < width; x++)
            for (size_t l = 0; l < PIXEL; l++) {
                float value = in[x * PIXEL + l];
                out[2 * x * PIXEL + l] = value;
                out[(2 * x + 1) * PIXEL + l] = value;
            }
        memcpy(out + 2 * width * PIXEL, out, 2 * width * PIXEL * sizeof *out);
        in += width * PIXEL;
        out += 4 * width * PIXEL;
    }
}

void KERNEL(upscale_backward)(float *restrict d_in, const float *restrict d_out, size_t channels,
                              size_t height, size_t width) {
    for (size_t row = 0; row < channels * height; row++) {
        const float *top = d_out, *bottom = d_out + 2 * width * PIXEL;
        for (size_t x = 0; x < width; x++, top += 2 * PIXEL, bottom += 2 * PIXEL)
            for (size_t l = 0; l < PIXEL; l++)
                d_in[x * PIXEL + l] = (top[l] + top[PIXEL + l]) + (bottom[l] + bottom[PIXEL + l]);
        d_in += width * PIXEL;
        d_out += 4 * width * PIXEL;
    }
}
