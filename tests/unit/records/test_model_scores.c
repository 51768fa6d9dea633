/* A model that is read back from a run's weight file gives the scores that the run wrote, to the
 * bit, whatever the run's method and preprocessing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/model.h"
#include "records/scored_images.h"
#include "run/small_run.h"

static const struct {
    const char *file, *method;
    const char *options[9];
} runs[] = {
    {"model", "one-class", {"hard-margin", "1"}},
    {"model", "soft-boundary", {"hard-margin", "0", "warm-up-n-epochs", "0"}},
    {"model", "one-class", {"hard-margin", "1", "zca-whitening", "1", "unit-norm-used", "std"}},
    {"model", "one-class", {"hard-margin", "1", "reconstruction-penalty", "1", "gcn", "0"}},
    {"model", "one-class", {"hard-margin", "1", "dropout", "1", "bias", "1", "rep-dim", "16"}},
    {"model", "soft-boundary", {"center-fixed", "0", "block-coordinate", "0", "kernel", "blas"}},
    {"autoencoder", "dcae", {"loss", "autoencoder", "ae-loss", "ce"}},
    {"model", "ce", {"loss", "ce", "out-frac", "0.3", "use-batch-norm", "0"}},
};

static void train(struct scratch *scratch, const char *const *options, struct config *config) {
    static const struct run_observer nobody = {0};
    struct run_result result;
    struct error err = {.message = ""};
    small_config(scratch, "run", options, config);
    config->force = true;
    if (run_experiment(config, &nobody, &result, &err) != STATUS_OK)
        fail_msg("%s", err.message);
}

static struct model *load(struct scratch *scratch, const char *name, const char *kernel) {
    char file[64];
    struct model *model = NULL;
    struct error err = {.message = ""};
    snprintf(file, sizeof file, "run/%s.safetensors", name);
    if (model_load(&model, scratch_path(scratch, file), kernel, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    return model;
}

static void score(const struct model *model, const struct config *config, float *scores) {
    struct dataset dataset;
    struct model_scratch *memory = NULL;
    struct error err = {.message = ""};
    assert_int_equal(scored_load_dataset(&config->source, 1, &dataset, NULL, &err), STATUS_OK);
    assert_int_equal(dataset.test.n, SMALL_TEST);
    assert_int_equal(model_scratch_create(&memory, model, &err), STATUS_OK);
    assert_int_equal(model_score(model, memory, dataset.test.pixels, SMALL_TEST, scores, &err),
                     STATUS_OK);
    model_scratch_free(memory);
    dataset_free(&dataset);
}

static void scores_are_those_of_the_run(void **state) {
    struct scratch *scratch = *state;
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        struct config config;
        struct scored_list list = {0};
        struct error err = {.message = ""};
        float scores[SMALL_TEST];
        train(scratch, runs[i].options, &config);
        struct model *model = load(scratch, runs[i].file, config.kernel);
        assert_string_equal(model->learner.method->name, runs[i].method);
        score(model, &config, scores);
        assert_int_equal(scored_read(scratch_path(scratch, "run/scores.csv"), &list, &err),
                         STATUS_OK);
        assert_int_equal(list.n, SMALL_TEST);
        for (size_t j = 0; j < list.n; j++)
            assert_true((float)list.images[j].score == scores[list.images[j].index]);
        free(list.images);
        model_free(model);
    }
}

/* The autoencoder that a run of another method has pretrained is a DCAE. */
static void a_pretrained_autoencoder_is_a_model_too(void **state) {
    struct scratch *scratch = *state;
    static const char *const options[] = {"hard-margin", "1", NULL};
    struct config config;
    train(scratch, options, &config);
    struct model *model = load(scratch, "autoencoder", "auto");
    assert_string_equal(model->learner.method->name, "dcae");
    float scores[SMALL_TEST];
    score(model, &config, scores);
    for (size_t i = 0; i < SMALL_TEST; i++)
        assert_true(scores[i] > 0);
    model_free(model);
}

static int setup(void **state) {
    if (scratch_setup(state) != 0)
        return -1;
    small_write_data(*state);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(scores_are_those_of_the_run, setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(a_pretrained_autoencoder_is_a_model_too, setup,
                                        scratch_teardown),
    };
    return cmocka_run_group_tests_name("model_scores", tests, NULL, NULL);
}
