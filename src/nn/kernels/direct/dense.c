/* Dense layers on groups. */
#include "nn/kernels/dense.h"

#include "nn/kernels/lanes/transpose.h"

enum { BLOCK = 8 };

/* out[i] = bias[i] + sum_j weight[i * step + j * stride] * in[j], for n_out <= BLOCK outputs. */
INLINE void dense_block(vector *out, const vector *in, const float *weight, size_t step,
                        size_t stride, const float *bias, size_t n_in, const int n_out) {
    for (int part = 0; part < VECTORS; part++) {
        vector sum[BLOCK];
#pragma GCC unroll 8
        for (int i = 0; i < n_out; i++)
            sum[i] = (vector){0} + (bias ? bias[i] : 0);
        for (size_t j = 0; j < n_in; j++) {
            vector value = in[j * VECTORS + (size_t)part];
#pragma GCC unroll 8
            for (int i = 0; i < n_out; i++)
                sum[i] += weight[(size_t)i * step + j * stride] * value;
        }
#pragma GCC unroll 8
        for (int i = 0; i < n_out; i++)
            out[i * VECTORS + part] = sum[i];
    }
}

INLINE void dense_product(float *out, const float *in, const float *weight, size_t step,
                          size_t stride, const float *bias, size_t n_in, size_t n_out) {
    vector *to = (vector *)out;
    const vector *from = (const vector *)in;
    size_t i = 0;
    for (; i + BLOCK <= n_out; i += BLOCK)
        dense_block(to + i * VECTORS, from, weight + i * step, step, stride, bias ? bias + i : NULL,
                    n_in, BLOCK);
    for (; i < n_out; i++)
        dense_block(to + i * VECTORS, from, weight + i * step, step, stride, bias ? bias + i : NULL,
                    n_in, 1);
}

void KERNEL(dense_forward)(float *out, const float *in, const float *weight, const float *bias,
                           size_t n_in, size_t n_out) {
    dense_product(out, in, weight, n_in, 1, bias, n_in, n_out);
}

void KERNEL(dense_backward_input)(float *d_in, const float *d_out, const float *weight, size_t n_in,
                                  size_t n_out) {
    dense_product(d_in, d_out, weight, 1, n_in, NULL, n_out, n_in);
}

void KERNEL(dense_backward_weight)(float *restrict d_weight, const float *restrict d_out,
                                   const float *in, size_t n_in, size_t n_out,
                                   float *restrict scratch) {
    transpose_lanes(scratch, in, n_in);
    for (size_t i = 0; i < n_out; i++, d_weight += n_in, d_out += LANES)
        for (size_t j = 0; j < n_in; j++) {
            float sum = d_weight[j];
#pragma GCC unroll 16
            for (size_t l = 0; l < LANES; l++)
                sum += d_out[l] * scratch[l * n_in + j];
            d_weight[j] = sum;
        }
}
