/* What pretraining and training have in common: epochs, checkpoints, weight files. */
#include "run/phase.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/rng.h"
#include "data/dataset.h"
#include "model/file.h"
#include "nn/init.h"

enum { CHECKPOINT_EPOCHS = 10, DICTIONARY_IMAGES = 500 };
static const double checkpoint_seconds = 30; /* or sooner than after CHECKPOINT_EPOCHS */

const double phase_train_share = 0.45; /* measured on MNIST */

static double seconds_left(const struct phase *phase) {
    size_t done = phase->trainer.epoch - phase->first_epoch;
    if (done == 0)
        return (double)NAN;
    double epoch = (clock_seconds() - phase->first_epoch_start) / (double)done;
    double left = epoch * (double)(phase->n_epochs - phase->trainer.epoch);
    if (!phase->run->state.training && phase->run->config->loss != LOSS_AUTOENCODER)
        left += epoch * phase_train_share * (double)phase->run->config->n_epochs;
    return left;
}

static void report(const struct phase *phase, const struct evaluation *evaluation) {
    const struct run_observer *observer = phase->run->observer;
    const struct run_progress progress = {
        .phase = phase->name,
        .epoch = phase->trainer.epoch,
        .n_epochs = phase->n_epochs,
        .loss = evaluation->objective[TRAIN],
        .auc = evaluation->auc[TEST],
        .seconds = *phase->seconds,
        .seconds_left = seconds_left(phase),
    };
    if (observer->progress)
        observer->progress(observer->context, &progress);
}

int phase_checkpoint(struct phase *phase, struct error *err) {
    struct run *run = phase->run;
    char path[RUN_PATH_SIZE];
    run_directory_file(&run->directory, RUN_CHECKPOINT, path);
    run->state.history_size = run->journal.history.size;
    run->state.log_size = run->journal.log.size;
    phase->last_checkpoint = clock_seconds();
    int status = journal_sync(&run->journal, err);
    return status ? status : checkpoint_write(path, &run->state, &phase->trainer, phase->svdd, err);
}

static bool checkpoint_due(const struct phase *phase) {
    return phase->trainer.epoch % CHECKPOINT_EPOCHS == 0 ||
           clock_seconds() - phase->last_checkpoint > checkpoint_seconds;
}

static struct epoch_record new_record(const struct phase *phase) {
    struct epoch_record record = {.phase = phase->name,
                                  .epoch = phase->trainer.epoch + 1,
                                  .lr = trainer_rate(&phase->trainer),
                                  .radius_squared = (double)NAN};
    evaluation_clear(&record.evaluation);
    return record;
}

/* The trainer's hook for --e1-diagnostics. */
static int after_batch(void *context, size_t batch, double loss, struct error *err) {
    struct phase *phase = context;
    struct epoch_record record = new_record(phase);
    double start = clock_seconds();
    int status = phase->after_batch(phase, &record.evaluation, err);
    if (status)
        return error_prefix(err, status, "epoch %zu, batch %zu", record.epoch, batch);
    record.batch = batch;
    record.evaluation.objective[TRAIN] = loss;
    record.seconds = clock_seconds() - start;
    if (phase->svdd)
        record.radius_squared = (double)phase->svdd->radius_squared;
    return journal_epoch(&phase->run->journal, &record, err);
}

/* One epoch with all that follows it. */
static int one_epoch(struct phase *phase, struct error *err) {
    struct run *run = phase->run;
    double start = clock_seconds(), objective;
    struct epoch_record record = new_record(phase);
    struct diagnostics diagnostics;
    diagnostics_clear(&diagnostics);
    record.evaluation.diagnostics = phase->diagnostics ? &diagnostics : NULL;
    bool first = phase->trainer.epoch == 0 && phase->after_batch;
    phase->trainer.after_batch = first ? after_batch : NULL;
    phase->trainer.after_batch_context = phase;
    int status = trainer_epoch(&phase->trainer, &phase->objective, &objective, err);
    if (status)
        return status;
    status = phase->after_epoch(phase, &record.evaluation, err);
    if (status)
        return error_prefix(err, status, "epoch %zu", phase->trainer.epoch);
    record.evaluation.objective[TRAIN] = objective;
    if (phase->diagnostics)
        diagnostics_network(&diagnostics, phase->trainer.network,
                            phase->trainer.schedule.weight_decay,
                            phase->trainer.schedule.decay_scales);
    record.seconds = clock_seconds() - start;
    *phase->seconds += record.seconds;
    if (phase->svdd)
        record.radius_squared = (double)phase->svdd->radius_squared;
    status = journal_epoch(&run->journal, &record, err);
    if (!status && checkpoint_due(phase))
        status = phase_checkpoint(phase, err);
    report(phase, &record.evaluation);
    return status;
}

/* Picks up the phase from the run's checkpoint when it is of this phase. */
static int start_phase(struct phase *phase, struct error *err) {
    struct run *run = phase->run;
    char path[RUN_PATH_SIZE];
    struct evaluation none;
    int status = STATUS_OK;
    if (run->checkpoint.n_tensors > 0) {
        run_directory_file(&run->directory, RUN_CHECKPOINT, path);
        status = checkpoint_restore(path, &run->checkpoint, &phase->trainer, phase->svdd, err);
        tensor_list_free(&run->checkpoint);
        if (!status)
            status = run_note(run, err, "resuming %s after epoch %zu of %zu", phase->name,
                              phase->trainer.epoch, phase->n_epochs);
    }
    phase->first_epoch = phase->trainer.epoch;
    phase->first_epoch_start = phase->last_checkpoint = clock_seconds();
    *phase->seconds += phase->first_epoch_start - phase->entered; /* weights, centre, radius */
    evaluation_clear(&none);
    report(phase, &none);
    return status;
}

int phase_run(struct phase *phase, struct error *err) {
    struct journal *journal = &phase->run->journal;
    struct snapshot snapshot;
    long history_size = 0, log_size = 0;
    int status = snapshot_create(&snapshot, &phase->trainer, phase->svdd, err);
    if (!status)
        status = start_phase(phase, err);
    while (!status && phase->trainer.epoch < phase->n_epochs) {
        snapshot_take(&snapshot, &phase->trainer, phase->svdd);
        history_size = journal->history.size;
        log_size = journal->log.size;
        status = one_epoch(phase, err);
    }
    if (status == STATUS_INTERRUPTED) {
        struct error second;
        snapshot_put_back(&snapshot, &phase->trainer, phase->svdd);
        if (journal_cut(journal, history_size, log_size, &second) ||
            phase_checkpoint(phase, &second))
            status = error_set(err, second.status,
                               "interrupted, and what was done since the last checkpoint is lost: "
                               "%s",
                               second.message);
    }
    snapshot_free(&snapshot);
    return status ? error_prefix(err, status, "%s", phase->name) : STATUS_OK;
}

enum architecture_use phase_use(const struct config *config) {
    switch ((enum loss)config->loss) {
    case LOSS_AUTOENCODER:
        return ARCHITECTURE_AUTOENCODER;
    case LOSS_CE:
        return ARCHITECTURE_CLASSIFIER;
    case LOSS_SVDD:
        break;
    }
    return config->reconstruction_penalty ? ARCHITECTURE_PENALISED : ARCHITECTURE_ENCODER;
}

int phase_network(struct run *run, enum architecture_use use, struct network **network,
                  struct error *err) {
    const struct config *config = run->config;
    const struct architecture_options options = config_architecture(config);
    struct architecture architecture;
    int status = architecture_find(&architecture, dataset_find(config->dataset)->family,
                                   config->architecture, use, &options, err);
    return status ? status
                  : network_create(network, architecture.layers, architecture.n_layers,
                                   architecture.input, (size_t)config->batch_size, run->kernels,
                                   run->pool, err);
}

/* The first filters from a dictionary of random training images. */
static int init_dictionary(struct run *run, struct network *network, struct error *err) {
    const struct batch_set *train = &run->data.sets[TRAIN].batches;
    size_t n = train->n_images < DICTIONARY_IMAGES ? train->n_images : DICTIONARY_IMAGES;
    struct rng rng;
    rng_seed(&rng, (uint64_t)run->config->seed, RNG_DICTIONARY);
    float *images = memory_alloc(n * train->n_values, sizeof *images, err);
    size_t *order = memory_alloc(train->n_images, sizeof *order, err);
    int status = images && order ? STATUS_OK : STATUS_NO_MEMORY;
    if (!status) {
        for (size_t i = 0; i < train->n_images; i++)
            order[i] = i;
        rng_shuffle(&rng, order, train->n_images);
        for (size_t i = 0; i < n; i++)
            batch_set_get(train, order[i], images + i * train->n_values);
        status = init_first_filters(network, images, n,
                                    (enum patch_layout)run->config->weight_dict_patches, &rng, err);
    }
    free(images);
    free(order);
    return status;
}

void phase_random_weights(const struct run *run, struct network *network) {
    struct rng rng;
    rng_seed(&rng, (uint64_t)run->config->seed, RNG_WEIGHTS);
    init_glorot(network, &rng);
}

int phase_weights(struct run *run, struct network *network, struct error *err) {
    const struct config *config = run->config;
    phase_random_weights(run, network);
    if (config->in_name[0])
        return model_read(config->in_name, config, network, err);
    return config->weight_dict_init ? init_dictionary(run, network, err) : STATUS_OK;
}

static int write_model(struct run *run, enum run_file file, const char *suffix,
                       const struct network *network, struct error *err) {
    const struct deep_svdd *svdd = network == run->svdd.network ? &run->svdd : NULL;
    const struct model_extras extras = {
        .config = run->config,
        .preprocess = &run->data.preprocess,
        .center = svdd ? svdd->center : NULL,
        .n_dims = svdd ? svdd->n_dims : 0,
        .radius_squared = svdd ? svdd->radius_squared : 0,
    };
    char path[RUN_PATH_SIZE + 64];
    run_directory_file(&run->directory, file, path);
    if (suffix[0]) /* model.safetensors -> model<suffix>.safetensors */
        snprintf(path + strlen(path) - strlen(".safetensors"), 64, "%s.safetensors", suffix);
    return model_write(path, network, &extras, err);
}

int phase_model(struct run *run, enum run_file file, const struct network *network,
                struct error *err) {
    return write_model(run, file, "", network, err);
}

int phase_save_at(const struct phase *phase, enum run_file file, const struct network *network,
                  struct error *err) {
    const int wanted = phase->run->config->save_at;
    char suffix[48];
    if (wanted == 0 || phase->trainer.epoch != (size_t)wanted)
        return STATUS_OK;
    snprintf(suffix, sizeof suffix, "_epoch_%d", wanted);
    return write_model(phase->run, file, suffix, network, err);
}

struct solver_options phase_solver(const struct config *config, int type) {
    return (struct solver_options){(enum solver_type)type, config->momentum, config->rho};
}

int phase_trainer(struct phase *phase, struct network *network, int solver,
                  const struct schedule *schedule, enum rng_stream stream, struct error *err) {
    struct run *run = phase->run;
    const struct solver_options options = phase_solver(run->config, solver);
    struct rng rng;
    rng_seed(&rng, (uint64_t)run->config->seed, stream);
    return trainer_create(&phase->trainer, network, &options, schedule,
                          &run->data.sets[TRAIN].batches, rng, run->observer->stop, err);
}
