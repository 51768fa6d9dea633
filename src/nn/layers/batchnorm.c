/* BatchNorm (Ioffe and Szegedy, 2015), per channel of in (C, H, W):
 *
 *     out = scale (in - mean) / sqrt(var + eps) + shift
 *
 * with mean and (biased) variance over the images and pixels of the batch in training and their
 * running averages in evaluation. Without affine, scale is 1 and shift 0. A leaky ReLU and a
 * pooling that follow are done in the same pass (network.c folds them in). */
#include <math.h>

#include "nn/layers/layers.h"
#include "nn/layers/parameters.h"

static const double epsilon = 1e-4;
static const float momentum = 0.1F; /* running = 0.9 running + 0.1 batch */

static size_t plane(const struct layer *layer) {
    return layer->in.height * layer->in.width;
}

static struct norm_shape norm_shape(const struct layer *layer) {
    return (struct norm_shape){layer->in.channels, layer->in.height, layer->in.width, layer->slope,
                               layer->pool};
}

static struct norm_values norm_values(const struct layer *layer) {
    const struct batch_statistics *batch = &layer->batch;
    return (struct norm_values){batch->scale, batch->shift,   batch->mean,
                                batch->slope, batch->product, batch->constant};
}

static int size(struct layer *layer, struct error *err) {
    layer->out = layer->in;
    if (layer->pool) {
        int status = layer_type(LAYER_MAX_POOL)->size(layer, err);
        if (status)
            return status;
    }
    layer->n_statistics = layer->in.channels;
    if (layer->spec.affine) {
        layer_add_parameter(layer, PARAMETER_SCALE, 1, &layer->in.channels);
        layer_add_parameter(layer, PARAMETER_SHIFT, 1, &layer->in.channels);
    }
    return STATUS_OK;
}

static double scale_of(const struct layer *layer, const float *parameters, size_t c) {
    return layer->spec.affine ? (double)parameters[layer->parameters[0].offset + c] : 1;
}

static double shift_of(const struct layer *layer, const float *parameters, size_t c) {
    return layer->spec.affine ? (double)parameters[layer->parameters[1].offset + c] : 0;
}

/* out = in * scale + shift for given mean and inverse standard deviation. */
static void set_scale_and_shift(const struct layer *layer, const float *parameters, size_t c,
                                double mean, double inv_std) {
    double scale = scale_of(layer, parameters, c) * inv_std;
    layer->batch.scale[c] = (float)scale;
    layer->batch.shift[c] = (float)(shift_of(layer, parameters, c) - mean * scale);
}

static void gather(const struct layer *layer, const struct group *group) {
    size_t at = group->index * layer->n_statistics;
    group->kernels->batchnorm_moments(layer->batch.group_a + at, layer->batch.group_b + at,
                                      group->in, layer->in.channels, plane(layer), group->n_images);
}

/* Puts the groups' moments together (Chan et al., 1979) and moves the running averages. */
static void finish(const struct layer *layer, const float *parameters, size_t n_groups,
                   size_t n_images) {
    for (size_t c = 0; c < layer->n_statistics; c++) {
        double n = 0, mean = 0, deviations = 0;
        for (size_t g = 0; g < n_groups; g++) {
            size_t images = n_images - g * LANES < LANES ? n_images - g * LANES : LANES;
            double m = (double)(images * plane(layer));
            double delta = (double)layer->batch.group_a[g * layer->n_statistics + c] - mean;
            mean += delta * m / (n + m);
            deviations += (double)layer->batch.group_b[g * layer->n_statistics + c] +
                          delta * delta * n * m / (n + m);
            n += m;
        }
        double var = deviations / n, inv_std = 1 / sqrt(var + epsilon);
        layer->batch.mean[c] = (float)mean;
        layer->batch.inv_std[c] = (float)inv_std;
        set_scale_and_shift(layer, parameters, c, mean, inv_std);
        layer->running_mean[c] += momentum * ((float)mean - layer->running_mean[c]);
        layer->running_var[c] += momentum * ((float)var - layer->running_var[c]);
    }
}

static void evaluate(const struct layer *layer, const float *parameters) {
    for (size_t c = 0; c < layer->n_statistics; c++)
        set_scale_and_shift(layer, parameters, c, (double)layer->running_mean[c],
                            1 / sqrt((double)layer->running_var[c] + epsilon));
}

static void forward(const struct layer *layer, const struct group *group) {
    struct norm_shape shape = norm_shape(layer);
    group->kernels->batchnorm_forward(group->out, group->in, layer->batch.scale, layer->batch.shift,
                                      &shape);
}

static void gather_backward(const struct layer *layer, const struct group *group) {
    size_t at = group->index * layer->n_statistics;
    struct norm_shape shape = norm_shape(layer);
    struct norm_values values = norm_values(layer);
    group->kernels->batchnorm_backward_sums(layer->batch.group_a + at, layer->batch.group_b + at,
                                            group->d_out, group->in, &values, &shape);
}

/* With x = (in - mean) inv_std:
 * d_in = scale inv_std (d_out - mean(d_out) - x mean(d_out x)), d scale = sum(d_out x),
 * d shift = sum(d_out). */
static void finish_backward(const struct layer *layer, const float *parameters, float *gradient,
                            size_t n_groups, size_t n_images) {
    double n = (double)(n_images * plane(layer));
    for (size_t c = 0; c < layer->n_statistics; c++) {
        double sum = 0, product = 0, inv_std = (double)layer->batch.inv_std[c];
        for (size_t g = 0; g < n_groups; g++) {
            sum += (double)layer->batch.group_a[g * layer->n_statistics + c];
            product += (double)layer->batch.group_b[g * layer->n_statistics + c];
        }
        double slope = scale_of(layer, parameters, c) * inv_std;
        layer->batch.slope[c] = (float)slope;
        layer->batch.product[c] = (float)(-slope * inv_std * inv_std * product / n);
        layer->batch.constant[c] = (float)(-slope * sum / n);
        if (layer->spec.affine) {
            gradient[layer->parameters[0].offset + c] += (float)(product * inv_std);
            gradient[layer->parameters[1].offset + c] += (float)sum;
        }
    }
}

static void backward(const struct layer *layer, const struct group *group) {
    struct norm_shape shape = norm_shape(layer);
    struct norm_values values = norm_values(layer);
    if (group->d_in)
        group->kernels->batchnorm_backward(group->d_in, group->d_out, group->in, &values, &shape,
                                           group->n_images);
}

const struct layer_type layer_batchnorm = {
    .name = "bn",
    .size = size,
    .forward = forward,
    .backward = backward,
    .gather = gather,
    .finish = finish,
    .gather_backward = gather_backward,
    .finish_backward = finish_backward,
    .evaluate = evaluate,
};
