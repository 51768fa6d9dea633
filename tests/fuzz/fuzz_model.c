/* Models from weight files: what loads also scores. */
#include "fuzz_file.h"
#include "model/model.h"

enum { N_IMAGES = 2 };

static void score(const struct model *model) {
    struct error err = {.message = ""};
    struct model_scratch *scratch = NULL;
    const size_t n_values = shape_size(model->input);
    unsigned char *pixels = malloc(N_IMAGES * n_values);
    float scores[N_IMAGES];
    FUZZ_CHECK(pixels != NULL);
    for (size_t i = 0; i < N_IMAGES * n_values; i++)
        pixels[i] = (unsigned char)(i * i >> 3);
    FUZZ_CHECK(model_scratch_create(&scratch, model, &err) == STATUS_OK);
    if (model_score(model, scratch, pixels, N_IMAGES, scores, &err) != STATUS_OK)
        fuzz_check_message(&err);
    model_scratch_free(scratch);
    free(pixels);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct error err = {.message = ""};
    struct model *model = NULL;
    if (model_load(&model, fuzz_file(data, size), "auto", &err) == STATUS_OK) {
        score(model);
    } else {
        FUZZ_CHECK(model == NULL);
        fuzz_check_message(&err);
    }
    model_free(model);
    return 0;
}
