/* deepsvdd train: one experiment. */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/terminal.h"
#include "model/method.h"
#include "run/run.h"

/* The one global variable: a signal handler has no other way to say anything. */
static volatile sig_atomic_t stop;

/* The first signal asks the run to stop at the next batch; a second Ctrl-C ends it at once. */
static void ask_to_stop(int number) {
    (void)number;
    stop = 1;
    signal(SIGINT, SIG_DFL);
}

/* A signal that is ignored stays so: that is how nohup and background jobs ask to be left alone.
 * SIGPIPE is ignored because who stops reading the progress has not asked the run to end, SIGXFSZ
 * so that a file beyond the size limit is a failed write with a message like that of a full disk.
 */
static void catch_signals(void) {
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        struct sigaction action;
        if (sigaction(signals[i], NULL, &action) != 0 || action.sa_handler == SIG_IGN)
            continue;
        memset(&action, 0, sizeof action);
        action.sa_handler = ask_to_stop;
        action.sa_flags = SA_RESTART;
        sigemptyset(&action.sa_mask);
        sigaction(signals[i], &action, NULL);
    }
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

static void print_auc(const char *name, double auc) {
    if (isnan(auc))
        printf("%s: undefined, for the test set has one class only\n", name);
    else
        printf("%s: %.2f %%\n", name, 100 * auc);
}

static void print_result(const struct config *config, const struct run_result *result) {
    if (config->quiet) {
        print_auc("test AUC", result->auc_test);
        return;
    }
    char normal[64], outlier[64];
    config_class_text(config, config->normal, normal, sizeof normal);
    config_class_text(config, config->outlier, outlier, sizeof outlier);
    printf("%s, normal: %s, outlier: %s, %s, seed %d\n", config->dataset, normal, outlier,
           method_of(config)->name, config->seed);
    print_auc("test AUC", result->auc_test);
    if (method_of(config)->has_sphere && !isnan(result->dcae_auc_test))
        print_auc("test AUC of the autoencoder", result->dcae_auc_test);
    printf("seconds: %.1f\n", result->seconds_total);
    printf("run directory: %s\n", config->xp_dir);
}

static void print_remarks(const struct config *config, const struct run_result *result) {
    if (result->collapsed)
        fputs("deepsvdd: warning: the sphere has collapsed: all scores are all but equal, and the "
              "AUC means nothing (see --bias, --bn-affine, --weight-decay)\n",
              stderr);
    if (result->was_complete && !config->quiet)
        fputs("deepsvdd: already complete; --force runs it again\n", stderr);
}

static int run(const struct config *config) {
    struct terminal terminal;
    struct run_result result = {.auc_test = NAN, .dcae_auc_test = NAN};
    struct error err = {.message = ""};
    terminal_open(&terminal, config->quiet, config->verbose);
    catch_signals();
    const struct run_observer observer = {
        .progress = terminal_progress, .note = terminal_note, .context = &terminal, .stop = &stop};
    const int status = run_experiment(config, &observer, &result, &err);
    terminal_clear(&terminal);
    if (status == STATUS_INTERRUPTED) {
        report_error(status, err.message[0] != '\0' ? err.message : "interrupted");
        fprintf(stderr, "deepsvdd: the same command%s resumes where it stopped\n",
                config->force ? " without --force" : "");
        return status;
    }
    if (status != STATUS_OK)
        return report_error(status, err.message);
    print_result(config, &result);
    print_remarks(config, &result);
    return status;
}

static int act(const struct arguments *arguments) {
    struct config config;
    struct error err;
    if (arguments->action != ARGUMENTS_RUN)
        return print_answer(arguments->action, "train");
    const int status = option_list_resolve(&arguments->options, &config, &err);
    return status == STATUS_OK ? run(&config) : report_error(status, err.message);
}

static int cmd_train(int argc, char **argv) {
    struct arguments arguments;
    struct error err;
    int status = arguments_parse(&arguments, argc, argv, NULL, &err);
    status = status == STATUS_OK ? act(&arguments) : report_error(status, err.message);
    arguments_free(&arguments);
    return status;
}

const struct command command_train = {
    .name = "train",
    .arguments = "--dataset D [options]",
    .summary = "one experiment: pretrain, train, test, write the run directory",
    .run = cmd_train,
    .help = help_options,
};
