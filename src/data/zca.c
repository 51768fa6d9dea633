/* ZCA whitening with BLAS and LAPACK. */
#include "data/zca.h"

#include <cblas.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"

static const double REGULARISATION = 0.1;

/* LAPACK (https://netlib.org/lapack/explore-html/): OpenBLAS has it, but on some systems without a
 * header. With range "A" all eigenvalues come in ascending order, their eigenvectors in the columns
 * of column-major z; of column-major a, one triangle is read and both are overwritten. The last
 * three arguments are the lengths that Fortran passes with every string. */
void dsyevr_(const char *job, const char *range, const char *triangle, const blasint *n, double *a,
             const blasint *lda, const double *low, const double *high, const blasint *first,
             const blasint *last, const double *tolerance, blasint *n_found, double *eigenvalues,
             double *z, const blasint *ldz, blasint *support, double *work,
             const blasint *work_size, blasint *integers, const blasint *integers_size,
             blasint *info, size_t job_length, size_t range_length, size_t triangle_length);

/* A block of a source's images. */
struct block {
    size_t first, n;
    float *values; /* (ZCA_BLOCK, n_values) */
};

/* Reads the block after this one; false when there is none. */
static bool block_next(struct block *block, const struct zca_source *source) {
    block->first += block->n;
    size_t left = source->n_images - block->first;
    block->n = left < ZCA_BLOCK ? left : ZCA_BLOCK;
    if (block->n > 0)
        source->read(source->context, block->first, block->n, block->values);
    return block->n > 0;
}

static int find_mean(const struct zca_source *source, float *values, double *mean,
                     struct error *err) {
    size_t d = source->n_values;
    struct block block = {.values = values};
    while (block_next(&block, source))
        for (size_t i = 0; i < block.n; i++)
            for (size_t j = 0; j < d; j++)
                mean[j] += (double)values[i * d + j];
    for (size_t j = 0; j < d; j++) {
        mean[j] /= (double)source->n_images;
        if (!isfinite(mean[j]))
            return error_set(err, STATUS_FAILED, "a training image has a value that is not finite");
    }
    return STATUS_OK;
}

/* The lower triangle, column-major, of the covariance (d, d), which is 0 at first. centred:
 * (ZCA_BLOCK, d). */
static void find_covariance(const struct zca_source *source, float *values, const double *mean,
                            double *centred, double *covariance) {
    size_t d = source->n_values;
    struct block block = {.values = values};
    while (block_next(&block, source)) {
        for (size_t i = 0; i < block.n; i++)
            for (size_t j = 0; j < d; j++)
                centred[i * d + j] = (double)values[i * d + j] - mean[j];
        cblas_dsyrk(CblasColMajor, CblasLower, CblasNoTrans, (blasint)d, (blasint)block.n,
                    1 / (double)source->n_images, centred, (blasint)d, 1.0, covariance, (blasint)d);
    }
}

/* Mean (d) and covariance (d, d) of the images. */
static int find_moments(const struct zca_source *source, double *mean, double *covariance,
                        struct error *err) {
    size_t d = source->n_values;
    float *values = memory_alloc(ZCA_BLOCK * d, sizeof *values, err);
    double *centred = memory_alloc(ZCA_BLOCK * d, sizeof *centred, err);
    int status = values && centred ? find_mean(source, values, mean, err) : STATUS_NO_MEMORY;
    if (!status)
        find_covariance(source, values, mean, centred, covariance);
    free(values);
    free(centred);
    return status;
}

/* Eigenvalues (d) and eigenvectors (d, d), one after the other, of the covariance, which is
 * overwritten. */
static int find_eigenvectors(size_t d, double *covariance, double *eigenvalues, double *vectors,
                             struct error *err) {
    /* dsyevr asks for (block size + 6) d doubles at least, 64 being the largest block, 10 d
     * integers and 2 d more. */
    const blasint n = (blasint)d, n_work = 72 * n, n_integers = 10 * n, none = 0;
    const double zero = 0; /* the tolerance: as accurate as can be; and bounds that are not read */
    double *work = memory_alloc(72 * d, sizeof *work, err);
    blasint *integers = memory_alloc(12 * d, sizeof *integers, err);
    blasint n_found = 0, info = 0;
    int status = work && integers ? STATUS_OK : STATUS_NO_MEMORY;
    if (!status)
        dsyevr_("V", "A", "L", &n, covariance, &n, &zero, &zero, &none, &none, &zero, &n_found,
                eigenvalues, vectors, &n, integers + 10 * d, work, &n_work, integers, &n_integers,
                &info, 1, 1, 1);
    if (!status && (info != 0 || n_found != n))
        status = error_set(err, STATUS_FAILED,
                           "ZCA whitening: LAPACK did not find the eigenvalues of the covariance "
                           "of %zu values (dsyevr info %d); leave the whitening out",
                           d, (int)info);
    free(work);
    free(integers);
    return status;
}

/* The lower triangle, column-major, of W = V V^T, where column k of V is eigenvector k times
 * (S_k + 0.1)^(-1/4). What is below 0 in S is rounding. */
static void multiply_out(size_t d, const double *eigenvalues, double *vectors, double *matrix) {
    for (size_t k = 0; k < d; k++) {
        double scale = 1 / sqrt(sqrt(fmax(eigenvalues[k], 0) + REGULARISATION));
        for (size_t j = 0; j < d; j++)
            vectors[k * d + j] *= scale;
    }
    cblas_dsyrk(CblasColMajor, CblasLower, CblasNoTrans, (blasint)d, (blasint)d, 1.0, vectors,
                (blasint)d, 0.0, matrix, (blasint)d);
}

/* The whole of a symmetric matrix from its lower triangle; NULL with a message when out of memory.
 */
static float *narrow_symmetric(const double *lower, size_t d, struct error *err) {
    float *matrix = memory_alloc(d * d, sizeof *matrix, err);
    for (size_t j = 0; matrix && j < d; j++)
        for (size_t i = j; i < d; i++)
            matrix[i * d + j] = matrix[j * d + i] = (float)lower[j * d + i];
    return matrix;
}

static float *narrow(const double *values, size_t n, struct error *err) {
    float *narrowed = memory_alloc(n, sizeof *narrowed, err);
    for (size_t i = 0; narrowed && i < n; i++)
        narrowed[i] = (float)values[i];
    return narrowed;
}

/* W, in double, replaces the covariance: lower triangle, column-major. */
static int find_matrix(size_t d, double *covariance, struct error *err) {
    double *eigenvalues = memory_alloc(d, sizeof *eigenvalues, err);
    double *vectors = memory_alloc(d * d, sizeof *vectors, err);
    int status = eigenvalues && vectors
                     ? find_eigenvectors(d, covariance, eigenvalues, vectors, err)
                     : STATUS_NO_MEMORY;
    if (!status)
        multiply_out(d, eigenvalues, vectors, covariance);
    free(eigenvalues);
    free(vectors);
    return status;
}

int zca_fit(const struct zca_source *source, float **mean, float **matrix, struct error *err) {
    size_t d = source->n_values;
    *mean = *matrix = NULL;
    if (source->n_images == 0)
        return error_set(err, STATUS_FAILED, "there are no training images to whiten by");
    /* No product of sizes overflows below: d^2 is at most 2^28. */
    if (d == 0 || d > ZCA_MAX_VALUES)
        return error_set(err, STATUS_FAILED,
                         "ZCA whitening: images have %zu values and can have 1 to %d: use smaller "
                         "images",
                         d, ZCA_MAX_VALUES);
    double *center = memory_alloc(d, sizeof *center, err);
    double *square = memory_alloc(d * d, sizeof *square, err);
    int status = center && square ? find_moments(source, center, square, err) : STATUS_NO_MEMORY;
    if (!status)
        status = find_matrix(d, square, err);
    if (!status) {
        *mean = narrow(center, d, err);
        *matrix = narrow_symmetric(square, d, err);
        status = *mean && *matrix ? STATUS_OK : STATUS_NO_MEMORY;
    }
    free(center);
    free(square);
    if (status) {
        free(*mean);
        free(*matrix);
        *mean = *matrix = NULL;
    }
    return status;
}

int zca_apply(const float *mean, const float *matrix, size_t n_values, float *images, size_t n,
              struct error *err) {
    const blasint d = (blasint)n_values;
    float *centred = memory_alloc((n < ZCA_BLOCK ? n : ZCA_BLOCK) * n_values, sizeof *centred, err);
    if (!centred)
        return STATUS_NO_MEMORY;
    for (size_t first = 0; first < n; first += ZCA_BLOCK) {
        size_t n_block = n - first < ZCA_BLOCK ? n - first : ZCA_BLOCK;
        float *block = images + first * n_values;
        for (size_t i = 0; i < n_block; i++)
            for (size_t j = 0; j < n_values; j++)
                centred[i * n_values + j] = block[i * n_values + j] - mean[j];
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (blasint)n_block, d, d, 1.0F,
                    centred, d, matrix, d, 0.0F, block, d);
    }
    free(centred);
    return STATUS_OK;
}
