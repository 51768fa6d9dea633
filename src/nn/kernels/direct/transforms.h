/* The one-dimensional transforms of F(4, 5) with the points 0, +-1, +-1/2, +-2 and infinity, on
 * anything that can be added and multiplied by a number. Strides are in elements. */
#ifndef NN_KERNELS_DIRECT_TRANSFORMS_H
#define NN_KERNELS_DIRECT_TRANSFORMS_H

#include "nn/kernels/simd.h"

enum { TILE = 8, TILE_SIZE = TILE * TILE, TILE_OUT = 4 };

/* t = B^T d: 8 -> 8. */
INLINE void transform_input(vector *t, size_t t_step, const vector *d, size_t d_step) {
    vector d_0 = d[0], d_1 = d[d_step], d_2 = d[2 * d_step], d_3 = d[3 * d_step];
    vector d_4 = d[4 * d_step], d_5 = d[5 * d_step], d_6 = d[6 * d_step], d_7 = d[7 * d_step];
    vector even = d_2 + d_6 - 4.25F * d_4, odd = d_1 + d_5 - 4.25F * d_3;
    t[0] = (d_6 - d_0) + 5.25F * (d_2 - d_4);
    t[t_step] = even + odd;
    t[2 * t_step] = even - odd;
    even = 4.0F * d_2 - 5.0F * d_4 + d_6;
    odd = 2.0F * d_1 - 2.5F * d_3 + 0.5F * d_5;
    t[3 * t_step] = even + odd;
    t[4 * t_step] = even - odd;
    even = 0.25F * d_2 - 1.25F * d_4 + d_6;
    odd = 0.5F * d_1 - 2.5F * d_3 + 2.0F * d_5;
    t[5 * t_step] = even + odd;
    t[6 * t_step] = even - odd;
    t[7 * t_step] = (d_7 - d_1) + 5.25F * (d_3 - d_5);
}

/* y = A^T m: 8 -> 4. */
INLINE void transform_output(vector *y, size_t y_step, const vector *m, size_t m_step) {
    vector sum_1 = m[m_step] + m[2 * m_step], difference_1 = m[m_step] - m[2 * m_step];
    vector sum_2 = m[3 * m_step] + m[4 * m_step], difference_2 = m[3 * m_step] - m[4 * m_step];
    vector sum_3 = m[5 * m_step] + m[6 * m_step], difference_3 = m[5 * m_step] - m[6 * m_step];
    y[0] = (m[0] + sum_1) + (sum_2 + sum_3);
    y[y_step] = difference_1 + 0.5F * difference_2 + 2.0F * difference_3;
    y[2 * y_step] = sum_1 + 0.25F * sum_2 + 4.0F * sum_3;
    y[3 * y_step] = (difference_1 + m[7 * m_step]) + 0.125F * difference_2 + 8.0F * difference_3;
}

/* m = A y, the transpose of the former: 4 -> 8. */
INLINE void transform_output_gradient(vector *m, size_t m_step, const vector *y, size_t y_step) {
    vector y_0 = y[0], y_1 = y[y_step], y_2 = y[2 * y_step], y_3 = y[3 * y_step];
    vector even = y_0 + y_2, odd = y_1 + y_3;
    m[0] = y_0;
    m[m_step] = even + odd;
    m[2 * m_step] = even - odd;
    even = y_0 + 0.25F * y_2;
    odd = 0.5F * y_1 + 0.125F * y_3;
    m[3 * m_step] = even + odd;
    m[4 * m_step] = even - odd;
    even = y_0 + 4.0F * y_2;
    odd = 2.0F * y_1 + 8.0F * y_3;
    m[5 * m_step] = even + odd;
    m[6 * m_step] = even - odd;
    m[7 * m_step] = y_3;
}

/* u = G w: 5 -> 8. */
INLINE void transform_weight(vector *u, size_t u_step, const vector *w, size_t w_step) {
    vector w_0 = w[0], w_1 = w[w_step], w_2 = w[2 * w_step], w_3 = w[3 * w_step];
    vector w_4 = w[4 * w_step];
    vector even = w_0 + w_2 + w_4, odd = w_1 + w_3;
    u[0] = -w_0;
    u[u_step] = (-2.0F / 9) * (even + odd);
    u[2 * u_step] = (-2.0F / 9) * (even - odd);
    even = (32.0F / 45) * w_0 + (8.0F / 45) * w_2 + (2.0F / 45) * w_4;
    odd = (16.0F / 45) * w_1 + (4.0F / 45) * w_3;
    u[3 * u_step] = even + odd;
    u[4 * u_step] = even - odd;
    even = (1.0F / 90) * w_0 + (4.0F / 90) * w_2 + (16.0F / 90) * w_4;
    odd = (2.0F / 90) * w_1 + (8.0F / 90) * w_3;
    u[5 * u_step] = even + odd;
    u[6 * u_step] = even - odd;
    u[7 * u_step] = w_4;
}

/* w = G^T u, the transpose of the former: 8 -> 5. */
INLINE void transform_weight_gradient(vector *w, size_t w_step, const vector *u, size_t u_step) {
    vector sum_1 = (-2.0F / 9) * (u[u_step] + u[2 * u_step]);
    vector difference_1 = (-2.0F / 9) * (u[u_step] - u[2 * u_step]);
    vector sum_2 = (2.0F / 45) * (u[3 * u_step] + u[4 * u_step]);
    vector difference_2 = (2.0F / 45) * (u[3 * u_step] - u[4 * u_step]);
    vector sum_3 = (1.0F / 90) * (u[5 * u_step] + u[6 * u_step]);
    vector difference_3 = (1.0F / 90) * (u[5 * u_step] - u[6 * u_step]);
    w[0] = sum_1 - u[0] + 16.0F * sum_2 + sum_3;
    w[w_step] = difference_1 + 8.0F * difference_2 + 2.0F * difference_3;
    w[2 * w_step] = sum_1 + 4.0F * sum_2 + 4.0F * sum_3;
    w[3 * w_step] = difference_1 + 2.0F * difference_2 + 8.0F * difference_3;
    w[4 * w_step] = sum_1 + u[7 * u_step] + sum_2 + 16.0F * sum_3;
}

#endif
