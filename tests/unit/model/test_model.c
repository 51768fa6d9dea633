/* Models from weight files that were not written by this program, against the scores that PyTorch
 * and NumPy give (tests/golden/make_model.py); with every set of kernels and from two threads at a
 * time; files that are no models. */
#include <pthread.h>
#include <string.h>

#include "io/safetensors_write.h"
#include "support/golden.h"
/* scratch.h wants cmocka.h first */
#include "io/scratch.h"
#include "model/model.h"

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
        struct model *model = load(names[i], "auto");
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
    assert_int_not_equal(model_load(&model, path, "auto", &err), STATUS_OK);
    assert_null(model);
    assert_non_null(strstr(err.message, "refused.safetensors"));
    if (!strstr(err.message, part))
        fail_msg("\"%s\" does not say \"%s\"", err.message, part);
}

/* The golden model without one of its tensors and with other metadata. */
static void copy_of(struct tensor_list *copy, const char *without, const char *config,
                    const char *method) {
    struct tensor_list golden = {0};
    struct error err = {.message = ""};
    *copy = (struct tensor_list){0};
    golden_read(&golden, "tests/golden/model_one_class.safetensors");
    if (!config)
        config = tensor_list_metadata(&golden, "config");
    assert_ok(tensor_list_add_metadata(copy, "config", config, &err), &err);
    assert_ok(tensor_list_add_metadata(copy, "method", method, &err), &err);
    for (size_t i = 0; i < golden.n_tensors; i++) {
        const struct tensor *tensor = &golden.tensors[i];
        if (!without || strcmp(tensor->name, without) != 0)
            assert_ok(tensor_list_add(copy, tensor->name, tensor->n_dims, tensor->dims,
                                      tensor->values, &err),
                      &err);
    }
    tensor_list_free(&golden);
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
        {NULL, "{}", "one-class", "does not tell what images"},
        {NULL, "{\"dataset\": \"mnist\"}", "one-class", "architecture"},
        {NULL, "{\"dataset\": \"elsewhere\"}", "one-class", "does not tell what images"},
        {NULL, "3", "one-class", "not a JSON object"},
        {NULL, "{\"no_such_option\": 1}", "one-class", "unknown option"},
    };
    struct tensor_list list = {0};
    struct error err = {.message = ""};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        copy_of(&list, cases[i].without, cases[i].config, cases[i].method);
        refuses(scratch, &list, cases[i].part);
        tensor_list_free(&list);
    }
    refuses(scratch, &(struct tensor_list){0}, "has no configuration");
    struct model *model = NULL;
    assert_int_not_equal(model_load(&model, "tests/golden/nothing", "auto", &err), STATUS_OK);
    assert_int_not_equal(
        model_load(&model, "tests/golden/model_dcae.safetensors", "no kernel", &err), STATUS_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_are_pytorchs),
        cmocka_unit_test(a_file_tells_its_method),
        cmocka_unit_test(an_image_has_one_score),
        cmocka_unit_test(two_threads_score_with_one_model),
        cmocka_unit_test_setup_teardown(what_is_no_model_is_refused, scratch_setup,
                                        scratch_teardown),
    };
    return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
