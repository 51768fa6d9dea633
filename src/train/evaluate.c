/* Evaluation of a whole image set. */
#include "train/evaluate.h"

struct evaluation {
    image_values *values_of;
    void *context;
    size_t n_values;
    float *values; /* of the batch */
};

static double visit(void *context, const struct network_view *view) {
    const struct evaluation *evaluation = context;
    evaluation->values_of(evaluation->context, view,
                          evaluation->values + view->first_image * evaluation->n_values);
    return 0;
}

void evaluate_images(struct network *network, const struct batch_set *set, size_t n_batches,
                     image_values *values_of, void *context, size_t n_values, float *values) {
    struct evaluation evaluation = {values_of, context, n_values, values};
    if (n_batches == 0 || n_batches > set->n_batches)
        n_batches = set->n_batches;
    for (size_t b = 0; b < n_batches; b++) {
        size_t n = batch_set_count(set, b);
        network_evaluate(network, batch_set_batch(set, b), n, visit, &evaluation);
        evaluation.values += n * n_values;
    }
}
