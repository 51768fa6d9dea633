/* Activations. Loops that the compiler vectorises as they stand. */
#include "nn/kernels/lanes/pointwise.h"

#include <math.h>

void KERNEL(leaky_relu_forward)(float *x, size_t n, float slope) {
    for (size_t i = 0; i < n; i++)
        x[i] = x[i] > slope * x[i] ? x[i] : slope * x[i];
}

void KERNEL(leaky_relu_backward)(float *restrict d, const float *restrict out, size_t n,
                                 float slope) {
    for (size_t i = 0; i < n; i++)
        d[i] *= out[i] > 0 ? 1.0F : slope;
}

/* exp(x) for |x| <= 87, relative error below 2e-7: 2^k exp(r) with |r| <= log(2)/2 and exp(r) by
 * its Taylor polynomial. Branch-free, so that loops over it vectorise. */
INLINE float exponential(float x) {
    const float log2_high = 0.693359375F, log2_low = -2.12194440e-4F;
    const float round = 12582912.0F; /* 1.5 * 2^23: adding it rounds to an integer */
    float k = x * 1.44269504F + round;
    union {
        float value;
        int bits;
    } power = {.value = k};
    k -= round;
    float r = (x - k * log2_high) - k * log2_low;
    float p = 1.0F / 720;
    p = p * r + 1.0F / 120;
    p = p * r + 1.0F / 24;
    p = p * r + 1.0F / 6;
    p = p * r + 0.5F;
    p = p * r + 1.0F;
    p = p * r + 1.0F;
    power.bits = (int)((unsigned)(power.bits + 127) << 23);
    return p * power.value;
}

void KERNEL(sigmoid_forward)(float *x, size_t n) {
    for (size_t i = 0; i < n; i++) {
        float z = x[i] < -87.0F ? -87.0F : x[i];
        z = z > 87.0F ? 87.0F : z;
        float y = 1.0F / (1.0F + exponential(-z));
        x[i] = x[i] == x[i] ? y : x[i]; /* NaN stays NaN */
    }
}

void KERNEL(sigmoid_backward)(float *restrict d, const float *restrict out, size_t n) {
    for (size_t i = 0; i < n; i++)
        d[i] *= out[i] * (1.0F - out[i]);
}
