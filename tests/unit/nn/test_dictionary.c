/* Codes and dictionaries against scikit-learn (tests/golden/make_dictionary.py), and what holds for
 * any dictionary. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "nn/dictionary.h"
#include "nn/patches.h"
#include "support/golden.h"

enum { MAX_ATOMS = 64, MAX_DIM = 64 };

static double dot(const float *x, const float *y, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)x[i] * (double)y[i];
    return sum;
}

static const struct tensor *find(const struct tensor_list *list, const char *name,
                                 const char *part) {
    char key[TENSOR_NAME_SIZE];
    snprintf(key, sizeof key, "%s.%s", name, part);
    const struct tensor *tensor = tensor_list_find(list, key);
    assert_non_null(tensor);
    return tensor;
}

/* gram = D D^T */
static void compute_gram(float *gram, const float *atoms, size_t n_atoms, size_t dim) {
    assert_true(n_atoms <= MAX_ATOMS && dim <= MAX_DIM);
    for (size_t k = 0; k < n_atoms; k++)
        for (size_t j = 0; j < n_atoms; j++)
            gram[k * n_atoms + j] = (float)dot(atoms + k * dim, atoms + j * dim, dim);
}

static void learn(float *atoms, size_t n_atoms, const struct tensor *images, size_t size,
                  uint64_t seed) {
    struct rng rng;
    struct error err = {.message = ""};
    rng_seed(&rng, seed, RNG_DICTIONARY);
    assert_int_equal(dictionary_learn(atoms, n_atoms, images->values, images->dims[0],
                                      images->dims[1], images->dims[2], images->dims[3], size,
                                      PATCH_IMAGE, &rng, &err),
                     STATUS_OK);
}

static void assert_unit_norms(const float *atoms, size_t n_atoms, size_t dim) {
    for (size_t k = 0; k < n_atoms; k++)
        assert_near(dot(atoms + k * dim, atoms + k * dim, dim), 1, 1e-6);
}

/* From zero, and again from somewhere else: the minimum is the same. */
static void codes_are_lassos(void **state) {
    static const char *const cases[] = {"few", "many", "light"};
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        const struct tensor *atoms = find(*state, cases[c], "atoms");
        const struct tensor *patches = find(*state, cases[c], "patches");
        const float *expected = find(*state, cases[c], "codes")->values;
        float penalty = find(*state, cases[c], "penalty")->values[0];
        size_t n_atoms = atoms->dims[0], dim = atoms->dims[1];
        float gram[MAX_ATOMS * MAX_ATOMS];
        compute_gram(gram, atoms->values, n_atoms, dim);
        for (size_t i = 0; i < patches->dims[0]; i++)
            for (int start = 0; start < 2; start++) {
                float code[MAX_ATOMS];
                double residual[MAX_ATOMS];
                for (size_t k = 0; k < n_atoms; k++)
                    code[k] = start ? (k % 3 ? 0.5F : -3.0F) : 0;
                dictionary_code(code, residual, patches->values + i * dim, atoms->values, gram,
                                n_atoms, dim, penalty);
                for (size_t k = 0; k < n_atoms; k++)
                    assert_near((double)code[k], (double)expected[i * n_atoms + k], 1e-4);
            }
    }
}

/* No patch gains from a code when the penalty exceeds every |x . d_k|; an atom of zeros has none.
 */
static void codes_can_be_zero(void **state) {
    (void)state;
    const float atoms[] = {1, 0, 0, 0, 0.6F, 0.8F};
    const float patch[] = {3, -2};
    float gram[9], code[3] = {1, 1, 1};
    double residual[3];
    compute_gram(gram, atoms, 3, 2);
    dictionary_code(code, residual, patch, atoms, gram, 3, 2, 3.5F);
    for (size_t k = 0; k < 3; k++)
        assert_true(code[k] == 0);
    dictionary_code(code, residual, patch, atoms, gram, 2, 2, 1.0F);
    assert_near((double)code[0], 2, 1e-6);
    assert_true(code[1] == 0);
}

static double objective(const float *atoms, size_t n_atoms, const struct tensor *patches) {
    size_t dim = patches->dims[1];
    float gram[MAX_ATOMS * MAX_ATOMS];
    compute_gram(gram, atoms, n_atoms, dim);
    double sum = 0;
    for (size_t i = 0; i < patches->dims[0]; i++) {
        const float *patch = patches->values + i * dim;
        float code[MAX_ATOMS] = {0};
        double residual[MAX_ATOMS];
        dictionary_code(code, residual, patch, atoms, gram, n_atoms, dim, 1.0F);
        for (size_t j = 0; j < dim; j++) {
            double error = (double)patch[j];
            for (size_t k = 0; k < n_atoms; k++)
                error -= (double)code[k] * (double)atoms[k * dim + j];
            sum += 0.5 * error * error;
        }
        for (size_t k = 0; k < n_atoms; k++)
            sum += fabs((double)code[k]);
    }
    return sum / (double)patches->dims[0];
}

/* Held-out patches are coded as well as with scikit-learn's dictionaries, whose objectives vary by
 * about 1 % with the seed. */
static void objective_is_scikit_learns(void **state) {
    const struct tensor *images = find(*state, "bars", "images");
    const struct tensor *held = find(*state, "bars", "held");
    const struct tensor *objectives = find(*state, "bars", "objectives");
    double n = (double)objectives->dims[0];
    double expected = 0, found = 0;
    for (size_t seed = 0; seed < objectives->dims[0]; seed++) {
        float atoms[8 * 25];
        learn(atoms, 8, images, 5, seed);
        assert_unit_norms(atoms, 8, 25);
        expected += (double)objectives->values[seed] / n;
        found += objective(atoms, 8, held) / n;
    }
    assert_near(found, expected, 0.02 * expected);
}

/* With every batch the same, scikit-learn's atoms themselves, but for the signs of singular
 * vectors. Two channels: also the order of an atom's dimensions. */
static void atoms_are_scikit_learns(void **state) {
    const struct tensor *expected = find(*state, "same_batch", "atoms");
    float atoms[3 * 32];
    learn(atoms, 3, find(*state, "same_batch", "images"), 4, 1);
    for (size_t k = 0; k < 3; k++) {
        const float *reference = expected->values + k * 32;
        double sign = dot(atoms + k * 32, reference, 32) < 0 ? -1 : 1;
        for (size_t i = 0; i < 32; i++)
            assert_near(sign * (double)atoms[k * 32 + i], (double)reference[i], 1e-3);
    }
}

static void same_seed_same_atoms(void **state) {
    const struct tensor *images = find(*state, "bars", "images");
    float first[8 * 25], second[8 * 25], other[8 * 25];
    learn(first, 8, images, 5, 3);
    learn(second, 8, images, 5, 3);
    learn(other, 8, images, 5, 4);
    assert_memory_equal(first, second, sizeof first);
    assert_memory_not_equal(first, other, sizeof first);
}

/* No two atoms are the same, and none is zero. */
static void assert_distinct(const float *atoms, size_t n_atoms, size_t dim) {
    assert_unit_norms(atoms, n_atoms, dim);
    for (size_t k = 0; k < n_atoms; k++)
        for (size_t j = 0; j < k; j++)
            assert_memory_not_equal(atoms + k * dim, atoms + j * dim, dim * sizeof(float));
}

static void more_atoms_than_dimensions(void **state) {
    const struct tensor *images = find(*state, "bars", "images");
    float atoms[40 * 9];
    learn(atoms, 40, images, 3, 0);
    assert_distinct(atoms, 40, 9);
}

static void one_image(void **state) {
    struct tensor image = *find(*state, "bars", "images");
    image.dims[0] = 1;
    float atoms[12 * 121];
    learn(atoms, 8, &image, 5, 0);
    assert_distinct(atoms, 8, 25);
    learn(atoms, 12, &image, 11, 0); /* four patches: fewer than atoms, and than a batch */
    assert_distinct(atoms, 12, 121);
    learn(atoms, 3, &image, 1, 0); /* one dimension: an atom is 1 or -1 */
    assert_unit_norms(atoms, 3, 1);
}

/* All of them the same value, of which no double is the mean of many: no dimension varies. */
static void constant_images(void **state) {
    (void)state;
    float values[4 * 2 * 7 * 7];
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        values[i] = 0.1F;
    const struct tensor images = {.n_dims = 4, .dims = {4, 2, 7, 7}, .values = values};
    float atoms[6 * 50];
    learn(atoms, 6, &images, 5, 0);
    assert_distinct(atoms, 6, 50);
}

/* One value of one patch, standardised by hand; over all patches each dimension has mean 0 and
 * mean square 1. */
static void patches_are_standardised(void **state) {
    const struct tensor *images = find(*state, "bars", "images");
    struct patches patches;
    struct rng rng;
    struct error err = {.message = ""};
    rng_seed(&rng, 0, RNG_DICTIONARY);
    assert_int_equal(patches_open(&patches, images->values, images->dims[0], 1, 12, 12, 5,
                                  PATCH_PUBLISHED, &rng, &err),
                     STATUS_OK);
    assert_int_equal(patches.count, images->dims[0] * 64);
    double sum[25] = {0}, squares[25] = {0};
    float patch[25];
    for (size_t index = 0; index < patches.count; index++) {
        patches_cut(&patches, index, patch);
        for (size_t i = 0; i < 25; i++) {
            sum[i] += (double)patch[i];
            squares[i] += (double)patch[i] * (double)patch[i];
        }
    }
    for (size_t i = 0; i < 25; i++) {
        assert_near(sum[i] / (double)patches.count, 0, 1e-6);
        assert_near(squares[i] / (double)patches.count, 1, 1e-6);
    }
    size_t image = 2, row = 6, column = 7, y = 3, x = 1, i = y * 5 + x;
    patches_cut(&patches, (image * 8 + row) * 8 + column, patch);
    double pixel = (double)images->values[image * 144 + (row + y) * 12 + column + x];
    assert_near((double)patch[i], (pixel - patches.mean[i]) * patches.scale[i], 1e-6);
    patches_close(&patches);
}

/* Both ways to cut colour images, against NumPy. */
static void colour_patches_are_numpys(void **state) {
    static const struct {
        enum patch_layout layout;
        const char *name;
    } layouts[] = {{PATCH_PUBLISHED, "published"}, {PATCH_IMAGE, "image"}};
    const struct tensor *images = find(*state, "layouts", "images");
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
        const struct tensor *expected = find(*state, "layouts", layouts[i].name);
        struct patches patches;
        struct rng rng;
        struct error err = {.message = ""};
        float patch[75];
        rng_seed(&rng, 0, RNG_DICTIONARY);
        assert_int_equal(
            patches_open(&patches, images->values, 3, 3, 8, 9, 5, layouts[i].layout, &rng, &err),
            STATUS_OK);
        assert_int_equal(patches.count, expected->dims[0]);
        assert_int_equal(patches.dim, expected->dims[1]);
        for (size_t index = 0; index < patches.count; index++) {
            patches_cut(&patches, index, patch);
            for (size_t t = 0; t < 75; t++)
                assert_near((double)patch[t], (double)expected->values[index * 75 + t], 1e-5);
        }
        patches_close(&patches);
    }
}

static void refuses(const struct tensor *images, size_t size, int expected) {
    struct rng rng;
    struct error err = {.message = ""};
    float atoms[2 * 49];
    rng_seed(&rng, 0, RNG_DICTIONARY);
    assert_int_equal(dictionary_learn(atoms, 2, images->values, images->dims[0], images->dims[1],
                                      images->dims[2], images->dims[3], size, PATCH_PUBLISHED, &rng,
                                      &err),
                     expected);
    assert_true(strlen(err.message) > 0);
}

static void refuses_what_has_no_dictionary(void **state) {
    (void)state;
    float values[36] = {0};
    struct tensor images = {.n_dims = 4, .dims = {1, 1, 6, 6}, .values = values};
    refuses(&images, 7, STATUS_USAGE);
    refuses(&images, 0, STATUS_USAGE);
    images.dims[0] = 0;
    refuses(&images, 5, STATUS_USAGE);
    images.dims[0] = 1;
    values[17] = NAN;
    refuses(&images, 5, STATUS_FAILED);
    values[17] = INFINITY;
    refuses(&images, 5, STATUS_FAILED);
}

static int read_golden(void **state) {
    return golden_open(state, "tests/golden/dictionary.safetensors");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_lassos),
        cmocka_unit_test(codes_can_be_zero),
        cmocka_unit_test(patches_are_standardised),
        cmocka_unit_test(colour_patches_are_numpys),
        cmocka_unit_test(objective_is_scikit_learns),
        cmocka_unit_test(atoms_are_scikit_learns),
        cmocka_unit_test(same_seed_same_atoms),
        cmocka_unit_test(more_atoms_than_dimensions),
        cmocka_unit_test(one_image),
        cmocka_unit_test(constant_images),
        cmocka_unit_test(refuses_what_has_no_dictionary),
    };
    return cmocka_run_group_tests_name("dictionary", tests, read_golden, golden_close);
}
