/* The two phases of a run: pretraining the autoencoder and training Deep SVDD. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "experiment/model_file.h"
#include "experiment/pretrain_cache.h"
#include "experiment/run_state.h"
#include "nn/dictionary.h"
#include "nn/init.h"
#include "svdd/autoencoder.h"

enum { CHECKPOINT_EPOCHS = 10, DICTIONARY_IMAGES = 500 };
static const double checkpoint_seconds = 30; /* or sooner than after CHECKPOINT_EPOCHS */

/* A phase under way. */
struct phase {
    struct run *run;
    const char *name;
    size_t n_epochs;
    struct trainer trainer;
    struct objective objective;
    struct deep_svdd *svdd; /* NULL in pretraining */
    double *seconds;        /* of the phase, with what it took before it was interrupted */
    double entered, first_epoch_start, last_checkpoint; /* by the clock */
    size_t first_epoch;
    /* What follows an epoch; may fill in the evaluation. */
    int (*after_epoch)(struct phase *phase, struct evaluation *evaluation, struct error *err);
};

/* Epochs of training take about as long as this part of an epoch of pretraining. */
static const double train_share = 0.45;

static double seconds_left(const struct phase *phase) {
    size_t done = phase->trainer.epoch - phase->first_epoch;
    if (done == 0)
        return (double)NAN;
    double epoch = (run_clock() - phase->first_epoch_start) / (double)done;
    double left = epoch * (double)(phase->n_epochs - phase->trainer.epoch);
    if (!phase->svdd && phase->run->config->loss == LOSS_SVDD)
        left += epoch * train_share * (double)phase->run->config->n_epochs;
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

static int save_checkpoint(struct phase *phase, struct error *err) {
    struct run *run = phase->run;
    char path[RUN_PATH_SIZE];
    run_directory_file(&run->directory, RUN_CHECKPOINT, path);
    run->state.history_size = run->journal.history.size;
    run->state.log_size = run->journal.log.size;
    phase->last_checkpoint = run_clock();
    int status = journal_sync(&run->journal, err);
    return status ? status : checkpoint_write(path, &run->state, &phase->trainer, phase->svdd, err);
}

static bool checkpoint_due(const struct phase *phase) {
    return phase->trainer.epoch % CHECKPOINT_EPOCHS == 0 ||
           run_clock() - phase->last_checkpoint > checkpoint_seconds;
}

/* One epoch with all that follows it. */
static int one_epoch(struct phase *phase, struct error *err) {
    struct run *run = phase->run;
    double start = run_clock(), objective;
    struct epoch_record record = {.phase = phase->name,
                                  .epoch = phase->trainer.epoch + 1,
                                  .lr = trainer_rate(&phase->trainer),
                                  .radius_squared = (double)NAN};
    evaluation_clear(&record.evaluation);
    int status = trainer_epoch(&phase->trainer, &phase->objective, &objective, err);
    if (status)
        return status;
    status = phase->after_epoch(phase, &record.evaluation, err);
    if (status)
        return error_prefix(err, status, "epoch %zu", phase->trainer.epoch);
    record.evaluation.objective[TRAIN] = objective;
    record.seconds = run_clock() - start;
    *phase->seconds += record.seconds;
    if (phase->svdd)
        record.radius_squared = (double)phase->svdd->radius_squared;
    status = journal_epoch(&run->journal, &record, err);
    if (!status && checkpoint_due(phase))
        status = save_checkpoint(phase, err);
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
    phase->first_epoch_start = phase->last_checkpoint = run_clock();
    *phase->seconds += phase->first_epoch_start - phase->entered; /* weights, centre, radius */
    evaluation_clear(&none);
    report(phase, &none);
    return status;
}

/* An epoch that is interrupted is undone, and the run saved as it was before. */
static int run_epochs(struct phase *phase, struct error *err) {
    struct snapshot snapshot;
    int status = snapshot_create(&snapshot, &phase->trainer, phase->svdd, err);
    if (!status)
        status = start_phase(phase, err);
    while (!status && phase->trainer.epoch < phase->n_epochs) {
        snapshot_take(&snapshot, &phase->trainer, phase->svdd);
        status = one_epoch(phase, err);
    }
    if (status == STATUS_INTERRUPTED) {
        struct error second;
        snapshot_put_back(&snapshot, &phase->trainer, phase->svdd);
        if (save_checkpoint(phase, &second))
            run_note(phase->run, &second, "no checkpoint could be written");
    }
    snapshot_free(&snapshot);
    return status ? error_prefix(err, status, "%s", phase->name) : STATUS_OK;
}

static int create_network(struct run *run, struct network **network, bool decoder,
                          struct error *err) {
    const struct architecture *architecture = &run->architecture;
    return network_create(network, architecture->layers,
                          decoder ? architecture->n_layers : architecture->n_encoder,
                          architecture->n_encoder, architecture->input,
                          (size_t)run->config->batch_size, run->kernels, run->pool, err);
}

/* The first filters from a dictionary of random training images. */
static int init_dictionary(struct run *run, struct network *network, struct error *err) {
    const struct batch_set *train = &run->data.sets[TRAIN].batches;
    size_t n = train->n_images < DICTIONARY_IMAGES ? train->n_images : DICTIONARY_IMAGES;
    struct rng rng;
    rng_seed(&rng, (uint64_t)run->config->seed, RNG_DICTIONARY);
    float *images = memory_alloc(n * train->n_values, sizeof *images, err);
    size_t *order = memory_alloc(train->n_images, sizeof *order, err);
    int status = images && order ? STATUS_OK : STATUS_FAILED;
    if (!status) {
        for (size_t i = 0; i < train->n_images; i++)
            order[i] = i;
        rng_shuffle(&rng, order, train->n_images);
        for (size_t i = 0; i < n; i++)
            batch_set_get(train, order[i], images + i * train->n_values);
        status = init_first_filters(network, images, n, &rng, err);
    }
    free(images);
    free(order);
    return status;
}

/* Fresh weights, or those of --in-name. */
static int init_weights(struct run *run, struct network *network, struct error *err) {
    const struct config *config = run->config;
    struct rng rng;
    rng_seed(&rng, (uint64_t)config->seed, RNG_WEIGHTS);
    init_glorot(network, &rng);
    if (config->in_name[0])
        return model_read(config->in_name, network, err);
    return config->weight_dict_init ? init_dictionary(run, network, err) : STATUS_OK;
}

static int write_model(struct run *run, enum run_file file, const char *suffix,
                       const struct network *network, struct error *err) {
    const struct deep_svdd *svdd = network == run->encoder ? &run->svdd : NULL;
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

/* The weights after the epoch that --save-at names. */
static int save_at(const struct phase *phase, enum run_file file, const struct network *network,
                   struct error *err) {
    const int wanted = phase->run->config->save_at;
    char suffix[48];
    if (wanted == 0 || phase->trainer.epoch != (size_t)wanted)
        return STATUS_OK;
    snprintf(suffix, sizeof suffix, "_epoch_%d", wanted);
    return write_model(phase->run, file, suffix, network, err);
}

/* The options of the solver of that type. */
static struct solver_options solver_options(const struct config *config, int type) {
    return (struct solver_options){(enum solver_type)type, config->momentum, config->rho};
}

static int start_trainer(struct phase *phase, struct network *network, int solver,
                         const struct schedule *schedule, enum rng_stream stream,
                         struct error *err) {
    struct run *run = phase->run;
    const struct solver_options options = solver_options(run->config, solver);
    struct rng rng;
    rng_seed(&rng, (uint64_t)run->config->seed, stream);
    return trainer_create(&phase->trainer, network, &options, schedule,
                          &run->data.sets[TRAIN].batches, rng, run->observer->stop, err);
}

static int after_pretrain_epoch(struct phase *phase, struct evaluation *evaluation,
                                struct error *err) {
    struct run *run = phase->run;
    const size_t sets[] = {VAL, TEST};
    int status = STATUS_OK;
    for (size_t i = 0; run->config->ae_diagnostics && !status && i < 2; i++)
        status = evaluate_autoencoder(evaluation, run->autoencoder, &run->data, sets[i], err);
    if (!status && run->config->loss == LOSS_AUTOENCODER)
        status = save_at(phase, RUN_AUTOENCODER, run->autoencoder, err);
    return status;
}

/* The trained autoencoder's own AUC. */
static int finish_pretrain(struct run *run, struct error *err) {
    struct evaluation evaluation;
    evaluation_clear(&evaluation);
    int status = evaluate_autoencoder(&evaluation, run->autoencoder, &run->data, TEST, err);
    if (status)
        return status;
    run->state.pretrained = true;
    run->state.dcae_auc = evaluation.auc[TEST];
    return journal_log(&run->journal, err, "autoencoder: test AUC %.2f", 100 * run->state.dcae_auc);
}

static bool pretraining_wanted(const struct config *config) {
    return config->loss == LOSS_AUTOENCODER || (config->pretrain && !config->in_name[0]);
}

/* All epochs of pretraining, from fresh weights or a checkpoint. */
static int train_autoencoder(struct run *run, struct error *err) {
    const struct config *config = run->config;
    const struct schedule schedule = {
        .lr = config->ae_lr,
        .lr_drop = config->ae_lr_drop,
        .lr_drop_in_epoch = (size_t)config->ae_lr_drop_in_epoch,
        .lr_drop_factor = config->ae_lr_drop_factor,
        .weight_decay = config->ae_weight_decay ? 1 / config->ae_C : 0,
        .decay_scales = true,
        .shuffle_samples = config->shuffle == SHUFFLE_SAMPLE,
    };
    struct phase phase = {.run = run,
                          .name = "pretrain",
                          .n_epochs = (size_t)config->ae_n_epochs,
                          .seconds = &run->state.seconds_pretrain,
                          .entered = run_clock(),
                          .objective = autoencoder_objective(run->autoencoder),
                          .after_epoch = after_pretrain_epoch};
    int status = init_weights(run, run->autoencoder, err);
    if (!status)
        status = start_trainer(&phase, run->autoencoder, config->ae_solver, &schedule, RNG_PRETRAIN,
                               err);
    if (status)
        return status;
    status = run_epochs(&phase, err);
    trainer_free(&phase.trainer);
    if (!status)
        status = finish_pretrain(run, err);
    return status || config->in_name[0] ? status : pretrain_cache_leave(run, err);
}

int run_pretrain(struct run *run, struct error *err) {
    if (!pretraining_wanted(run->config))
        return STATUS_OK;
    bool started = run->checkpoint.n_tensors > 0 || run->config->in_name[0], found = false;
    int status = create_network(run, &run->autoencoder, true, err);
    if (!status && !started)
        status = pretrain_cache_take(run, &found, err);
    if (!status && !found)
        status = train_autoencoder(run, err);
    return status ? status : write_model(run, RUN_AUTOENCODER, "", run->autoencoder, err);
}

/* Says so once when all training images have come to one point. */
static int note_collapse(struct phase *phase, struct error *err) {
    struct run *run = phase->run;
    const struct image_set *train = &run->data.sets[TRAIN];
    if (run->state.collapse_noted ||
        !deep_svdd_collapsed(&run->svdd, train->scores, train->selection.n))
        return STATUS_OK;
    run->state.collapse_noted = true;
    return run_note(run, err,
                    "hypersphere collapse in epoch %zu: all training images have the same score; "
                    "train without bias terms and with a fixed centre",
                    phase->trainer.epoch);
}

/* R2 first, since scores are taken from it; the training distances serve both. */
static int after_train_epoch(struct phase *phase, struct evaluation *evaluation,
                             struct error *err) {
    struct run *run = phase->run;
    struct image_set *train = &run->data.sets[TRAIN];
    bool diagnostics = run->config->nnet_diagnostics;
    size_t epoch = phase->trainer.epoch;
    int status = STATUS_OK;
    if (deep_svdd_radius_due(&run->svdd, epoch)) {
        deep_svdd_distances(&run->svdd, &train->batches, train->scores);
        deep_svdd_update_radius(&run->svdd, epoch, train->scores, train->selection.n);
    }
    for (size_t set = 0; diagnostics && !status && set < N_SETS; set++)
        status = evaluate_svdd(evaluation, &run->svdd, &run->data, set, err);
    if (!status && diagnostics)
        status = note_collapse(phase, err);
    return status ? status : save_at(phase, RUN_MODEL, run->encoder, err);
}

/* The encoder with the autoencoder's weights, or fresh ones; centre and radius. */
static int create_svdd(struct run *run, struct error *err) {
    const struct config *config = run->config;
    const struct svdd_options options = {
        .hard_margin = config->hard_margin,
        .nu = config->nu,
        .c_mean_init = config->c_mean_init,
        .c_mean_batches =
            config->c_mean_init_n_batches > 0 ? (size_t)config->c_mean_init_n_batches : 0,
        .block_coordinate = config->block_coordinate,
        .k_update_epochs = (size_t)config->k_update_epochs,
        .warm_up_n_epochs = (size_t)config->warm_up_n_epochs,
    };
    const struct solver_options solver = solver_options(config, config->solver);
    bool resumed = run->state.training; /* the checkpoint brings weights, centre and radius */
    int status = create_network(run, &run->encoder, false, err);
    if (!status && !resumed)
        status = run->autoencoder ? network_copy(run->encoder, run->autoencoder, err)
                                  : init_weights(run, run->encoder, err);
    network_free(run->autoencoder);
    run->autoencoder = NULL;
    if (!status)
        status = deep_svdd_create(&run->svdd, run->encoder, &options, &solver, err);
    if (!status && !resumed)
        status = deep_svdd_init_center(&run->svdd, &run->data.sets[TRAIN].batches, err);
    return status;
}

int run_train(struct run *run, struct error *err) {
    const struct config *config = run->config;
    const struct schedule schedule = {
        .lr = config->lr,
        .lr_drop = config->lr_drop,
        .lr_drop_in_epoch = (size_t)config->lr_drop_in_epoch,
        .lr_drop_factor = config->lr_drop_factor,
        .weight_decay = config->weight_decay ? 1 / config->C : 0,
        .shuffle_samples = config->shuffle == SHUFFLE_SAMPLE,
    };
    struct phase phase = {.run = run,
                          .name = "train",
                          .n_epochs = (size_t)config->n_epochs,
                          .svdd = &run->svdd,
                          .seconds = &run->state.seconds_train,
                          .entered = run_clock(),
                          .after_epoch = after_train_epoch};
    int status = create_svdd(run, err);
    if (!status)
        status = start_trainer(&phase, run->encoder, config->solver, &schedule, RNG_TRAIN, err);
    if (status)
        return status;
    phase.objective = deep_svdd_objective(&run->svdd);
    if (!run->state.training) {
        run->state.training = true;
        status = save_checkpoint(&phase, err);
    }
    if (!status)
        status = run_epochs(&phase, err);
    trainer_free(&phase.trainer);
    return status ? status : write_model(run, RUN_MODEL, "", run->encoder, err);
}
