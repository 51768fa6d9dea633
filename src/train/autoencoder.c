/* Reconstruction error of the autoencoder. */
#include "train/autoencoder.h"

#include <math.h>

#include "train/measure.h"

static size_t n_pixels_of(const struct network *network) {
    return shape_size(network->layers[0].in);
}

/* errors[l] = sum over pixels of (x_hat - x)^2, for each lane. */
static void squared_errors(float errors[LANES], const struct network_view *view, size_t n_pixels) {
    for (size_t l = 0; l < LANES; l++)
        errors[l] = 0;
    for (size_t i = 0; i < n_pixels * LANES; i += LANES)
        for (size_t l = 0; l < LANES; l++) {
            float difference = view->output[i + l] - view->input[i + l];
            errors[l] += difference * difference;
        }
}

/* factor for the lanes that are images, 0 for the padding. */
static void mask_lanes(float mask[LANES], const struct network_view *view, float factor) {
    for (size_t l = 0; l < LANES; l++)
        mask[l] = l < view->n_images ? factor : 0;
}

double autoencoder_penalty(const struct network_view *view, size_t n_pixels, double weight) {
    float errors[LANES], mask[LANES];
    double sum = 0;
    squared_errors(errors, view, n_pixels);
    mask_lanes(mask, view, (float)(2 * weight) / (float)view->n_batch);
    for (size_t l = 0; l < view->n_images; l++)
        sum += (double)errors[l];
    for (size_t i = 0; i < n_pixels * LANES; i += LANES)
        for (size_t l = 0; l < LANES; l++)
            view->gradient[i + l] = mask[l] * (view->output[i + l] - view->input[i + l]);
    return weight * sum;
}

static double squared_loss(void *context, const struct network_view *view) {
    return autoencoder_penalty(view, n_pixels_of(context), 1);
}

/* x_hat, kept off the ends, where the logarithm is infinite. */
static float inside(float x_hat) {
    const float margin = 1e-7F;
    return x_hat < margin ? margin : x_hat > 1 - margin ? 1 - margin : x_hat;
}

/* Cross-entropy of each image of the group. */
static void cross_entropies(double sums[LANES], const struct network_view *view, size_t n_pixels) {
    for (size_t l = 0; l < view->n_images; l++) {
        sums[l] = 0;
        for (size_t i = l; i < n_pixels * LANES; i += LANES) {
            float x = view->input[i], x_hat = inside(view->output[i]);
            sums[l] -= (double)(x * logf(x_hat) + (1 - x) * log1pf(-x_hat));
        }
    }
}

static double cross_entropy_loss(void *context, const struct network_view *view) {
    size_t n_pixels = n_pixels_of(context);
    double sums[LANES], sum = 0;
    float mask[LANES];
    cross_entropies(sums, view, n_pixels);
    for (size_t l = 0; l < view->n_images; l++)
        sum += sums[l];
    mask_lanes(mask, view, 1 / (float)view->n_batch);
    for (size_t i = 0; i < n_pixels * LANES; i += LANES)
        for (size_t l = 0; l < LANES; l++) {
            float x_hat = inside(view->output[i + l]);
            view->gradient[i + l] = mask[l] * (x_hat - view->input[i + l]) / (x_hat * (1 - x_hat));
        }
    return sum;
}

struct objective autoencoder_objective(struct network *autoencoder, bool cross_entropy) {
    return (struct objective){.loss = cross_entropy ? cross_entropy_loss : squared_loss,
                              .context = autoencoder};
}

void autoencoder_group_scores(const struct network *autoencoder, const struct network_view *view,
                              float *scores) {
    float errors[LANES];
    squared_errors(errors, view, n_pixels_of(autoencoder));
    for (size_t l = 0; l < view->n_images; l++)
        scores[l] = errors[l];
}

static void scores_of(void *context, const struct network_view *view, float *scores) {
    autoencoder_group_scores(context, view, scores);
}

static void cross_entropies_of(void *context, const struct network_view *view, float *losses) {
    double sums[LANES];
    cross_entropies(sums, view, n_pixels_of(context));
    for (size_t l = 0; l < view->n_images; l++)
        losses[l] = (float)sums[l];
}

void autoencoder_scores(struct network *autoencoder, const struct batch_set *set, float *scores) {
    measure_images(autoencoder, set, 0, scores_of, autoencoder, 1, scores);
}

void autoencoder_losses(struct network *autoencoder, bool cross_entropy,
                        const struct batch_set *set, float *losses) {
    measure_images(autoencoder, set, 0, cross_entropy ? cross_entropies_of : scores_of, autoencoder,
                   1, losses);
}
