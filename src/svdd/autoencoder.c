/* Reconstruction error of the autoencoder. */
#include "svdd/autoencoder.h"

#include "svdd/evaluate.h"

static size_t n_pixels(const struct network *network) {
    return shape_size(network->layers[0].in);
}

/* errors[l] = sum over pixels of (x_hat - x)^2, for each lane. */
static void squared_errors(float errors[LANES], const struct network_view *view, size_t n) {
    for (size_t l = 0; l < LANES; l++)
        errors[l] = 0;
    for (size_t i = 0; i < n * LANES; i += LANES)
        for (size_t l = 0; l < LANES; l++) {
            float difference = view->output[i + l] - view->input[i + l];
            errors[l] += difference * difference;
        }
}

static double loss(void *context, const struct network_view *view) {
    size_t n = n_pixels(context);
    float errors[LANES], mask[LANES], factor = 2.0F / (float)view->n_batch;
    double sum = 0;
    squared_errors(errors, view, n);
    for (size_t l = 0; l < LANES; l++)
        mask[l] = l < view->n_images ? factor : 0;
    for (size_t l = 0; l < view->n_images; l++)
        sum += (double)errors[l];
    for (size_t i = 0; i < n * LANES; i += LANES)
        for (size_t l = 0; l < LANES; l++)
            view->gradient[i + l] = mask[l] * (view->output[i + l] - view->input[i + l]);
    return sum;
}

struct objective autoencoder_objective(struct network *autoencoder) {
    return (struct objective){.loss = loss, .context = autoencoder};
}

static void scores_of(void *context, const struct network_view *view, float *scores) {
    float errors[LANES];
    squared_errors(errors, view, n_pixels(context));
    for (size_t l = 0; l < view->n_images; l++)
        scores[l] = errors[l];
}

void autoencoder_scores(struct network *autoencoder, const struct batch_set *set, float *scores) {
    evaluate_images(autoencoder, set, 0, scores_of, autoencoder, 1, scores);
}
