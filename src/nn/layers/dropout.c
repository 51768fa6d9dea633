/* Dropout (Srivastava et al., 2014), inverted: in training every value is dropped with probability
 * `rate`, and the others are divided by 1 - rate; in evaluation nothing changes.
 *
 * Which values are dropped follows from the group's number alone, so that the backward pass finds
 * the same ones without a mask in memory, and threads do not show. */
#include <string.h>

#include "base/rng.h"
#include "nn/layers/layers.h"

static int size(struct layer *layer, struct error *err) {
    if (!(layer->spec.rate >= 0 && layer->spec.rate < 1))
        return error_set(err, STATUS_USAGE, "a dropout rate of %g is not in [0, 1)",
                         (double)layer->spec.rate);
    layer->out = layer->in;
    return STATUS_OK;
}

/* out (n, LANES) = in with the dropped values 0 and the others divided by 1 - rate. Four values
 * take their 16 bits from one random number. */
static void drop(float *out, const float *in, size_t n, float rate, uint64_t noise) {
    const uint64_t dropped = (uint64_t)(rate * 65536 + 0.5F);
    const float scale = 1 / (1 - (float)dropped / 65536);
    for (size_t i = 0; i < n * LANES; i += 4) {
        uint64_t bits = rng_mix(noise + i);
        for (size_t j = 0; j < 4; j++)
            out[i + j] = (bits >> 16 * j & 0xffff) < dropped ? 0 : scale * in[i + j];
    }
}

static void forward(const struct layer *layer, const struct group *group) {
    size_t n = shape_size(layer->in);
    if (group->training)
        drop(group->out, group->in, n, layer->spec.rate, group->noise);
    else
        memcpy(group->out, group->in, n * LANES * sizeof *group->out);
}

static void backward(const struct layer *layer, const struct group *group) {
    if (group->d_in)
        drop(group->d_in, group->d_out, shape_size(layer->in), layer->spec.rate, group->noise);
}

const struct layer_type layer_dropout = {.size = size, .forward = forward, .backward = backward};
