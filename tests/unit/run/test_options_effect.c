/* Every row of the option table, by whole runs on tiny data sets: each value that is accepted
 * changes what it should and nothing else, each value out of range is refused with its name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config/option_list.h"
#include "io/file.h"
#include "io/scratch.h"
#include "run/run.h"

enum { N_TRAIN = 160, N_TEST = 40, N_CLASSES = 10, MAX_TEXT = 1 << 20 };

/* What a value does to a run, beside the same run without it. */
enum effect {
    SCORES,       /* other test scores */
    NOTHING,      /* the same test scores */
    RUNS,         /* it runs: scores are not to be compared */
    RUNS_IF_ABLE, /* the same, where the processor can; else it is refused with its name */
    REFUSED,      /* it is refused, with its name */
};

/* Options are written "name=value name=value". `with` are those that both runs have. */
struct trial {
    const char *option, *value;
    enum effect effect;
    const char *with;
};

static const char base[] = "dataset=mnist normal=3 seed=1 batch-size=8 n-epochs=3 ae-n-epochs=1 "
                           "weight-dict-init=0 lr=1e-3 ae-lr=1e-3 quiet=1";

/* With networks that take long. */
#define LARGE "n-epochs=1 nnet-diagnostics=0 ae-diagnostics=0 "

static const struct trial trials[] = {
    {"dataset", "fashion-mnist", RUNS, ""},
    {"dataset", "cifar10", SCORES, LARGE},
    {"dataset", "./", NOTHING, ""}, /* the same files as one's own */
    {"dataset", "./cifar-10-batches-bin", NOTHING, LARGE "dataset=cifar10"},
    {"dataset", "./nonsense", REFUSED, ""},
    {"dataset", "nonsense", REFUSED, ""},
    {"data-dir", "nowhere", REFUSED, ""},
    {"normal", "4", SCORES, ""},
    {"normal", "-1", SCORES, "outlier=4"},
    {"outlier", "4", SCORES, ""},
    {"outlier", "3", REFUSED, ""},
    {"out-frac", "0.2", SCORES, ""},
    {"val-frac", "0.4", SCORES, ""},
    {"seed", "2", SCORES, ""},
    {"gcn", "0", SCORES, ""},
    {"unit-norm-used", "l2", SCORES, ""},
    {"unit-norm-used", "std", SCORES, ""},
    {"unit-norm-used", "l2", NOTHING, "gcn=0"},
    {"zca-whitening", "1", SCORES, ""},
    {"pca", "1", REFUSED, ""},
    {"architecture", "2", SCORES, LARGE},
    {"architecture", "3", REFUSED, ""},
    {"architecture", "1", SCORES, LARGE "dataset=cifar10"},
    {"architecture", "2", SCORES, LARGE "dataset=cifar10"},
    {"architecture", "3", NOTHING, LARGE "dataset=cifar10"},
    {"rep-dim", "16", SCORES, ""},
    {"rep-dim", "5", SCORES, "pretrain=0"},
    {"rep-dim", "5", REFUSED, ""},
    {"bias", "1", SCORES, ""},
    {"use-batch-norm", "0", SCORES, ""},
    {"bn-affine", "0", SCORES, ""},
    {"leaky-relu", "0", SCORES, ""},
    {"dropout", "1", SCORES, ""},
    {"dropout-arch", "1", SCORES, ""},
    {"weight-dict-init", "1", SCORES, ""},
    {"weight-dict-patches", "image", NOTHING, "weight-dict-init=1"},
    {"weight-dict-patches", "image", SCORES, LARGE "dataset=cifar10 weight-dict-init=1"},
    {"loss", "autoencoder", SCORES, ""},
    {"loss", "ce", SCORES, "out-frac=0.2"},
    {"loss", "ce", REFUSED, ""},
    {"hard-margin", "1", SCORES, ""},
    {"nu", "0.5", SCORES, ""},
    {"nu", "1", SCORES, ""},
    {"c-mean-init", "0", SCORES, ""},
    {"c-mean-init-n-batches", "1", SCORES, ""},
    {"center-fixed", "0", SCORES, "hard-margin=1"},
    {"center-fixed", "0", SCORES, "block-coordinate=0"},
    {"center-fixed", "0", SCORES, "warm-up-n-epochs=0 k-update-epochs=1"},
    {"block-coordinate", "0", SCORES, ""},
    {"block-coordinate", "1", REFUSED, "hard-margin=1"},
    {"k-update-epochs", "1", SCORES, "warm-up-n-epochs=0"},
    {"warm-up-n-epochs", "0", SCORES, ""},
    {"R-update-solver", "lp", NOTHING, "warm-up-n-epochs=0 k-update-epochs=1"},
    {"R-update-scalar-method", "brent", NOTHING, "warm-up-n-epochs=0 k-update-epochs=1"},
    {"R-update-scalar-method", "golden", NOTHING, "warm-up-n-epochs=0 k-update-epochs=1"},
    {"R-update-lp-obj", "dual", NOTHING, "warm-up-n-epochs=0 k-update-epochs=1"},
    {"weight-decay", "0", SCORES, "C=10"},
    {"C", "10", SCORES, ""},
    {"C", "10", NOTHING, "weight-decay=0"},
    {"reconstruction-penalty", "1", SCORES, "C-rec=1"},
    {"C-rec", "1", SCORES, "reconstruction-penalty=1"},
    {"C-rec", "1", NOTHING, ""},
    {"solver", "sgd", SCORES, ""},
    {"solver", "momentum", SCORES, ""},
    {"solver", "nesterov", SCORES, ""},
    {"solver", "adagrad", SCORES, ""},
    {"solver", "rmsprop", SCORES, ""},
    {"solver", "adadelta", SCORES, "lr=1"},
    {"solver", "adamax", SCORES, ""},
    {"solver", "amsgrad", SCORES, "n-epochs=8"},
    {"lr", "1e-2", SCORES, ""},
    {"lr-drop", "0", SCORES, "lr-drop-in-epoch=1"},
    {"lr-drop-in-epoch", "1", SCORES, ""},
    {"lr-drop-factor", "100", SCORES, "lr-drop-in-epoch=1"},
    {"lr-drop-factor", "100", NOTHING, ""},
    {"lr-decay", "1", SCORES, "lr-decay-after-epoch=1"},
    {"lr-decay-after-epoch", "1", SCORES, "lr-decay=1"},
    {"lr-decay-after-epoch", "1", NOTHING, ""},
    {"momentum", "0.5", SCORES, "solver=momentum"},
    {"momentum", "0.5", SCORES, "ae-solver=nesterov"},
    {"momentum", "0.5", NOTHING, ""},
    {"rho", "0.5", SCORES, "solver=rmsprop"},
    {"rho", "0.5", SCORES, "ae-solver=adadelta ae-lr=1"},
    {"rho", "0.5", NOTHING, ""},
    {"n-epochs", "4", SCORES, ""},
    {"n-epochs", "0", SCORES, ""},
    {"batch-size", "16", SCORES, ""},
    {"batch-size", "1000", REFUSED, ""},
    {"shuffle", "sample", SCORES, ""},
    {"pretrain", "0", SCORES, ""},
    {"ae-n-epochs", "2", SCORES, ""},
    {"ae-n-epochs", "2", NOTHING, "pretrain=0"},
    {"ae-lr", "1e-2", SCORES, ""},
    {"ae-solver", "sgd", SCORES, ""},
    {"ae-solver", "momentum", SCORES, ""},
    {"ae-solver", "nesterov", SCORES, ""},
    {"ae-solver", "adagrad", SCORES, ""},
    {"ae-solver", "rmsprop", SCORES, ""},
    {"ae-solver", "adadelta", SCORES, "ae-lr=1"},
    {"ae-solver", "adamax", SCORES, ""},
    {"ae-solver", "amsgrad", SCORES, "ae-n-epochs=8"},
    {"ae-loss", "ce", SCORES, ""},
    {"ae-loss", "ce", SCORES, "loss=autoencoder"},
    {"ae-lr-drop", "1", SCORES, "ae-lr-drop-in-epoch=0"},
    {"ae-lr-drop-in-epoch", "0", SCORES, "ae-lr-drop=1"},
    {"ae-lr-drop-factor", "100", SCORES, "ae-lr-drop=1 ae-lr-drop-in-epoch=0"},
    {"ae-weight-decay", "0", SCORES, "ae-C=10"},
    {"ae-C", "10", SCORES, ""},
    {"pretrain-cache", "cache", NOTHING, ""},
    {"pretrain-cache", "cache", NOTHING, ""}, /* the second time from the cache */
    {"in-name", "weights.safetensors", SCORES, ""},
    {"in-name", "missing.safetensors", REFUSED, ""},
    {"save-at", "2", NOTHING, ""},
    {"save-at", "9", REFUSED, ""},
    {"xp-dir", "elsewhere", NOTHING, ""},
    {"out-name", "prefix_", NOTHING, ""},
    {"out-name", "no/prefix", REFUSED, ""},
    {"nnet-diagnostics", "0", NOTHING, ""},
    {"e1-diagnostics", "1", NOTHING, ""},
    {"e1-diagnostics", "1", NOTHING, "center-fixed=0 block-coordinate=0 dropout=1"},
    {"e1-diagnostics", "1", REFUSED, "loss=autoencoder"},
    {"ae-diagnostics", "0", NOTHING, ""},
    {"device", "cpu", NOTHING, ""},
    {"device", "gpu", REFUSED, ""},
    {"kernel", "blas", RUNS, ""},
    {"kernel", "avx2", RUNS_IF_ABLE, ""},
    {"kernel", "avx512", RUNS_IF_ABLE, ""},
    {"kernel", "mmx", REFUSED, ""},
    {"threads", "2", NOTHING, ""},
    {"threads", "2", NOTHING, "dropout=1 center-fixed=0 hard-margin=1"},
    {"force", "1", NOTHING, ""},
    {"quiet", "1", NOTHING, ""},
    {"verbose", "1", REFUSED, ""}, /* together with quiet */
};

enum { N_TRIALS = sizeof trials / sizeof *trials };

static unsigned random_state = 1;

static unsigned char random_byte(void) {
    random_state = random_state * 1103515245u + 12345u;
    return (unsigned char)(random_state >> 16);
}

/* A pixel of an image of that class: stripes as wide as the class says, and noise. */
static unsigned char pixel(size_t class, size_t y, size_t x) {
    return (unsigned char)((y * (class + 1) + x * 3) % 28 * 7 + random_byte() % 60);
}

static void write_mnist(struct scratch *scratch, const char *images_name, const char *labels_name,
                        size_t n) {
    unsigned char images[16 + N_TRAIN * 784] = {0, 0, 8, 3}, labels[8 + N_TRAIN] = {0, 0, 8, 1};
    images[7] = labels[7] = (unsigned char)n;
    images[11] = images[15] = 28;
    for (size_t i = 0; i < n; i++) {
        labels[8 + i] = (unsigned char)(i % N_CLASSES);
        for (size_t p = 0; p < 784; p++)
            images[16 + i * 784 + p] = pixel(i % N_CLASSES, p / 28, p % 28);
    }
    scratch_write(scratch, images_name, images, 16 + n * 784);
    scratch_write(scratch, labels_name, labels, 8 + n);
}

static void write_cifar10(struct scratch *scratch, const char *name, size_t n) {
    static unsigned char records[N_TRAIN * 3073];
    for (size_t i = 0; i < n; i++) {
        records[i * 3073] = (unsigned char)(i % N_CLASSES);
        for (size_t p = 0; p < 3072; p++)
            records[i * 3073 + 1 + p] = pixel(i % N_CLASSES, p / 32 % 32, p % 32);
    }
    scratch_write(scratch, name, records, n * 3073);
}

static int setup(void **state) {
    struct error err;
    if (scratch_setup(state) != 0)
        return -1;
    struct scratch *scratch = *state;
    write_mnist(scratch, "train-images-idx3-ubyte", "train-labels-idx1-ubyte", N_TRAIN);
    write_mnist(scratch, "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte", N_TEST);
    if (file_make_directories(scratch_path(scratch, "cifar-10-batches-bin"), &err) != STATUS_OK)
        return -1;
    for (int i = 1; i <= 5; i++) {
        char name[64];
        snprintf(name, sizeof name, "cifar-10-batches-bin/data_batch_%d.bin", i);
        write_cifar10(scratch, name, N_TRAIN / 5);
    }
    write_cifar10(scratch, "cifar-10-batches-bin/test_batch.bin", N_TEST);
    return 0;
}

/* Adds "name=value name=value". */
static void add_options(struct option_list *list, const char *options) {
    char text[1024];
    char *rest = NULL;
    struct error err = {.message = ""};
    snprintf(text, sizeof text, "%s", options);
    for (char *word = strtok_r(text, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        char *value = strchr(word, '=');
        *value++ = '\0';
        const struct option *option = option_find(word);
        if (option == NULL)
            fail_msg("there is no option %s", word);
        assert_int_equal(option_list_add(list, option, NULL, value, &err), STATUS_OK);
    }
}

/* True for values that are names in the scratch directory. */
static bool is_path(const char *option, const char *value) {
    static const char *const names[] = {"data-dir", "pretrain-cache", "in-name", "xp-dir"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(option, names[i]) == 0)
            return true;
    return strncmp(value, "./", 2) == 0;
}

/* One run in a directory of its own below `scratch`; the text of its scores.csv, freed by the
 * caller, or NULL with a message in *err. */
static char *run(struct scratch *scratch, const char *name, const char *with, const char *option,
                 const char *value, struct error *err) {
    static const struct run_observer nobody = {0};
    struct option_list list = {0};
    struct config config;
    struct run_result result;
    char options[1024];
    bool path = is_path(option, value);
    snprintf(options, sizeof options, "%s data-dir=%s xp-dir=%s/%s %s", base, scratch->directory,
             scratch->directory, name, with);
    add_options(&list, options);
    if (option[0] != '\0') {
        snprintf(options, sizeof options, "%s=%s%s%s", option, path ? scratch->directory : "",
                 path ? "/" : "", value);
        add_options(&list, options);
    }
    int status = option_list_resolve(&list, &config, err);
    if (status == STATUS_OK)
        status = run_experiment(&config, &nobody, &result, err);
    option_list_free(&list);
    if (status != STATUS_OK)
        return NULL;
    struct bytes scores;
    char file[64];
    snprintf(file, sizeof file, "%s/scores.csv", strcmp(option, "xp-dir") == 0 ? value : name);
    status = file_read(scratch_path(scratch, file), MAX_TEXT, &scores, err);
    if (status != STATUS_OK)
        fail_msg("%s", err->message);
    char *text = strndup((const char *)scores.data, scores.size);
    free(scores.data);
    return text;
}

static void assert_named(const struct trial *trial, const struct error *err) {
    char expected[128];
    snprintf(expected, sizeof expected, "--%s", trial->option);
    if (strstr(err->message, is_path(trial->option, trial->value) ? trial->value : expected) ==
        NULL)
        fail_msg("%s is not named: %s", expected, err->message);
}

/* The scores of the run that a trial is compared with: made once for all that share it. */
static const char *scores_without(struct scratch *scratch, const struct trial *trial) {
    static char *scores[N_TRIALS]; /* at the first of the trials that share it */
    struct error err = {.message = ""};
    size_t first = 0;
    char name[32];
    while (strcmp(trials[first].with, trial->with) != 0)
        first++;
    snprintf(name, sizeof name, "plain_%zu", first);
    if (scores[first] == NULL)
        scores[first] = run(scratch, name, trial->with, "", "", &err);
    if (scores[first] == NULL)
        fail_msg("without --%s: %s", trial->option, err.message);
    return scores[first];
}

static void check_trial(struct scratch *scratch, size_t i) {
    const struct trial *trial = &trials[i];
    struct error err = {.message = ""};
    char name[32];
    snprintf(name, sizeof name, "changed_%zu", i);
    char *changed = run(scratch, name, trial->with, trial->option, trial->value, &err);
    if (trial->effect == REFUSED || (trial->effect == RUNS_IF_ABLE && changed == NULL)) {
        if (changed != NULL)
            fail_msg("--%s %s is not refused", trial->option, trial->value);
        assert_named(trial, &err);
        return;
    }
    if (changed == NULL)
        fail_msg("--%s %s: %s", trial->option, trial->value, err.message);
    const char *plain = scores_without(scratch, trial);
    bool same = strcmp(changed, plain) == 0;
    if (trial->effect != RUNS && trial->effect != RUNS_IF_ABLE &&
        same != (trial->effect == NOTHING))
        fail_msg("--%s %s (with %s): scores are %s", trial->option, trial->value, trial->with,
                 same ? "not changed" : "changed");
    free(changed);
}

/* --in-name reads what another run wrote. */
static void write_weights(struct scratch *scratch) {
    struct error err = {.message = ""};
    char from[128], to[128];
    char *scores = run(scratch, "weights", "seed=5", "", "", &err);
    if (scores == NULL)
        fail_msg("%s", err.message);
    free(scores);
    snprintf(from, sizeof from, "%s/weights/autoencoder.safetensors", scratch->directory);
    snprintf(to, sizeof to, "%s/weights.safetensors", scratch->directory);
    assert_int_equal(rename(from, to), 0);
}

static void values_change_what_they_should(void **state) {
    write_weights(*state);
    for (size_t i = 0; i < N_TRIALS; i++)
        check_trial(*state, i);
}

static bool is_tried(const char *option, const char *value) {
    for (size_t i = 0; i < N_TRIALS; i++)
        if (strcmp(trials[i].option, option) == 0 && strcmp(trials[i].value, value) == 0)
            return true;
    return false;
}

/* Every word that an option takes is tried, or is the preset that the other runs have. */
static void every_word_is_tried(void **state) {
    (void)state;
    for (size_t r = 0; r < option_count; r++) {
        char words[256];
        char *rest = NULL;
        const char *preset = option_preset(&option_table[r], "mnist");
        snprintf(words, sizeof words, "%s",
                 option_table[r].choices != NULL ? option_table[r].choices : "");
        for (char *word = strtok_r(words, " ", &rest); word != NULL;
             word = strtok_r(NULL, " ", &rest))
            if (!is_tried(option_table[r].name, word) &&
                (preset == NULL || strcmp(preset, word) != 0))
                fail_msg("--%s %s is not tried", option_table[r].name, word);
    }
}

static void every_row_is_tried(void **state) {
    (void)state;
    for (size_t r = 0; r < option_count; r++) {
        bool tried = false;
        for (size_t i = 0; i < N_TRIALS; i++)
            tried = tried || strcmp(trials[i].option, option_table[r].name) == 0;
        if (!tried)
            fail_msg("--%s is not tried", option_table[r].name);
    }
}

static void assert_out_of_range(const struct option *option, const char *value) {
    struct config config;
    struct error err = {.message = ""};
    char expected[128];
    struct source source;
    assert_int_equal(source_find(&source, "mnist", &err), STATUS_OK);
    assert_int_equal(config_preset(&config, &source, &err), STATUS_OK);
    if (option_parse(&config, option, value, &err) != STATUS_USAGE)
        fail_msg("--%s %s is not refused", option->name, value);
    snprintf(expected, sizeof expected, "--%s %s: ", option->name, value);
    if (strncmp(err.message, expected, strlen(expected)) != 0)
        fail_msg("the message does not begin with \"%s\": %s", expected, err.message);
}

static void check_range(const struct option *option) {
    static const char *const never[] = {"", "nonsense", "1e", "0x1", "--", "1 2", "99999999999999"};
    char value[64];
    bool number = option->type == OPTION_INT || option->type == OPTION_REAL;
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        if (option->type != OPTION_REAL || i < 6)
            assert_out_of_range(option, never[i]);
    if (option->type == OPTION_FLAG)
        assert_out_of_range(option, "2");
    if (!number)
        return;
    snprintf(value, sizeof value, "%.0f", option->min - 1);
    assert_out_of_range(option, value);
    if (option->min_open) {
        snprintf(value, sizeof value, "%.0f", option->min);
        assert_out_of_range(option, value);
    }
    if (option->max_open || option->type == OPTION_INT) {
        snprintf(value, sizeof value, "%.0f", option->max + (option->type == OPTION_INT));
        assert_out_of_range(option, value);
    }
    if (option->no_zero)
        assert_out_of_range(option, "0");
    assert_out_of_range(option, "nan");
    assert_out_of_range(option, "inf");
}

static void values_out_of_range_are_refused(void **state) {
    (void)state;
    for (size_t r = 0; r < option_count; r++) {
        const struct option *option = &option_table[r];
        bool any = option->type == OPTION_TEXT && option->choices == NULL;
        if (!any && option->type != OPTION_SWITCH)
            check_range(option);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_tried),
        cmocka_unit_test(every_word_is_tried),
        cmocka_unit_test(values_out_of_range_are_refused),
        cmocka_unit_test(values_change_what_they_should),
    };
    return cmocka_run_group_tests(tests, setup, scratch_teardown);
}
