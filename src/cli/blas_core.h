/* The code path of OpenBLAS, set right before it matters. */
#ifndef CLI_BLAS_CORE_H
#define CLI_BLAS_CORE_H

/* Starts the program again (same arguments) with OPENBLAS_NUM_THREADS set to 1 unless it is set,
 * and OPENBLAS_CORETYPE when OpenBLAS has taken this processor for a much older one. When there is
 * nothing to set, and when that fails, returns and all goes on. */
void blas_core_correct(char **argv);

#endif
