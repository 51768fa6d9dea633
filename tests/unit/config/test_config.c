/* From given values to a configuration: derived defaults, checks across options, aliases, and the
 * way through config.json and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "config/config.h"
#include "config/json.h"
#include "config/option_list.h"
#include "io/json.h"
#include "support/comma.h"
#include "support/says.h"

/* Adds "name=value" words, space-separated. */
static void add_words(struct option_list *list, const char *words) {
    struct error err;
    while (*words != '\0') {
        char word[256];
        const char *prefix;
        const size_t length = strcspn(words, " ");
        snprintf(word, sizeof word, "%.*s", (int)length, words);
        char *equals = strchr(word, '=');
        assert_non_null(equals);
        *equals = '\0';
        const struct option *option = option_find_prefixed(word, &prefix);
        assert_non_null(option);
        assert_int_equal(option_list_add(list, option, prefix, equals + 1, &err), STATUS_OK);
        words += length + (words[length] == ' ');
    }
}

static int resolve(struct config *config, const char *words, struct error *err) {
    struct option_list list = {.n = 0};
    add_words(&list, words);
    const int status = option_list_resolve(&list, config, err);
    option_list_free(&list);
    return status;
}

static struct config resolved(const char *words) {
    struct config config;
    struct error err = {.message = ""};
    if (resolve(&config, words, &err) != STATUS_OK)
        fail_msg("%s: %s", words, err.message);
    return config;
}

static void assert_refused(const char *words, const char *part) {
    struct config config;
    struct error err = {.message = ""};
    assert_int_equal(resolve(&config, words, &err), STATUS_USAGE);
    if (strstr(err.message, part) == NULL)
        fail_msg("%s: expected '%s' in '%s'", words, part, err.message);
}

static void block_coordinate_follows_objective(void **state) {
    (void)state;
    assert_int_equal(resolved("dataset=mnist").block_coordinate, 1);
    assert_int_equal(resolved("dataset=mnist hard-margin=0").block_coordinate, 1);
    assert_int_equal(resolved("dataset=mnist hard-margin=1").block_coordinate, 0);
    assert_int_equal(resolved("dataset=mnist block-coordinate=0").block_coordinate, 0);
    assert_int_equal(resolved("hard-margin=1 dataset=mnist block-coordinate=0").block_coordinate,
                     0);
    assert_refused("dataset=mnist hard-margin=1 block-coordinate=1", "--block-coordinate 1");
}

static void other_derived_defaults(void **state) {
    (void)state;
    assert_true(resolved("dataset=mnist").rho == 0.9);
    assert_true(resolved("dataset=mnist rho=0.5").rho == 0.5);
    assert_int_equal(resolved("dataset=mnist").weight_dict_init, 1);
    assert_int_equal(resolved("dataset=fashion-mnist weight-dict-init=0").weight_dict_init, 0);
    assert_true(resolved("dataset=mnist solver=adadelta").rho == 0.95);
    assert_true(resolved("dataset=mnist ae-solver=adadelta").rho == 0.95);
    assert_true(resolved("dataset=mnist solver=rmsprop").rho == 0.9);
    assert_true(resolved("dataset=mnist solver=adadelta rho=0.5").rho == 0.5);
    assert_int_equal(resolved("dataset=cifar10").weight_dict_init, 1);
    assert_int_equal(resolved("dataset=cifar10 pretrain=0").weight_dict_init, 0);
    assert_int_equal(resolved("dataset=cifar10 in-name=w").weight_dict_init, 0);
    assert_int_equal(resolved("dataset=cifar10 pretrain=0 loss=autoencoder").weight_dict_init, 1);
    assert_int_equal(resolved("dataset=cifar10 pretrain=0 weight-dict-init=1").weight_dict_init, 1);
}

static void run_directory_is_named_after_the_run(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"dataset=mnist", "log/mnist_0vsall_soft-boundary_seed_0"},
        {"dataset=mnist hard-margin=1 normal=3 seed=7", "log/mnist_3vsall_one-class_seed_7"},
        {"dataset=fashion-mnist normal=-1 outlier=2",
         "log/fashion-mnist_allvs2_soft-boundary_seed_0"},
        {"dataset=mnist loss=autoencoder normal=1 outlier=2", "log/mnist_1vs2_autoencoder_seed_0"},
        {"dataset=mnist xp-dir=here", "here"},
        {"dataset=mnist xp-dir=", "log/mnist_0vsall_soft-boundary_seed_0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(resolved(cases[i][0]).xp_dir, cases[i][1]);
}

static void last_value_wins(void **state) {
    (void)state;
    assert_int_equal(resolved("seed=1 dataset=mnist seed=2").seed, 2);
    assert_string_equal(resolved("dataset=mnist dataset=fashion-mnist").dataset, "fashion-mnist");
}

static void contradictions_are_refused(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"seed=1", "--dataset is required"},
        {"dataset=minst", "--dataset minst: must be one of mnist, fashion-mnist"},
        {"dataset=mnist normal=-1", "--normal -1 --outlier -1"},
        {"dataset=mnist normal=4 outlier=4", "--normal 4 --outlier 4"},
        {"dataset=gtsrb normal=5", "--normal 5: gtsrb has the classes 0..1"},
        {"dataset=mnist rep-dim=20", "--rep-dim 20: must be a multiple of 16"},
        {"dataset=mnist rep-dim=20 loss=autoencoder pretrain=0", "--rep-dim 20"},
        {"dataset=mnist architecture=3", "--architecture 3: must be an integer in 1..2"},
        {"dataset=mnist quiet=1 verbose=1", "--quiet and --verbose"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_refused(cases[i][0], cases[i][1]);
    assert_int_equal(resolved("dataset=mnist rep-dim=20 pretrain=0").rep_dim, 20);
    assert_int_equal(resolved("dataset=mnist rep-dim=20 in-name=w").rep_dim, 20);
}

/* A temporary file with that content. */
static void write_file(char path[static 64], const char *content) {
    snprintf(path, 64, "/tmp/test_config_XXXXXX");
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, content, strlen(content)), strlen(content));
    close(fd);
}

static struct config with_file(const char *file, const char *words) {
    struct option_list list = {0};
    struct config config;
    struct error err = {.message = ""};
    char path[64];
    write_file(path, file);
    assert_int_equal(option_list_add_file(&list, path, &err), STATUS_OK);
    unlink(path);
    char *copy = strdup(words), *rest = NULL;
    for (char *word = strtok_r(copy, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        char *value = strchr(word, '=');
        *value++ = '\0';
        assert_int_equal(option_list_add(&list, option_find(word), NULL, value, &err), STATUS_OK);
    }
    free(copy);
    if (option_list_resolve(&list, &config, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    option_list_free(&list);
    return config;
}

/* A config.json has what was worked out; it is worked out anew when what it follows from changes.
 */
static void values_of_a_file_follow_what_is_given_after_it(void **state) {
    (void)state;
    static const char file[] = "{\"dataset\": \"mnist\", \"hard_margin\": 1, "
                               "\"block_coordinate\": 0, \"solver\": \"adam\", \"rho\": 0.9, "
                               "\"seed\": 3, \"xp_dir\": \"log/old\", \"nu\": 0.2}";
    struct config config = with_file(file, "");
    assert_int_equal(config.block_coordinate, 0);
    assert_string_equal(config.xp_dir, "log/old");
    config = with_file(file, "hard-margin=0");
    assert_int_equal(config.block_coordinate, 1);
    assert_string_equal(config.xp_dir, "log/old");
    assert_int_equal(with_file(file, "hard-margin=0 block-coordinate=0").block_coordinate, 0);
    assert_int_equal(with_file(file, "hard-margin=1").block_coordinate, 0);
    assert_string_equal(with_file(file, "seed=4 xp-dir=new").xp_dir, "new");
    assert_true(with_file(file, "solver=adadelta").rho == 0.95);
    assert_true(with_file(file, "solver=adadelta rho=0.5").rho == 0.5);
    assert_true(with_file(file, "hard-margin=0").nu == 0.2);
}

static void objectives_ask_for_what_they_need(void **state) {
    (void)state;
    assert_refused("dataset=mnist pca=1", "--pca 1: only the shallow baselines");
    assert_refused("dataset=mnist loss=ce", "--loss ce --out-frac 0: ");
    resolved("dataset=mnist loss=ce out-frac=0.1");
    resolved("dataset=mnist loss=autoencoder hard-margin=1 block-coordinate=1");
}

/* Two weight files whose names were cut to the same one would be one file. */
static void names_of_weight_files_must_fit(void **state) {
    (void)state;
    char words[512], name[256] = "";
    memset(name, 'n', 200);
    snprintf(words, sizeof words, "dataset=mnist out-name=%s", name);
    assert_refused(words, "has 200 bytes; more than 198 do not fit");
    name[198] = '\0';
    snprintf(words, sizeof words, "dataset=mnist out-name=%s", name);
    assert_string_equal(resolved(words).out_name, name);
    assert_refused("dataset=mnist out-name=a/b", "--out-name a/b: must be the beginning of");
}

static void networks_are_those_of_the_data_set(void **state) {
    (void)state;
    resolved("dataset=mnist architecture=2 rep-dim=33");
    assert_refused("dataset=mnist architecture=3",
                   "--architecture 3: must be an integer in 1..2 for mnist");
    assert_refused("dataset=gtsrb architecture=2", "--architecture 2: must be 1 for gtsrb");
    assert_int_equal(resolved("dataset=cifar10 architecture=1 rep-dim=4").rep_dim, 4);
    assert_refused("dataset=cifar10 architecture=1 rep-dim=6", "--rep-dim 6: ");
    assert_refused("dataset=cifar10 architecture=2 rep-dim=24", "--rep-dim 24: ");
    resolved("dataset=cifar10 architecture=2 rep-dim=24 pretrain=0");
    assert_refused("dataset=cifar10 rep-dim=24 pretrain=0 reconstruction-penalty=1",
                   "--rep-dim 24: ");
    resolved("dataset=gtsrb rep-dim=7");
}

static void prefixed_names_are_aliases(void **state) {
    (void)state;
    const char *prefix;
    assert_int_equal(resolved("dataset=mnist mnist_normal=3 mnist-rep-dim=64").normal, 3);
    assert_int_equal(resolved("mnist_bias=1 dataset=mnist").bias, 1);
    assert_refused("dataset=mnist cifar10_normal=3", "--cifar10-normal 3");
    assert_refused("dataset=fashion-mnist mnist_normal=3", "--mnist-normal 3");
    assert_null(option_find_prefixed("mnist_seed", &prefix));
    assert_null(option_find_prefixed("mnist_", &prefix));
    assert_null(option_find_prefixed("mnistnormal", &prefix));
    assert_null(option_find_prefixed("svhn_normal", &prefix));
}

static struct config through_json(const struct config *config) {
    struct option_list list = {.n = 0};
    struct config back = {.seed = -1};
    struct error err = {.message = ""};
    char path[64];
    cJSON *json = config_to_json(config);
    assert_non_null(json);
    assert_null(config_difference(config, json));
    char *text = cJSON_Print(json);
    write_file(path, text);
    if (option_list_add_file(&list, path, &err) != STATUS_OK ||
        option_list_resolve(&list, &back, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    assert_null(config_difference(&back, json));
    unlink(path);
    free(text);
    cJSON_Delete(json);
    option_list_free(&list);
    return back;
}

static void json_round_trip_is_exact(void **state) {
    (void)state;
    static const char *const cases[] = {
        "dataset=mnist",
        "dataset=fashion-mnist hard-margin=1 normal=-1 outlier=9 seed=2147483647",
        "dataset=mnist nu=0.1000000000000000055 lr=1.2345678901234567e-300 C=3.3333333333333335e20",
        "dataset=mnist lr=4.9406564584124654e-324 ae-C=1.7976931348623157e308",
        "dataset=mnist rho=0.30000000000000004 momentum=0.1 nu=0.10000000000000002",
        "dataset=mnist block-coordinate=0 unit-norm-used=std shuffle=sample R-update-solver=lp",
        "dataset=mnist xp-dir=a\"b\\c\t\303\251 in-name=weights out-name=x kernel=avx2 threads=7",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct config config = resolved(cases[i]);
        const struct config back = through_json(&config);
        for (size_t j = 0; j < option_count; j++) {
            const struct option *option = &option_table[j];
            const char *a = (const char *)&config + option->offset;
            const char *b = (const char *)&back + option->offset;
            if (option->type == OPTION_TEXT)
                assert_string_equal(a, b);
            else
                assert_memory_equal(a, b,
                                    option->type == OPTION_REAL ? sizeof(double) : sizeof(int));
        }
    }
}

static void json_is_typed(void **state) {
    (void)state;
    const struct config config = resolved("dataset=mnist hard-margin=1");
    cJSON *json = config_to_json(&config);
    assert_true(cJSON_IsNumber(cJSON_GetObjectItemCaseSensitive(json, "hard_margin")));
    assert_true(cJSON_GetObjectItemCaseSensitive(json, "nu")->valuedouble == 0.1);
    assert_string_equal(cJSON_GetObjectItemCaseSensitive(json, "solver")->valuestring, "adam");
    assert_string_equal(cJSON_GetObjectItemCaseSensitive(json, "in_name")->valuestring, "");
    assert_int_equal(cJSON_GetObjectItemCaseSensitive(json, "R_update_lp_obj")->type, cJSON_String);
    assert_null(cJSON_GetObjectItemCaseSensitive(json, "force"));
    cJSON_Delete(json);
}

static void difference_names_what_changes_results(void **state) {
    (void)state;
    const struct config config = resolved("dataset=mnist");
    cJSON *json = config_to_json(&config);
    static const char *const cases[][2] = {
        {"dataset=mnist seed=1 xp-dir=a", "seed"},
        {"dataset=mnist nu=0.10000000000000002", "nu"},
        {"dataset=mnist kernel=blas", "kernel"},
        {"dataset=mnist in-name=w", "in-name"},
        {"dataset=fashion-mnist", "dataset"},
        {"dataset=mnist threads=4 xp-dir=elsewhere data-dir=there force=1 quiet=1", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct config other = resolved(cases[i][0]);
        const char *name = config_difference(&other, json);
        if (cases[i][1] == NULL)
            assert_null(name);
        else
            assert_string_equal(name, cases[i][1]);
    }
    cJSON_DeleteItemFromObjectCaseSensitive(json, "lr");
    assert_string_equal(config_difference(&config, json), "lr");
    cJSON_Delete(json);
}

/* Runs older than weight-dict-patches cut squares of the image; of grey ones both are the same. */
static void what_older_runs_have_not(void **state) {
    (void)state;
    static const struct {
        const char *options;
        bool same;
    } cases[] = {
        {"dataset=cifar10", false},
        {"dataset=cifar10 weight-dict-patches=image", true},
        {"dataset=mnist", true},
        {"dataset=mnist weight-dict-patches=image", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct config config = resolved(cases[i].options);
        cJSON *json = config_to_json(&config);
        cJSON_DeleteItemFromObject(json, "weight_dict_patches");
        const char *difference = config_difference(&config, json);
        assert_int_equal(difference == NULL, cases[i].same);
        if (difference != NULL)
            assert_string_equal(difference, "weight-dict-patches");
        cJSON_Delete(json);
    }
}

static void bad_files_are_refused(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"{\"nuu\": 1}", "unknown option 'nuu'"},
        {"{\"nu\": 7}", "--nu 7: must be"},
        {"{\"seed\": 1.5}", "--seed 1.5: must be"},
        {"{\"seed\": 1e300}", "--seed 1e+300: must be"},
        {"{\"nu\": [1]}", "'nu'"},
        {"{\"nu\": null}", "'nu'"},
        {"[]", "not a JSON object"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct option_list list = {.n = 0};
        struct error err = {.message = ""};
        char path[64];
        write_file(path, cases[i][0]);
        assert_int_equal(option_list_add_file(&list, path, &err), STATUS_USAGE);
        assert_int_equal(strncmp(err.message, path, strlen(path)), 0);
        assert_says(&err, cases[i][1]);
        unlink(path);
        option_list_free(&list);
    }
}

/* A library is called from programs that have set a locale with a decimal comma. */
static void numbers_do_not_depend_on_the_locale(void **state) {
    if (!comma_enter(*state))
        skip();
    const struct config config = resolved("dataset=mnist nu=0.25");
    const struct config back = through_json(&config);
    comma_leave();
    assert_true(config.nu == 0.25 && back.nu == 0.25 && back.lr == 1e-4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_older_runs_have_not),
        cmocka_unit_test(block_coordinate_follows_objective),
        cmocka_unit_test(other_derived_defaults),
        cmocka_unit_test(run_directory_is_named_after_the_run),
        cmocka_unit_test(last_value_wins),
        cmocka_unit_test(contradictions_are_refused),
        cmocka_unit_test(objectives_ask_for_what_they_need),
        cmocka_unit_test(values_of_a_file_follow_what_is_given_after_it),
        cmocka_unit_test(networks_are_those_of_the_data_set),
        cmocka_unit_test(names_of_weight_files_must_fit),
        cmocka_unit_test(prefixed_names_are_aliases),
        cmocka_unit_test(json_round_trip_is_exact),
        cmocka_unit_test(json_is_typed),
        cmocka_unit_test(difference_names_what_changes_results),
        cmocka_unit_test(bad_files_are_refused),
        cmocka_unit_test_setup_teardown(numbers_do_not_depend_on_the_locale, scratch_setup,
                                        scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
