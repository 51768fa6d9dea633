/* The code path of OpenBLAS, set right before it matters. */
#ifndef CLI_BLAS_CORE_H
#define CLI_BLAS_CORE_H

/* Starts the program again (same arguments, OPENBLAS_CORETYPE set) when OpenBLAS has taken this
 * processor for a much older one; else, and when that fails, returns and all goes on. */
void blas_core_correct(char **argv);

#endif
