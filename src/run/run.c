/* One experiment from start to end. */
#include "run/run.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cblas.h>

#include "base/clock.h"
#include "io/file.h"
#include "model/file.h"
#include "run/phase.h"
#include "run/state.h"

void run_enter(const struct run *run, const char *phase) {
    const struct run_progress progress = {
        .phase = phase, .loss = (double)NAN, .auc = (double)NAN, .seconds_left = (double)NAN};
    if (run->observer->progress)
        run->observer->progress(run->observer->context, &progress);
}

int run_note(struct run *run, struct error *err, const char *format, ...) {
    char line[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (run->observer->note)
        run->observer->note(run->observer->context, line);
    return journal_log(&run->journal, err, "%s", line);
}

static int load(struct run *run, struct error *err) {
    double start = clock_seconds();
    run_enter(run, "load");
    int status = run_data_load(&run->data, run->config, err);
    run->state.seconds_load = clock_seconds() - start;
    return status;
}

/* OpenBLAS on one thread: threads are ours, and how it divides a product among its own would change
 * the rounding. When there is no memory for its work area it tries for ever: so look first, and
 * have it take its area at once. */
static int start_blas(struct error *err) {
    const size_t work_area = (size_t)1 << 28; /* twice what it takes */
    void *probe = malloc(work_area);
    if (!probe)
        return error_set(err, STATUS_NO_MEMORY,
                         "out of memory: OpenBLAS needs room for a work area of 128 MB");
    free(probe);
    double one = 1, product = 0;
    openblas_set_num_threads(1);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, 1, 1, 1, 1, &one, 1, &one, 1, 0,
                &product, 1);
    return STATUS_OK;
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
        status = phase_network(run, phase_use(run->config), &network, err);
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
    int status = start_blas(err);
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
    if (run->checkpoint.n_tensors > 0 && run->state.fingerprint != fingerprint)
        return error_set(err, STATUS_FAILED,
                         "%s: the run was begun with other images in %s, on a processor with other "
                         "kernels, or by another version; use --force to start again",
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
    if (!status && run->config->loss != LOSS_AUTOENCODER)
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
    network_free(run->autoencoder);
    deep_svdd_free(&run->svdd);
    network_free(run->encoder);
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
