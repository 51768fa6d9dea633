/* Online dictionary learning. Atoms and codes are float, like the filters they become; every sum
 * over patches is double. */
#include "nn/dictionary.h"

#include <cblas.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "nn/patches.h"

enum {
    STEPS = 1000,
    BATCH = 10,
    MAX_SWEEPS = 1000,  /* of coordinate descent; scikit-learn's bound */
    MOMENT_BLOCK = 256, /* patches that enter the second moments together */
};

static const float CODE_PENALTY = 1.0F;
static const double CODE_TOLERANCE = 1e-7;
static const double UNUSED_ATOM = 1e-6; /* A_kk of an atom that no patch uses; scikit-learn's */
static const double NOISE = 0.01;       /* of a patch's standard deviation; scikit-learn's */

/* LAPACK (https://netlib.org/lapack/explore-html/): OpenBLAS has it, but on some systems without a
 * header. Eigenvalues come in ascending order, eigenvectors in the columns of column-major a. The
 * last two arguments are the lengths that Fortran passes with every string. */
void dsyev_(const char *job, const char *triangle, const blasint *n, double *a, const blasint *lda,
            double *eigenvalues, double *work, const blasint *work_size, blasint *info,
            size_t job_length, size_t triangle_length);

struct dictionary {
    float *atoms; /* (n_atoms, dim), the caller's */
    size_t n_atoms, dim;
    float *gram;      /* (n_atoms, n_atoms) */
    float *patches;   /* (BATCH, dim) */
    float *codes;     /* (BATCH, n_atoms) */
    double *residual; /* (n_atoms), scratch of dictionary_code */
    double *a;        /* (n_atoms, n_atoms): decayed sum of code^T code */
    double *b;        /* (n_atoms, dim): decayed sum of code^T patch */
    double *next;     /* (dim), the atom being updated */
};

static double dot(const float *x, const float *y, size_t n) {
    double sum[4] = {0, 0, 0, 0};
    size_t i = 0;
    for (; i + 4 <= n; i += 4)
        for (size_t lane = 0; lane < 4; lane++)
            sum[lane] += (double)x[i + lane] * (double)y[i + lane];
    for (; i < n; i++)
        sum[0] += (double)x[i] * (double)y[i];
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

static double soft_threshold(double x, double threshold) {
    if (x > threshold)
        return x - threshold;
    return x < -threshold ? x + threshold : 0;
}

/* Minimises over code[k] alone. Returns the size of the step. */
static double code_coordinate(float *code, double *residual, const float *gram, size_t n_atoms,
                              size_t k, double penalty) {
    const float *row = gram + k * n_atoms;
    float old = code[k];
    double curvature = (double)row[k];
    double best = 0; /* also the code of an atom of zeros */
    if (curvature > 0)
        best = soft_threshold(residual[k] + curvature * (double)old, penalty) / curvature;
    code[k] = (float)best;
    double moved = (double)code[k] - (double)old;
    if (moved != 0)
        for (size_t j = 0; j < n_atoms; j++)
            residual[j] -= moved * (double)row[j];
    return fabs(best - (double)old);
}

void dictionary_code(float *code, double *residual, const float *x, const float *atoms,
                     const float *gram, size_t n_atoms, size_t dim, float penalty) {
    for (size_t k = 0; k < n_atoms; k++)
        residual[k] = dot(x, atoms + k * dim, dim) - dot(code, gram + k * n_atoms, n_atoms);
    for (size_t sweep = 0; sweep < MAX_SWEEPS; sweep++) {
        double largest_step = 0;
        double largest_code = 0;
        for (size_t k = 0; k < n_atoms; k++) {
            double step = code_coordinate(code, residual, gram, n_atoms, k, (double)penalty);
            largest_step = fmax(largest_step, step);
            largest_code = fmax(largest_code, fabs((double)code[k]));
        }
        if (largest_step <= CODE_TOLERANCE * largest_code)
            break;
    }
}

/* moments (dim, dim) = sum over the patches of x^T x; one triangle. block: (MOMENT_BLOCK, dim). */
static void patches_moments(const struct patches *patches, double *moments, double *block,
                            float *patch) {
    size_t dim = patches->dim;
    size_t size = MOMENT_BLOCK;
    for (size_t begin = 0; begin < patches->count; begin += size) {
        if (size > patches->count - begin)
            size = patches->count - begin;
        for (size_t row = 0; row < size; row++) {
            patches_cut(patches, begin + row, patch);
            for (size_t i = 0; i < dim; i++)
                block[row * dim + i] = (double)patch[i];
        }
        cblas_dsyrk(CblasColMajor, CblasLower, CblasNoTrans, (blasint)dim, (blasint)size, 1.0,
                    block, (blasint)dim, 1.0, moments, (blasint)dim);
    }
}

/* The sign of an eigenvector is nobody's choice: here its largest component is positive. */
static double eigenvector_sign(const double *vector, size_t dim) {
    double largest = 0;
    for (size_t i = 0; i < dim; i++)
        if (fabs(vector[i]) > fabs(largest))
            largest = vector[i];
    return largest < 0 ? -1 : 1;
}

/* The leading right singular vectors of the patches times their singular values: eigenvectors and
 * roots of the eigenvalues of the moments. Atoms beyond dim stay zero: the first update makes them
 * random patches. */
static int learner_start(struct dictionary *learner, const struct patches *patches, double *moments,
                         double *values, double *work, size_t work_size, struct error *err) {
    size_t dim = learner->dim;
    patches_moments(patches, moments, work, learner->patches);
    /* No index overflows: dim x dim doubles fit in memory, so dim < 2^23. */
    blasint n = (blasint)dim;
    blasint n_work = (blasint)work_size;
    blasint info = 0;
    dsyev_("V", "L", &n, moments, &n, values, work, &n_work, &info, 1, 1);
    if (info != 0)
        return error_set(err, STATUS_FAILED,
                         "dictionary: the eigenvalues of %zu x %zu patch moments did not converge"
                         " (dsyev info %d)",
                         dim, dim, (int)info);
    memset(learner->atoms, 0, learner->n_atoms * dim * sizeof(float));
    for (size_t k = 0; k < learner->n_atoms && k < dim; k++) {
        const double *vector = moments + (dim - 1 - k) * dim;
        double scale = eigenvector_sign(vector, dim) * sqrt(fmax(values[dim - 1 - k], 0));
        for (size_t i = 0; i < dim; i++)
            learner->atoms[k * dim + i] = (float)(scale * vector[i]);
    }
    return STATUS_OK;
}

static int learner_initialise(struct dictionary *learner, const struct patches *patches,
                              struct error *err) {
    /* dsyev asks for (block size + 2) * dim; 64 is the largest block. */
    size_t work_rows = MOMENT_BLOCK;
    size_t count = 0;
    if (!memory_multiply(learner->dim, learner->dim, &count))
        return error_set(err, STATUS_USAGE, "dictionary: patches of %zu values are too large",
                         learner->dim);
    double *moments = memory_alloc(count, sizeof(double), err);
    double *values = memory_alloc(learner->dim, sizeof(double), err);
    double *work = memory_alloc(work_rows * learner->dim, sizeof(double), err);
    int status = STATUS_NO_MEMORY;
    if (moments && values && work)
        status =
            learner_start(learner, patches, moments, values, work, work_rows * learner->dim, err);
    free(moments);
    free(values);
    free(work);
    return status;
}

static void learner_gram(struct dictionary *learner) {
    size_t n = learner->n_atoms;
    size_t dim = learner->dim;
    for (size_t k = 0; k < n; k++)
        for (size_t j = 0; j <= k; j++) {
            double product = dot(learner->atoms + k * dim, learner->atoms + j * dim, dim);
            learner->gram[k * n + j] = learner->gram[j * n + k] = (float)product;
        }
}

/* The next batch and its codes. */
static void learner_code(struct dictionary *learner, const struct patches *patches, size_t step) {
    size_t n = learner->n_atoms;
    learner_gram(learner);
    memset(learner->codes, 0, BATCH * n * sizeof(float));
    for (size_t s = 0; s < BATCH; s++) {
        float *patch = learner->patches + s * learner->dim;
        patches_cut(patches, patches->order[(step * BATCH + s) % patches->count], patch);
        dictionary_code(learner->codes + s * n, learner->residual, patch, learner->atoms,
                        learner->gram, n, learner->dim, CODE_PENALTY);
    }
}

/* row (n) += scale * x (n) */
static void row_add(double *row, double scale, const float *x, size_t n) {
    if (scale != 0)
        for (size_t i = 0; i < n; i++)
            row[i] += scale * (double)x[i];
}

/* A = beta A + code^T code, B = beta B + code^T patch: Mairal et al., algorithm 1 and the rescaling
 * of its section 3.4. */
static void learner_accumulate(struct dictionary *learner, size_t step) {
    size_t n = learner->n_atoms;
    size_t dim = learner->dim;
    size_t theta = step < BATCH - 1 ? (step + 1) * BATCH : BATCH * BATCH + step + 1 - BATCH;
    double beta = (double)(theta + 1 - BATCH) / (double)(theta + 1);
    for (size_t i = 0; i < n * n; i++)
        learner->a[i] *= beta;
    for (size_t i = 0; i < n * dim; i++)
        learner->b[i] *= beta;
    for (size_t s = 0; s < BATCH; s++) {
        const float *code = learner->codes + s * n;
        for (size_t k = 0; k < n; k++) {
            row_add(learner->a + k * n, (double)code[k], code, n);
            row_add(learner->b + k * dim, (double)code[k], learner->patches + s * dim, dim);
        }
    }
}

static double norm(const double *x, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * x[i];
    return sqrt(sum);
}

/* A random patch, with a little noise that keeps two of the same patch apart, and a patch of zeros
 * from being no direction at all. */
static void learner_resample(struct dictionary *learner, const struct patches *patches,
                             struct rng *rng) {
    size_t dim = learner->dim;
    float *patch = learner->patches; /* the batch has been used */
    patches_cut(patches, rng_below(rng, patches->count), patch);
    double sum = 0;
    double sum_of_squares = dot(patch, patch, dim);
    for (size_t i = 0; i < dim; i++)
        sum += (double)patch[i];
    double mean = sum / (double)dim;
    double deviation = sqrt(fmax(sum_of_squares / (double)dim - mean * mean, 0));
    double width = sqrt(12) * NOISE * (deviation > 0 ? deviation : 1); /* of uniform noise */
    for (size_t i = 0; i < dim; i++)
        learner->next[i] = (double)patch[i] + width * (rng_uniform(rng) - 0.5);
}

/* Mairal et al., algorithm 2, for one atom: d_k += (b_k - a_k D) / A_kk, scaled to unit norm. */
static void learner_update(struct dictionary *learner, size_t k, const struct patches *patches,
                           struct rng *rng) {
    size_t n = learner->n_atoms;
    size_t dim = learner->dim;
    float *atom = learner->atoms + k * dim;
    double *next = learner->next;
    const double *a = learner->a + k * n;
    double length = 0;
    if (a[k] > UNUSED_ATOM) {
        memcpy(next, learner->b + k * dim, dim * sizeof(double));
        for (size_t j = 0; j < n; j++)
            row_add(next, -a[j], learner->atoms + j * dim, dim);
        for (size_t i = 0; i < dim; i++)
            next[i] = (double)atom[i] + next[i] / a[k];
        length = norm(next, dim);
    }
    if (!(length > 0)) {
        learner_resample(learner, patches, rng);
        length = norm(next, dim);
    }
    for (size_t i = 0; i < dim; i++)
        atom[i] = (float)(next[i] / length);
}

static int learner_open(struct dictionary *learner, size_t dim, struct error *err) {
    size_t n = learner->n_atoms;
    learner->dim = dim;
    size_t square = 0;
    if (!memory_multiply(n, n, &square))
        return error_set(err, STATUS_USAGE, "dictionary: %zu atoms are too many", n);
    learner->gram = memory_alloc(square, sizeof(float), err);
    learner->patches = memory_alloc(BATCH * dim, sizeof(float), err);
    learner->codes = memory_alloc(BATCH * n, sizeof(float), err);
    learner->residual = memory_alloc(n, sizeof(double), err);
    learner->a = memory_alloc(square, sizeof(double), err);
    learner->b = memory_alloc(n * dim, sizeof(double), err);
    learner->next = memory_alloc(dim, sizeof(double), err);
    bool complete = learner->gram && learner->patches && learner->codes && learner->residual &&
                    learner->a && learner->b && learner->next;
    return complete ? STATUS_OK : STATUS_NO_MEMORY;
}

static void learner_close(struct dictionary *learner) {
    free(learner->gram);
    free(learner->patches);
    free(learner->codes);
    free(learner->residual);
    free(learner->a);
    free(learner->b);
    free(learner->next);
}

static int learn(struct dictionary *learner, const struct patches *patches, struct rng *rng,
                 struct error *err) {
    int status = learner_open(learner, patches->dim, err);
    if (status == STATUS_OK)
        status = learner_initialise(learner, patches, err);
    if (status != STATUS_OK)
        return status;
    for (size_t step = 0; step < STEPS; step++) {
        learner_code(learner, patches, step);
        learner_accumulate(learner, step);
        for (size_t k = 0; k < learner->n_atoms; k++)
            learner_update(learner, k, patches, rng);
    }
    return STATUS_OK;
}

int dictionary_learn(float *atoms, size_t n_atoms, const float *images, size_t n_images,
                     size_t channels, size_t height, size_t width, size_t size,
                     enum patch_layout layout, struct rng *rng, struct error *err) {
    struct patches patches = {0};
    struct dictionary learner = {.atoms = atoms, .n_atoms = n_atoms};
    int status =
        patches_open(&patches, images, n_images, channels, height, width, size, layout, rng, err);
    if (status == STATUS_OK)
        status = learn(&learner, &patches, rng, err);
    learner_close(&learner);
    patches_close(&patches);
    return status;
}
