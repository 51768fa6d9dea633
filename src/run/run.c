/* One experiment from start to end. */
#include "run/run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "config/option.h"
#include "io/file.h"
#include "model/file.h"
#include "model/network.h"
#include "nn/blas.h"
#include "run/fingerprint.h"
#include "run/notes.h"
#include "run/parts.h"
#include "run/pretrain.h"
#include "run/results.h"
#include "run/train.h"

static int load(struct run *run, struct error *err) {
    double start = clock_seconds();
    run_enter(run, "load");
    int status = run_data_load(&run->data, run->config, err);
    run->state.seconds_load = clock_seconds() - start;
    return status;
}

/* --force empties the run directory: it may not hold the weights to start from. */
static int check_place(const struct config *config, struct error *err) {
    char *weights = realpath(config->in_name, NULL), *directory = realpath(config->xp_dir, NULL);
    size_t length = directory ? strlen(directory) : 0;
    bool inside =
        weights && directory && strncmp(weights, directory, length) == 0 && weights[length] == '/';
    free(weights);
    free(directory);
    if (!config->force || !inside)
        return STATUS_OK;
    return error_set(err, STATUS_USAGE,
                     "--in-name %s: lies in the run directory, which --force empties; move it or "
                     "choose another --xp-dir",
                     config->in_name);
}

/* That the weights of --in-name can be read, before anything of an earlier run is removed. A run
 * that goes on has them in its checkpoint. */
static int check_weights(struct run *run, struct error *err) {
    char checkpoint[RUN_PATH_SIZE];
    struct network *network = NULL;
    run_directory_file(&run->directory, RUN_CHECKPOINT, checkpoint);
    if (!run->config->in_name[0] || (!run->config->force && file_exists(checkpoint)))
        return STATUS_OK;
    int status = check_place(run->config, err);
    if (!status)
        status = model_network(&network, run->config, method_architecture(run->config), 0,
                               run->kernels, NULL, err);
    if (!status)
        status = model_read(run->config->in_name, run->config, network, err);
    network_free(network);
    return status;
}

static int find_kernels(struct run *run, struct error *err) {
    const int status = kernels_find(&run->kernels, run->config->kernel, err);
    return status != STATUS_USAGE
               ? status
               : error_set(err, status, "%s; use --kernel auto or blas", err->message);
}

/* What a run needs whatever it does. */
static int prepare(struct run *run, struct error *err) {
    const struct config *config = run->config;
    int status = blas_start(err);
    if (!status)
        status = find_kernels(run, err);
    if (!status)
        status = thread_pool_create(&run->pool, (size_t)config->threads, err);
    if (!status)
        status = check_weights(run, err);
    return status ? status : load(run, err);
}

/* Looks for a checkpoint, and opens the journal where it left off. */
static int resume(struct run *run, struct error *err) {
    char path[RUN_PATH_SIZE];
    int status = STATUS_OK;
    run_directory_file(&run->directory, RUN_CHECKPOINT, path);
    run->state.dcae_auc = (double)NAN;
    if (file_exists(path))
        status = checkpoint_read(path, &run->checkpoint, &run->state, err);
    if (!status)
        status = journal_open(&run->journal, run->directory.path, run->state.history_size,
                              run->state.log_size, err);
    return status;
}

static int log_start(struct run *run, struct error *err) {
    const struct config *config = run->config;
    const struct run_data *data = &run->data;
    char normal[64], outlier[64];
    int status = STATUS_OK;
    config_class_text(config, config->normal, normal, sizeof normal);
    config_class_text(config, config->outlier, outlier, sizeof outlier);
    if (run->state.log_size == 0)
        for (size_t i = 0; !status && i < option_count; i++) {
            char value[CONFIG_PATH_SIZE];
            option_print(config, &option_table[i], value, sizeof value);
            status = journal_log(&run->journal, err, "%s = %s", option_table[i].name, value);
        }
    if (!status)
        status = journal_log(&run->journal, err, "%s, normal: %s, outlier: %s", config->dataset,
                             normal, outlier);
    if (!status)
        status = journal_log(&run->journal, err,
                             "%s: %zu training, %zu validation, %zu test images (%zu outliers)",
                             config->dataset, data->split.train.n, data->split.val.n,
                             data->split.test.n, data->split.test.n_outliers);
    return status;
}

/* A run that goes on must find what it began with. */
static int check_fingerprint(struct run *run, struct error *err) {
    uint64_t fingerprint = run_fingerprint(run);
    const bool resumed = run->checkpoint.n_tensors > 0;
    if (resumed && run->state.other_revision)
        return error_set(err, STATUS_FAILED,
                         "%s: the run was begun by another version of this program, which computes "
                         "other numbers; use that one, or --force to start again",
                         run->config->xp_dir);
    if (resumed && run->state.fingerprint != fingerprint)
        return error_set(err, STATUS_FAILED,
                         "%s: the run was begun with other images in %s, or on a processor with "
                         "other kernels; use --force to start again",
                         run->config->xp_dir, run->config->data_dir);
    run->state.fingerprint = fingerprint;
    return STATUS_OK;
}

/* From the loaded data to the results. */
static int all_phases(struct run *run, struct run_result *result, struct error *err) {
    int status = check_fingerprint(run, err);
    if (!status)
        status = log_start(run, err);
    if (!status && !run->state.training)
        status = run_pretrain(run, err);
    if (!status && !method_of(run->config)->is_pretraining)
        status = run_train(run, err);
    if (!status)
        status = run_finish(run, result, err);
    if (status == STATUS_DIVERGED)
        status = error_set(err, status,
                           "%s; with --force or another --xp-dir, try a smaller learning rate",
                           err->message);
    struct error second;
    if (status)
        journal_log(&run->journal, &second, "%s", err->message);
    return status;
}

static void release(struct run *run) {
    journal_close(&run->journal);
    learner_free(&run->autoencoder);
    learner_free(&run->learner);
    tensor_list_free(&run->checkpoint);
    run_data_free(&run->data);
    thread_pool_destroy(run->pool);
    run_directory_close(&run->directory);
}

/* What a complete run left; a kill may have left its checkpoint beside the results. */
static int report_complete(struct run *run, struct run_result *result, struct error *err) {
    char checkpoint[RUN_PATH_SIZE];
    run_directory_file(&run->directory, RUN_CHECKPOINT, checkpoint);
    unlink(checkpoint);
    int status = run_read_result(&run->directory, result, err);
    result->was_complete = true;
    return status;
}

int run_experiment(const struct config *config, const struct run_observer *observer,
                   struct run_result *result, struct error *err) {
    struct run run = {.config = config, .observer = observer, .journal = JOURNAL_CLOSED};
    bool complete = false;
    *result = (struct run_result){0};
    int status = run_directory_open(&run.directory, config, &complete, err);
    if (status)
        return status;
    if (complete) {
        status = report_complete(&run, result, err);
    } else {
        status = prepare(&run, err);
        if (!status)
            status = run_directory_claim(&run.directory, config, err);
        if (!status)
            status = resume(&run, err);
        if (!status)
            status = all_phases(&run, result, err);
    }
    release(&run);
    return status;
}
