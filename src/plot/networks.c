/* First-layer filters, and what the autoencoder makes of test images. */
#include "plot/networks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "io/safetensors.h"
#include "model/file.h"
#include "model/network.h"
#include "nn/blas.h"
#include "plot/mosaic.h"
#include "plot/state.h"
#include "run/weights.h"
#include "train/measure.h"

/* What networks are made of again: images as the run saw them, and kernels. */
struct material {
    struct run_data data;
    bool has_data;
    const struct kernels *kernels;
};

static int make_network(struct network **network, const struct plot *plot,
                        const struct material *material, enum architecture_use use,
                        size_t max_batch, struct error *err) {
    return model_network(network, &plot->config, use, max_batch, material->kernels, NULL, err);
}

enum { FILTER_COLUMNS = 8, FILTER_SCALE = 16, N_OF_A_KIND = 10, IMAGE_SCALE = 3 };

/* ---- filters */

static int draw_filters(const struct plot *plot, const char *name, const struct tensor *weight,
                        struct error *err) {
    struct images filters;
    struct error cause;
    if (mosaic_filters(&filters, weight, &cause) != STATUS_OK) {
        plot_left_out(plot, "%s; left out: %s", cause.message, name);
        return STATUS_OK;
    }
    const int status = plot_mosaic(plot, name, &filters, FILTER_COLUMNS, FILTER_SCALE, err);
    images_free(&filters);
    return status;
}

/* Those in a file of the run. */
static int draw_saved_filters(const struct plot *plot, const char *name, const char *path,
                              struct error *err) {
    struct tensor_list list = {0};
    struct error cause;
    int status = STATUS_OK;
    if (safetensors_read(path, &list, &cause) != STATUS_OK) {
        plot_left_out(plot, "%s; left out: %s", cause.message, name);
    } else {
        const struct tensor *weight = tensor_list_find(&list, "conv1.weight");
        if (weight != NULL)
            status = draw_filters(plot, name, weight, err);
        else
            plot_left_out(plot, "%s: has no conv1.weight; left out: %s", path, name);
    }
    tensor_list_free(&list);
    return status;
}

/* Those that the run began with: they follow from its options and, where they come from a
 * dictionary, its images. The first convolution gets its weights first, so the encoder alone has
 * the same as any other network of the run. */
static int draw_initial_filters(const struct plot *plot, struct material *material,
                                struct error *err) {
    static const char name[] = "filters_initial";
    struct network *network = NULL;
    struct error cause;
    int status = make_network(&network, plot, material, ARCHITECTURE_ENCODER, 0, &cause);
    if (!status)
        status =
            weights_initial(&plot->config, &material->data.sets[TRAIN].batches, network, &cause);
    if (status) {
        plot_left_out(plot, "%s; left out: %s", cause.message, name);
        network_free(network);
        return STATUS_OK;
    }
    const struct parameter *parameter = &network->layers[network->first_trained].parameters[0];
    struct tensor weight = {.name = "conv1.weight",
                            .n_dims = parameter->n_dims,
                            .values = network->parameters + parameter->offset};
    memcpy(weight.dims, parameter->dims, sizeof weight.dims);
    status = draw_filters(plot, name, &weight, err);
    network_free(network);
    return status;
}

static int draw_all_filters(const struct plot *plot, struct material *material, struct error *err) {
    char autoencoder[RUN_PATH_SIZE], model[RUN_PATH_SIZE];
    const bool has_autoencoder = plot_has_file(plot, RUN_AUTOENCODER, autoencoder);
    const bool has_model = plot_has_file(plot, RUN_MODEL, model);
    const bool from_images = plot->config.weight_dict_init && !plot->config.in_name[0];
    int status = STATUS_OK;
    if (material->has_data || !from_images)
        status = draw_initial_filters(plot, material, err);
    if (!status && has_autoencoder && !method_of(&plot->config)->is_pretraining)
        status = draw_saved_filters(plot, "filters_pretrained", autoencoder, err);
    else
        plot_discard(plot, "filters_pretrained", "png");
    if (!status && method_of(&plot->config)->is_pretraining && has_autoencoder)
        return draw_saved_filters(plot, "filters_final", autoencoder, err);
    if (!status && has_model)
        return draw_saved_filters(plot, "filters_final", model, err);
    if (!status) {
        plot_discard(plot, "filters_final", "png");
        plot_left_out(plot, "%s: no weights of the end; left out: filters_final",
                      plot->options->run_dir);
    }
    return status;
}

/* ---- reconstructions */

/* A group's images and what the network makes of them: (2, values) of each. */
static void input_and_output(void *context, const struct network_view *view, float *values) {
    const size_t n_values = *(const size_t *)context;
    for (size_t l = 0; l < view->n_images; l++)
        for (size_t i = 0; i < n_values; i++) {
            values[2 * l * n_values + i] = view->input[i * LANES + l];
            values[(2 * l + 1) * n_values + i] = view->output[i * LANES + l];
        }
}

/* The first images of the test set, N_OF_A_KIND normal ones and then as many outliers. */
static int choose_images(const struct image_set *test, struct batch_set *chosen, size_t *n_normal,
                         struct error *err) {
    const size_t n_values = test->batches.n_values;
    size_t places[2 * N_OF_A_KIND], n = 0;
    for (unsigned char kind = 0; kind < 2; kind++)
        for (size_t i = 0, found = 0; i < test->selection.n && found < N_OF_A_KIND; i++)
            if (test->selection.outlier[i] == kind) {
                places[n++] = i;
                found++;
                *n_normal += kind == 0;
            }
    float *image = memory_alloc(n_values, sizeof *image, err);
    int status = image != NULL ? batch_set_create(chosen, n, n_values, n, err) : STATUS_NO_MEMORY;
    for (size_t i = 0; !status && i < n; i++) {
        batch_set_get(&test->batches, places[i], image);
        batch_set_put(chosen, i, image);
    }
    free(image);
    return status;
}

static unsigned char shade(float value, float low, float high) {
    const float part = high > low ? (value - low) / (high - low) : 0.5F;
    return (unsigned char)lroundf(255 * fminf(fmaxf(part, 0), 1));
}

/* One picture of both, the input above: (C, 2 H, W) from (2, C, H, W). Black and white are the
 * input's least and greatest value, since preprocessed images may use a small part of the range. */
static void stack(const float *pair, struct shape shape, unsigned char *pixels) {
    const size_t plane = shape.height * shape.width, size = shape.channels * plane;
    float low = pair[0], high = pair[0];
    for (size_t i = 1; i < size; i++) {
        low = fminf(low, pair[i]);
        high = fmaxf(high, pair[i]);
    }
    for (size_t half = 0; half < 2; half++)
        for (size_t c = 0; c < shape.channels; c++)
            for (size_t i = 0; i < plane; i++)
                pixels[(2 * c + half) * plane + i] =
                    shade(pair[half * size + c * plane + i], low, high);
}

/* The outliers begin a row of their own: where the normal images do not fill theirs, its rest is
 * white. */
static int draw_pairs(const struct plot *plot, struct network *network,
                      const struct batch_set *chosen, size_t n_normal, struct error *err) {
    const struct shape shape = network->layers[0].in;
    size_t n_values = chosen->n_values;
    const size_t n_white = n_normal > 0 ? N_OF_A_KIND - n_normal : 0;
    struct images pairs = {0};
    float *values = memory_alloc(chosen->n_images, 2 * n_values * sizeof *values, err);
    const size_t n_pairs = chosen->n_images + n_white;
    int status = values != NULL ? images_create(&pairs, n_pairs, shape.channels, 2 * shape.height,
                                                shape.width, err)
                                : STATUS_NO_MEMORY;
    if (!status)
        status = images_insert(&pairs, 0, n_pairs, err);
    if (!status) {
        measure_images(network, chosen, 0, input_and_output, &n_values, 2 * n_values, values);
        memset(pairs.pixels + 2 * n_normal * n_values, 255, 2 * n_white * n_values);
        for (size_t i = 0; i < chosen->n_images; i++)
            stack(values + 2 * i * n_values, shape,
                  pairs.pixels + 2 * (i + (i < n_normal ? 0 : n_white)) * n_values);
        status = plot_mosaic(plot, "reconstructions", &pairs, N_OF_A_KIND, IMAGE_SCALE, err);
    }
    images_free(&pairs);
    free(values);
    return status;
}

static int draw_reconstructions(const struct plot *plot, struct material *material,
                                const char *path, struct error *err) {
    struct network *network = NULL;
    struct batch_set chosen = {0};
    struct error cause;
    size_t n_normal = 0;
    int status =
        make_network(&network, plot, material, ARCHITECTURE_AUTOENCODER, 2 * N_OF_A_KIND, &cause);
    if (!status)
        status = model_read(path, &plot->config, network, &cause);
    if (!status)
        status = choose_images(&material->data.sets[TEST], &chosen, &n_normal, &cause);
    if (status)
        plot_left_out(plot, "%s; left out: reconstructions", cause.message);
    status = status ? STATUS_OK : draw_pairs(plot, network, &chosen, n_normal, err);
    batch_set_free(&chosen);
    network_free(network);
    return status;
}

/* ---- both */

/* The images as the run saw them, where anything is to be made of them. */
static bool load(const struct plot *plot, struct run_data *data, bool has_autoencoder) {
    struct error cause;
    const bool for_filters = plot->config.weight_dict_init && !plot->config.in_name[0];
    if (!has_autoencoder && !for_filters)
        return false;
    if (run_data_load(data, &plot->config, &cause) == STATUS_OK)
        return true;
    plot_left_out(plot, "%s; left out: %s%s%s", cause.message,
                  has_autoencoder ? "reconstructions" : "",
                  has_autoencoder && for_filters ? ", " : "", for_filters ? "filters_initial" : "");
    return false;
}

int plot_networks(struct plot *plot, struct error *err) {
    struct material material = {.has_data = false};
    char path[RUN_PATH_SIZE];
    const bool has_autoencoder = plot_has_file(plot, RUN_AUTOENCODER, path);
    int status = blas_start(err);
    if (!status)
        status = kernels_find(&material.kernels, "auto", err);
    if (status)
        return status;
    material.has_data = load(plot, &material.data, has_autoencoder);
    status = draw_all_filters(plot, &material, err);
    if (!status && has_autoencoder && material.has_data)
        status = draw_reconstructions(plot, &material, path, err);
    if (!has_autoencoder) {
        plot_discard(plot, "reconstructions", "png");
        plot_left_out(plot, "%s is not there; left out: reconstructions", path);
    }
    if (material.has_data)
        run_data_free(&material.data);
    return status;
}
