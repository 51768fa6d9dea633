/* Models from weight files that were not written by this program, against the scores that PyTorch
 * and NumPy give (tests/golden/make_model.py); with every set of kernels and from two threads at a
 * time; files that are no models. */
#include <pthread.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "io/safetensors_write.h"
#include "support/golden.h"
/* scratch.h wants cmocka.h first */
#include "io/safetensors_write.h"
#include "io/scratch.h"
#include "model/file.h"
#include "model/model.h"
#include "model/network.h"

enum { N_IMAGES = 300, N_VALUES = 784 };

static const char *const names[] = {"one_class", "soft_boundary", "dcae", "classifier"};
enum { N_NAMES = sizeof names / sizeof *names };

/* The same as in the script. */
static void make_pixels(unsigned char *pixels) {
    for (uint64_t i = 0; i < N_IMAGES * N_VALUES; i++)
        pixels[i] = (unsigned char)((i * i * 31 + i * 2654435761u) >> 9);
    memset(pixels + 7 * N_VALUES, 200, N_VALUES);
}

static void golden_path(const char *name, char *path, size_t size) {
    snprintf(path, size, "tests/golden/model_%s.safetensors", name);
}

static struct model *load(const char *name, const char *kernel) {
    char path[128];
    struct model *model = NULL;
    struct error err = {.message = ""};
    golden_path(name, path, sizeof path);
    assert_ok(model_load(&model, path, kernel, &err), &err);
    return model;
}

static void score(const struct model *model, const unsigned char *pixels, size_t n, float *scores) {
    struct model_scratch *scratch = NULL;
    struct error err = {.message = ""};
    assert_ok(model_scratch_create(&scratch, model, &err), &err);
    assert_ok(model_score(model, scratch, pixels, n, scores, &err), &err);
    model_scratch_free(scratch);
}

static void scores_are_pytorchs(void **state) {
    (void)state;
    static unsigned char pixels[N_IMAGES * N_VALUES];
    make_pixels(pixels);
    for (size_t i = 0; i < N_NAMES; i++) {
        char path[128];
        struct tensor_list golden = {0};
        golden_path(names[i], path, sizeof path);
        golden_read(&golden, path);
        const float *expected = tensor_list_find(&golden, "expected_scores")->values;
        const struct tensor *radius = tensor_list_find(&golden, "radius_squared");
        const double scale = radius ? (double)radius->values[0] : 1; /* of d, in d - R2 */
        const char *const kernels[] = {"auto", "blas"};
        for (size_t k = 0; k < 2; k++) {
            struct model *model = load(names[i], kernels[k]);
            float scores[N_IMAGES];
            score(model, pixels, N_IMAGES, scores);
            for (size_t j = 0; j < N_IMAGES; j++)
                assert_near((double)scores[j], (double)expected[j],
                            1e-5 * (scale + fabs((double)expected[j])));
            model_free(model);
        }
        tensor_list_free(&golden);
    }
}

static void a_file_tells_its_method(void **state) {
    (void)state;
    static const char *const methods[] = {"one-class", "soft-boundary", "dcae", "ce"};
    for (size_t i = 0; i < N_NAMES; i++) {
        struct model *model = load(names[i], "auto");
        assert_string_equal(model->learner.method->name, methods[i]);
        assert_int_equal(model->input.channels, 1);
        assert_int_equal(model->input.height, 28);
        assert_int_equal(model->input.width, 28);
        assert_int_equal(model->config.normal, 3);
        model_free(model);
    }
}

/* How many images are scored together, and which, does not show. */
static void an_image_has_one_score(void **state) {
    (void)state;
    static unsigned char pixels[N_IMAGES * N_VALUES];
    make_pixels(pixels);
    struct model *model = load("one_class", "auto");
    float all[N_IMAGES], some[N_IMAGES];
    score(model, pixels, N_IMAGES, all);
    for (size_t first = 0; first < N_IMAGES; first += 37) {
        const size_t n = first + 37 < N_IMAGES ? 37 : N_IMAGES - first;
        score(model, pixels + first * N_VALUES, n, some);
        assert_memory_equal(some, all + first, n * sizeof *some);
    }
    score(model, pixels, 0, some);
    model_free(model);
}

struct thread_work {
    const struct model *model;
    const unsigned char *pixels;
    float scores[N_IMAGES];
};

static void *score_often(void *argument) {
    struct thread_work *work = argument;
    for (int i = 0; i < 3; i++)
        score(work->model, work->pixels, N_IMAGES, work->scores);
    return NULL;
}

static void two_threads_score_with_one_model(void **state) {
    (void)state;
    static unsigned char pixels[N_IMAGES * N_VALUES];
    static struct thread_work work[2];
    make_pixels(pixels);
    for (size_t i = 0; i < N_NAMES; i++) {
        struct model *model = load(names[i], i == 0 ? "blas" : "auto");
        pthread_t threads[2];
        float alone[N_IMAGES];
        score(model, pixels, N_IMAGES, alone);
        for (size_t t = 0; t < 2; t++) {
            work[t] = (struct thread_work){.model = model, .pixels = pixels};
            assert_int_equal(pthread_create(&threads[t], NULL, score_often, &work[t]), 0);
        }
        for (size_t t = 0; t < 2; t++) {
            assert_int_equal(pthread_join(threads[t], NULL), 0);
            assert_memory_equal(work[t].scores, alone, sizeof alone);
        }
        model_free(model);
    }
}

/* ---- files that are no models */

static void refuses(struct scratch *scratch, const struct tensor_list *list, const char *part) {
    struct model *model = NULL;
    struct error err = {.message = ""};
    const char *path = scratch_path(scratch, "refused.safetensors");
    assert_ok(safetensors_write(path, list, &err), &err);
    assert_int_equal(model_load(&model, path, "auto", &err), STATUS_DAMAGED);
    assert_null(model);
    assert_non_null(strstr(err.message, "refused.safetensors"));
    if (!strstr(err.message, part))
        fail_msg("\"%s\" does not say \"%s\"", err.message, part);
}

/* The golden model without one of its tensors and with other metadata; its values are golden's. */
static void copy_of(struct tensor_list *copy, const struct tensor_list *golden, const char *without,
                    const char *config, const char *method) {
    struct error err = {.message = ""};
    *copy = (struct tensor_list){0};
    if (!config)
        config = tensor_list_metadata(golden, "config");
    assert_ok(tensor_list_add_metadata(copy, "config", config, &err), &err);
    assert_ok(tensor_list_add_metadata(copy, "method", method, &err), &err);
    for (size_t i = 0; i < golden->n_tensors; i++) {
        const struct tensor *tensor = &golden->tensors[i];
        if (!without || strcmp(tensor->name, without) != 0)
            assert_ok(tensor_list_add(copy, tensor->name, tensor->n_dims, tensor->dims,
                                      tensor->values, &err),
                      &err);
    }
}

/* The golden configuration with another value for an option, NULL: without it. Freed with free. */
static char *changed(const struct tensor_list *golden, const char *key, const char *value) {
    cJSON *json = cJSON_Parse(tensor_list_metadata(golden, "config"));
    cJSON_DeleteItemFromObject(json, key);
    if (value)
        assert_non_null(cJSON_AddRawToObject(json, key, value));
    char *text = cJSON_PrintUnformatted(json);
    assert_non_null(text);
    cJSON_Delete(json);
    return text;
}

static void options_that_scores_depend_on(void **state) {
    struct scratch *scratch = *state;
    static const struct {
        const char *key, *value, *part;
    } cases[] = {
        {"leaky_relu", NULL, "has no leaky-relu"},     {"gcn", NULL, "has no gcn"},
        {"rep_dim", "8", "another network"},           {"rep_dim", "2000000", "parameters"},
        {"rep_dim", "2147483647", "parameters"},       {"rep_dim", "0", "--rep-dim 0"},
        {"architecture", "3", "no architecture 3"},    {"bias", "1", "conv1.bias"},
        {"source", NULL, "does not tell what images"}, {"dataset", "\"cifar10\"", "parameters"},
    };
    struct tensor_list golden = {0}, list;
    golden_read(&golden, "tests/golden/model_one_class.safetensors");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *config = changed(&golden, cases[i].key, cases[i].value);
        copy_of(&list, &golden, NULL, config, "one-class");
        refuses(scratch, &list, cases[i].part);
        tensor_list_free(&list);
        cJSON_free(config);
    }
    tensor_list_free(&golden);
}

/* Values that no training leaves. */
static void numbers_that_are_none(void **state) {
    struct scratch *scratch = *state;
    static const struct {
        const char *name;
        float value;
    } cases[] = {{"conv1.weight", NAN}, {"dense1.weight", INFINITY}, {"bn2.running_var", -1},
                 {"center", NAN},       {"radius_squared", NAN},     {"input_min", -INFINITY}};
    struct tensor_list golden = {0}, list;
    golden_read(&golden, "tests/golden/model_one_class.safetensors");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        float *value = (float *)tensor_list_find(&golden, cases[i].name)->values, before = *value;
        *value = cases[i].value;
        copy_of(&list, &golden, NULL, NULL, "one-class");
        refuses(scratch, &list, cases[i].name);
        tensor_list_free(&list);
        *value = before;
    }
    tensor_list_free(&golden);
}

/* As version 0.1 wrote it: the autoencoder of a run that trained a classifier. */
static void an_autoencoder_is_known_by_its_arrays(void **state) {
    struct scratch *scratch = *state;
    struct tensor_list golden = {0}, list;
    struct model *model = NULL;
    struct error err = {.message = ""};
    golden_read(&golden, "tests/golden/model_dcae.safetensors");
    copy_of(&list, &golden, NULL, NULL, "ce");
    const char *path = scratch_path(scratch, "autoencoder.safetensors");
    assert_ok(safetensors_write(path, &list, &err), &err);
    assert_ok(model_load(&model, path, "auto", &err), &err);
    assert_string_equal(model->learner.method->name, "dcae");
    model_free(model);
    tensor_list_free(&list);
    tensor_list_free(&golden);
}

/* The decoder of a colour network without its last BatchNorm, as version 0.1 had it: none of its
 * weights are taken, not even those of the encoder. */
static void decoders_of_earlier_versions_are_refused(void **state) {
    struct scratch *scratch = *state;
    struct config config = {.architecture = 3,
                            .rep_dim = 16,
                            .use_batch_norm = 1,
                            .bn_affine = 1,
                            .leaky_relu = 1,
                            .loss = LOSS_AUTOENCODER};
    struct error err = {.message = ""};
    struct tensor_list list = {0}, old = {0};
    struct network *autoencoder = NULL, *encoder = NULL;
    struct learner learner;
    const struct preprocess preprocess = {.input_max = 1};
    const struct kernels *kernels;
    strcpy(config.dataset, "cifar10");
    assert_true(source_of_record(&config.source, config.dataset, NULL));
    assert_ok(kernels_find(&kernels, "auto", &err), &err);
    assert_ok(model_network(&encoder, &config, ARCHITECTURE_ENCODER, 0, kernels, NULL, &err), &err);
    assert_ok(
        model_network(&autoencoder, &config, ARCHITECTURE_AUTOENCODER, 0, kernels, NULL, &err),
        &err);
    assert_ok(learner_create(&learner, method_of_pretraining(), &config, autoencoder, &err), &err);
    const char *path = scratch_path(scratch, "autoencoder.safetensors");
    assert_ok(model_write(path, &learner, &preprocess, NULL, 0, &err), &err);
    assert_ok(model_read(path, &config, encoder, &err), &err);
    golden_read(&list, path);
    for (size_t i = 0; i < list.n_tensors; i++)
        if (strncmp(list.tensors[i].name, "decoder.bn4.", 12) != 0)
            assert_ok(tensor_list_add(&old, list.tensors[i].name, list.tensors[i].n_dims,
                                      list.tensors[i].dims, list.tensors[i].values, &err),
                      &err);
    assert_int_equal(old.n_tensors + 4, list.n_tensors);
    path = scratch_path(scratch, "old.safetensors");
    assert_ok(safetensors_write(path, &old, &err), &err);
    assert_int_equal(model_read(path, &config, encoder, &err), STATUS_DAMAGED);
    assert_non_null(strstr(err.message, "no batch normalisation before the sigmoid"));
    tensor_list_free(&old);
    tensor_list_free(&list);
    network_free(encoder);
    learner_free(&learner);
}

static void what_is_no_model_is_refused(void **state) {
    struct scratch *scratch = *state;
    static const struct {
        const char *without, *config, *method, *part;
    } cases[] = {
        {"conv1.weight", NULL, "one-class", "conv1.weight"},
        {"bn2.running_var", NULL, "one-class", "bn2.running_var"},
        {"radius_squared", NULL, "one-class", "radius_squared"},
        {"input_max", NULL, "one-class", "input_max"},
        {NULL, NULL, "no such method", "has no known method"},
        {NULL, NULL, "kde", "has no known method"},
        {NULL, "{}", "one-class", "has no dataset"},
        {NULL, "{\"dataset\": \"mnist\"} x", "one-class", "refused.safetensors"},
        {NULL, NULL, "ce", "head.dense1.weight"},
        {NULL, "3", "one-class", "not a JSON object"},
        {NULL, "{\"no_such_option\": 1}", "one-class", "unknown option"},
    };
    struct tensor_list golden = {0}, list = {0};
    struct error err = {.message = ""};
    golden_read(&golden, "tests/golden/model_one_class.safetensors");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        copy_of(&list, &golden, cases[i].without, cases[i].config, cases[i].method);
        refuses(scratch, &list, cases[i].part);
        tensor_list_free(&list);
    }
    tensor_list_free(&golden);
    refuses(scratch, &(struct tensor_list){0}, "has no configuration");
    struct model *model = NULL;
    assert_int_equal(model_load(&model, "tests/golden/nothing", "auto", &err), STATUS_MISSING);
    assert_int_not_equal(
        model_load(&model, "tests/golden/model_dcae.safetensors", "no kernel", &err), STATUS_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_are_pytorchs),
        cmocka_unit_test(a_file_tells_its_method),
        cmocka_unit_test(an_image_has_one_score),
        cmocka_unit_test(two_threads_score_with_one_model),
        cmocka_unit_test_setup_teardown(options_that_scores_depend_on, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(numbers_that_are_none, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(an_autoencoder_is_known_by_its_arrays, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(decoders_of_earlier_versions_are_refused, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(what_is_no_model_is_refused, scratch_setup,
                                        scratch_teardown),
    };
    return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
