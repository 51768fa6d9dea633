/* The one-dimensional transforms of Winograd's F(4, r): 4 outputs of a filter of r taps from a tile
 * of r + 3 inputs. For r = 5 the interpolation points are 0, +-1, +-1/2, +-2 and infinity, for r =
 * 3 they are 0, +-1, +-2 and infinity. Steps are in elements. */
#ifndef NN_KERNELS_DIRECT_TRANSFORMS_H
#define NN_KERNELS_DIRECT_TRANSFORMS_H

#include "nn/kernels/simd.h"

enum { TILE_OUT = 4, MAX_FIELD = 5, MAX_TILE = 8 };

/* t = B^T d: r + 3 -> r + 3. */
INLINE void transform_input(vector *t, size_t t_step, const vector *d, size_t d_step,
                            const size_t field) {
    vector d_0 = d[0], d_1 = d[d_step], d_2 = d[2 * d_step], d_3 = d[3 * d_step];
    vector d_4 = d[4 * d_step], d_5 = d[5 * d_step], even, odd;
    if (field == 3) {
        t[0] = 4.0F * d_0 - 5.0F * d_2 + d_4;
        even = d_4 - 4.0F * d_2;
        odd = d_3 - 4.0F * d_1;
        t[t_step] = even + odd;
        t[2 * t_step] = even - odd;
        even = d_4 - d_2;
        odd = 2.0F * (d_3 - d_1);
        t[3 * t_step] = even + odd;
        t[4 * t_step] = even - odd;
        t[5 * t_step] = 4.0F * d_1 - 5.0F * d_3 + d_5;
        return;
    }
    vector d_6 = d[6 * d_step], d_7 = d[7 * d_step];
    t[0] = (d_6 - d_0) + 5.25F * (d_2 - d_4);
    even = d_2 + d_6 - 4.25F * d_4;
    odd = d_1 + d_5 - 4.25F * d_3;
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

/* y = A^T m: r + 3 -> 4. */
INLINE void transform_output(vector *y, size_t y_step, const vector *m, size_t m_step,
                             const size_t field) {
    vector sum_1 = m[m_step] + m[2 * m_step], difference_1 = m[m_step] - m[2 * m_step];
    vector sum_2 = m[3 * m_step] + m[4 * m_step], difference_2 = m[3 * m_step] - m[4 * m_step];
    if (field == 3) {
        y[0] = m[0] + sum_1 + sum_2;
        y[y_step] = difference_1 + 2.0F * difference_2;
        y[2 * y_step] = sum_1 + 4.0F * sum_2;
        y[3 * y_step] = difference_1 + 8.0F * difference_2 + m[5 * m_step];
        return;
    }
    vector sum_3 = m[5 * m_step] + m[6 * m_step], difference_3 = m[5 * m_step] - m[6 * m_step];
    y[0] = (m[0] + sum_1) + (sum_2 + sum_3);
    y[y_step] = difference_1 + 0.5F * difference_2 + 2.0F * difference_3;
    y[2 * y_step] = sum_1 + 0.25F * sum_2 + 4.0F * sum_3;
    y[3 * y_step] = (difference_1 + m[7 * m_step]) + 0.125F * difference_2 + 8.0F * difference_3;
}

/* m = A y, the transpose of the former: 4 -> r + 3. */
INLINE void transform_output_gradient(vector *m, size_t m_step, const vector *y, size_t y_step,
                                      const size_t field) {
    vector y_0 = y[0], y_1 = y[y_step], y_2 = y[2 * y_step], y_3 = y[3 * y_step];
    vector even = y_0 + y_2, odd = y_1 + y_3;
    m[0] = y_0;
    m[m_step] = even + odd;
    m[2 * m_step] = even - odd;
    if (field == 5) {
        even = y_0 + 0.25F * y_2;
        odd = 0.5F * y_1 + 0.125F * y_3;
        m[3 * m_step] = even + odd;
        m[4 * m_step] = even - odd;
    }
    const size_t next = field; /* the points +-2 come last but for infinity */
    even = y_0 + 4.0F * y_2;
    odd = 2.0F * y_1 + 8.0F * y_3;
    m[next * m_step] = even + odd;
    m[(next + 1) * m_step] = even - odd;
    m[(next + 2) * m_step] = y_3;
}

/* u = G w: r -> r + 3. */
INLINE void transform_weight(vector *u, size_t u_step, const vector *w, size_t w_step,
                             const size_t field) {
    vector w_0 = w[0], w_1 = w[w_step], w_2 = w[2 * w_step], even, odd;
    if (field == 3) {
        u[0] = 0.25F * w_0;
        even = w_0 + w_2;
        u[u_step] = (-1.0F / 6) * (even + w_1);
        u[2 * u_step] = (-1.0F / 6) * (even - w_1);
        even = (1.0F / 24) * w_0 + (1.0F / 6) * w_2;
        odd = (1.0F / 12) * w_1;
        u[3 * u_step] = even + odd;
        u[4 * u_step] = even - odd;
        u[5 * u_step] = w_2;
        return;
    }
    vector w_3 = w[3 * w_step], w_4 = w[4 * w_step];
    u[0] = -w_0;
    even = w_0 + w_2 + w_4;
    odd = w_1 + w_3;
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

/* w = G^T u, the transpose of the former: r + 3 -> r. */
INLINE void transform_weight_gradient(vector *w, size_t w_step, const vector *u, size_t u_step,
                                      const size_t field) {
    vector sum_1 = u[u_step] + u[2 * u_step], difference_1 = u[u_step] - u[2 * u_step];
    vector sum_2 = u[3 * u_step] + u[4 * u_step], difference_2 = u[3 * u_step] - u[4 * u_step];
    if (field == 3) {
        w[0] = 0.25F * u[0] - (1.0F / 6) * sum_1 + (1.0F / 24) * sum_2;
        w[w_step] = (1.0F / 12) * difference_2 - (1.0F / 6) * difference_1;
        w[2 * w_step] = (1.0F / 6) * (sum_2 - sum_1) + u[5 * u_step];
        return;
    }
    vector sum_3 = u[5 * u_step] + u[6 * u_step], difference_3 = u[5 * u_step] - u[6 * u_step];
    sum_1 *= -2.0F / 9;
    difference_1 *= -2.0F / 9;
    w[0] = sum_1 - u[0] + (32.0F / 45) * sum_2 + (1.0F / 90) * sum_3;
    w[w_step] = difference_1 + (16.0F / 45) * difference_2 + (2.0F / 90) * difference_3;
    w[2 * w_step] = sum_1 + (8.0F / 45) * sum_2 + (4.0F / 90) * sum_3;
    w[3 * w_step] = difference_1 + (4.0F / 45) * difference_2 + (8.0F / 90) * difference_3;
    w[4 * w_step] = sum_1 + u[7 * u_step] + (2.0F / 45) * sum_2 + (16.0F / 90) * sum_3;
}

#endif
