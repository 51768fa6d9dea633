/* The portable dense layer: matrix products of BLAS on a group (N, LANES). */
#include "nn/kernels/dense.h"

#include <cblas.h>

void KERNEL(dense_forward)(float *out, const float *in, const float *weight, const float *bias,
                           size_t n_in, size_t n_out) {
    for (size_t i = 0; i < n_out; i++)
        for (size_t l = 0; l < LANES; l++)
            out[i * LANES + l] = bias ? bias[i] : 0;
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (blasint)n_out, LANES, (blasint)n_in,
                1.0F, weight, (blasint)n_in, in, LANES, 1.0F, out, LANES);
}

void KERNEL(dense_backward_input)(float *d_in, const float *d_out, const float *weight, size_t n_in,
                                  size_t n_out) {
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (blasint)n_in, LANES, (blasint)n_out, 1.0F,
                weight, (blasint)n_in, d_out, LANES, 0.0F, d_in, LANES);
}

void KERNEL(dense_backward_weight)(float *d_weight, const float *d_out, const float *in,
                                   size_t n_in, size_t n_out, float *scratch) {
    (void)scratch;
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (blasint)n_out, (blasint)n_in, LANES, 1.0F,
                d_out, LANES, in, LANES, 1.0F, d_weight, (blasint)n_in);
}
