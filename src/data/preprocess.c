/* From bytes to what the network sees: divide by 255, normalise the contrast of each image, whiten,
 * rescale by the range of the training set. */
#include "data/preprocess.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "data/zca.h"

/* The norm of the differences of the values to their mean. */
static double centred_norm(const float *image, size_t n_values, double mean, enum norm norm) {
    double sum = 0;
    if (norm == NORM_L1) {
        for (size_t i = 0; i < n_values; i++)
            sum += fabs(image[i] - mean);
        return sum;
    }
    for (size_t i = 0; i < n_values; i++)
        sum += (image[i] - mean) * (image[i] - mean);
    return sqrt(norm == NORM_STD ? sum / (double)n_values : sum);
}

void preprocess_gcn(float *image, size_t n_values, enum norm norm) {
    if (n_values == 0)
        return;
    /* A double has room for the exact sum of 2^29 equal floats: the mean of a constant image is
     * exactly its value, and its norm exactly 0. */
    double sum = 0;
    for (size_t i = 0; i < n_values; i++)
        sum += image[i];
    double mean = sum / (double)n_values;
    double length = centred_norm(image, n_values, mean, norm);
    double scale = length > 0 ? 1 / length : 0;
    for (size_t i = 0; i < n_values; i++)
        image[i] = (float)((image[i] - mean) * scale);
}

/* Images first .. first + n - 1 of a selection, to values (n, n_values), before any whitening. */
static void normalise(const struct preprocess *preprocess, const struct images *images,
                      const struct selection *selection, size_t first, size_t n, float *values) {
    size_t n_values = images->channels * images->height * images->width;
    for (size_t i = 0; i < n; i++) {
        const unsigned char *pixels = images->pixels + selection->index[first + i] * n_values;
        float *image = values + i * n_values;
        for (size_t j = 0; j < n_values; j++)
            image[j] = (float)pixels[j] / 255.0f;
        if (preprocess->gcn)
            preprocess_gcn(image, n_values, preprocess->norm);
    }
}

int preprocess_images(const struct preprocess *preprocess, const struct images *images,
                      const struct selection *selection, size_t first, size_t n, float *values,
                      struct error *err) {
    normalise(preprocess, images, selection, first, n, values);
    if (!preprocess->zca_matrix)
        return STATUS_OK;
    return zca_apply(preprocess->zca_mean, preprocess->zca_matrix, preprocess->n_values, values, n,
                     err);
}

/* What zca_fit reads. */
struct training_images {
    const struct preprocess *preprocess;
    const struct images *images;
    const struct selection *train;
};

static void read_training_images(const void *context, size_t first, size_t n, float *values) {
    const struct training_images *from = context;
    normalise(from->preprocess, from->images, from->train, first, n, values);
}

static int fit_whitening(struct preprocess *preprocess, const struct images *images,
                         const struct selection *train, struct error *err) {
    const struct training_images context = {preprocess, images, train};
    const struct zca_source source = {.n_images = train->n,
                                      .n_values = preprocess->n_values,
                                      .read = read_training_images,
                                      .context = &context};
    return zca_fit(&source, &preprocess->zca_mean, &preprocess->zca_matrix, err);
}

int preprocess_widen_range(struct preprocess *preprocess, const float *values, size_t n,
                           struct error *err) {
    float min = preprocess->input_min, max = preprocess->input_max;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(values[i]))
            return error_set(err, STATUS_FAILED, "a training image has a value that is not finite");
        min = values[i] < min ? values[i] : min;
        max = values[i] > max ? values[i] : max;
    }
    preprocess->input_min = min;
    preprocess->input_max = max;
    return STATUS_OK;
}

static int fit_range(struct preprocess *preprocess, const struct images *images,
                     const struct selection *train, struct error *err) {
    float *values =
        memory_alloc(preprocess_block(0, train->n), preprocess->n_values * sizeof *values, err);
    int status = values ? STATUS_OK : STATUS_NO_MEMORY;
    preprocess->input_min = INFINITY;
    preprocess->input_max = -INFINITY;
    for (size_t first = 0; !status && first < train->n; first += PREPROCESS_BLOCK) {
        size_t n = preprocess_block(first, train->n);
        status = preprocess_images(preprocess, images, train, first, n, values, err);
        if (!status)
            status = preprocess_widen_range(preprocess, values, n * preprocess->n_values, err);
    }
    free(values);
    float range = preprocess->input_max - preprocess->input_min;
    if (!status && (!(range > 0) || !isfinite(range)))
        status = error_set(err, STATUS_FAILED,
                           "all pixels of all training images are %g after preprocessing: there is "
                           "nothing to learn from",
                           (double)preprocess->input_min);
    return status;
}

int preprocess_fit(struct preprocess *preprocess, const struct images *images,
                   const struct selection *train, struct error *err) {
    preprocess_free(preprocess);
    preprocess->n_values = images->channels * images->height * images->width;
    if (train->n == 0 || preprocess->n_values == 0)
        return error_set(err, STATUS_FAILED, "there are no training images to take a range from");
    int status =
        preprocess->zca_whitening ? fit_whitening(preprocess, images, train, err) : STATUS_OK;
    return status ? status : fit_range(preprocess, images, train, err);
}

void preprocess_free(struct preprocess *preprocess) {
    free(preprocess->zca_mean);
    free(preprocess->zca_matrix);
    preprocess->zca_mean = preprocess->zca_matrix = NULL;
}

void preprocess_rescale(const struct preprocess *preprocess, float *values, size_t n) {
    float min = preprocess->input_min;
    float range = preprocess->input_max - min;
    for (size_t i = 0; i < n; i++)
        values[i] = (values[i] - min) / range;
}
