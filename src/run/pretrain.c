#include "run/pretrain.h"

#include "base/clock.h"
#include "model/network.h"
#include "run/notes.h"
#include "run/phase.h"
#include "run/pretrain_cache.h"
#include "run/weights.h"

static bool is_subject(const struct run *run) {
    return method_of(run->config)->is_pretraining;
}

static int after_epoch(struct phase *phase, struct evaluation *evaluation, struct error *err) {
    struct run *run = phase->run;
    const size_t sets[] = {VAL, TEST};
    int status = STATUS_OK;
    for (size_t i = 0; run->config->ae_diagnostics && !status && i < 2; i++)
        status =
            evaluation_add(evaluation, &run->autoencoder, &run->data.sets[sets[i]], sets[i], err);
    return status || !is_subject(run) ? status : phase_save_at(phase, RUN_AUTOENCODER, err);
}

/* The trained autoencoder's own AUC. */
static int finish(struct run *run, struct error *err) {
    struct evaluation evaluation;
    evaluation_clear(&evaluation);
    int status = evaluation_add(&evaluation, &run->autoencoder, &run->data.sets[TEST], TEST, err);
    if (status)
        return status;
    run->state.pretrained = true;
    run->state.dcae_auc = evaluation.auc[TEST];
    return journal_log(&run->journal, err, "autoencoder: test AUC %.2f", 100 * run->state.dcae_auc);
}

/* The autoencoder is there, whether others can have it or not. */
static int leave_in_cache(struct run *run, struct error *err) {
    struct error cause;
    return pretrain_cache_leave(run, &cause) ? run_note(run, err, "%s", cause.message) : STATUS_OK;
}

static bool is_of_use_to_others(const struct run *run) {
    return !run->config->in_name[0];
}

/* What another run has trained does not have the weights of the epoch that --save-at names. */
static bool may_be_taken(const struct run *run) {
    return run->checkpoint.n_tensors == 0 && is_of_use_to_others(run) &&
           !(is_subject(run) && run->config->save_at > 0);
}

/* All epochs of pretraining, from fresh weights or a checkpoint. */
static int train_autoencoder(struct phase *phase, struct error *err) {
    struct run *run = phase->run;
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
    int status =
        weights_initial(config, &run->data.sets[TRAIN].batches, run->autoencoder.network, err);
    if (!status)
        status = phase_trainer(phase, config->ae_solver, &schedule, RNG_PRETRAIN, err);
    if (status)
        return status;
    status = phase_run(phase, err);
    trainer_free(&phase->trainer);
    if (!status)
        status = finish(run, err);
    return status || !is_of_use_to_others(run) ? status : leave_in_cache(run, err);
}

static int create_autoencoder(struct run *run, struct error *err) {
    const struct config *config = run->config;
    struct network *network = NULL;
    int status = model_network(&network, config, ARCHITECTURE_AUTOENCODER,
                               (size_t)config->batch_size, run->kernels, run->pool, err);
    return status
               ? status
               : learner_create(&run->autoencoder, method_of_pretraining(), config, network, err);
}

int run_pretrain(struct run *run, struct error *err) {
    const struct config *config = run->config;
    struct phase phase = {.run = run,
                          .name = "pretrain",
                          .n_epochs = (size_t)config->ae_n_epochs,
                          .diagnostics = config->ae_diagnostics,
                          .learner = &run->autoencoder,
                          .seconds = &run->state.seconds_pretrain,
                          .entered = clock_seconds(),
                          .after_epoch = after_epoch};
    struct pretrain_lock lock = PRETRAIN_LOCK_NONE;
    bool found = false;
    if (!config_pretrains(config))
        return STATUS_OK;
    int status = create_autoencoder(run, err);
    if (!status && may_be_taken(run))
        status = pretrain_cache_take(run, &lock, &found, err);
    else if (!status && is_of_use_to_others(run))
        pretrain_cache_announce(run, &lock);
    if (!status && !found)
        status = train_autoencoder(&phase, err);
    pretrain_lock_release(&lock);
    return status ? status : phase_model(&phase, RUN_AUTOENCODER, err);
}
