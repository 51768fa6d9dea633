/* The tables of functions, one for each instruction set. */
#ifndef NN_KERNELS_LANES_TABLE_H
#define NN_KERNELS_LANES_TABLE_H

#include "nn/kernels/kernels.h"

#ifdef __x86_64__
extern const struct kernels kernels_avx512, kernels_avx2;
#endif
extern const struct kernels kernels_blas;

#endif
