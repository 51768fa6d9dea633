#include "train/measure.h"

#include "nn/pass.h"

struct measurement {
    image_values *values_of;
    void *context;
    size_t n_values;
    float *values; /* of the batch */
};

static double visit(void *context, const struct network_view *view) {
    const struct measurement *measurement = context;
    measurement->values_of(measurement->context, view,
                           measurement->values + view->first_image * measurement->n_values);
    return 0;
}

void measure_images(struct network *network, const struct batch_set *set, size_t n_batches,
                    image_values *values_of, void *context, size_t n_values, float *values) {
    struct measurement measurement = {values_of, context, n_values, values};
    if (n_batches == 0 || n_batches > set->n_batches)
        n_batches = set->n_batches;
    for (size_t b = 0; b < n_batches; b++) {
        size_t n = batch_set_count(set, b);
        network_evaluate(network, batch_set_batch(set, b), n, visit, &measurement);
        measurement.values += n * n_values;
    }
}
