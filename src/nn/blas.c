#include "nn/blas.h"

#include <stdlib.h>

#include <cblas.h>

int blas_start(struct error *err) {
    const size_t work_area = (size_t)1 << 28; /* twice what it takes */
    void *probe = malloc(work_area);
    if (!probe)
        return error_set(err, STATUS_NO_MEMORY,
                         "out of memory: OpenBLAS needs room for a work area of 128 MB");
    free(probe);
    double one = 1, product = 0;
    openblas_set_num_threads(1);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, 1, 1, 1, 1, &one, 1, &one, 1, 0,
                &product, 1);
    return STATUS_OK;
}
