/* From bytes to what the network sees: divide by 255, normalise the contrast of each image, rescale
 * by the range of the training set. */
#include "data/preprocess.h"

#include <math.h>

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

void preprocess_contrast(const struct preprocess *preprocess, const struct images *images,
                         const struct selection *selection, float *values) {
    size_t n_values = images->channels * images->height * images->width;
    for (size_t i = 0; i < selection->n; i++) {
        const unsigned char *pixels = images->pixels + selection->index[i] * n_values;
        float *image = values + i * n_values;
        for (size_t j = 0; j < n_values; j++)
            image[j] = (float)pixels[j] / 255.0f;
        if (preprocess->gcn)
            preprocess_gcn(image, n_values, preprocess->norm);
    }
}

int preprocess_fit_range(struct preprocess *preprocess, const float *values, size_t n,
                         struct error *err) {
    if (n == 0)
        return error_set(err, STATUS_FAILED, "there are no training images to take a range from");
    float min = values[0], max = values[0];
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(values[i]))
            return error_set(err, STATUS_FAILED, "a training image has a value that is not finite");
        min = values[i] < min ? values[i] : min;
        max = values[i] > max ? values[i] : max;
    }
    if (!(max - min > 0) || !isfinite(max - min))
        return error_set(err, STATUS_FAILED,
                         "all pixels of all training images are %g after preprocessing: there is "
                         "nothing to learn from",
                         (double)min);
    preprocess->input_min = min;
    preprocess->input_max = max;
    return STATUS_OK;
}

void preprocess_rescale(const struct preprocess *preprocess, float *values, size_t n) {
    float min = preprocess->input_min;
    float range = preprocess->input_max - min;
    for (size_t i = 0; i < n; i++)
        values[i] = (values[i] - min) / range;
}
