/* The first phase of a run: pretraining the autoencoder, or training it where it is all there is.
 */
#include "base/clock.h"
#include "run/phase.h"
#include "run/pretrain_cache.h"
#include "train/autoencoder.h"

static int evaluate_pretrained(struct run *run, struct evaluation *evaluation, size_t set,
                               struct error *err) {
    return evaluate_autoencoder(evaluation, run->autoencoder, run->config->ae_loss == AE_LOSS_CE,
                                &run->data.sets[set], set, err);
}

static int after_pretrain_epoch(struct phase *phase, struct evaluation *evaluation,
                                struct error *err) {
    struct run *run = phase->run;
    const size_t sets[] = {VAL, TEST};
    int status = STATUS_OK;
    for (size_t i = 0; run->config->ae_diagnostics && !status && i < 2; i++)
        status = evaluate_pretrained(run, evaluation, sets[i], err);
    if (!status && run->config->loss == LOSS_AUTOENCODER)
        status = phase_save_at(phase, RUN_AUTOENCODER, run->autoencoder, err);
    return status;
}

/* The trained autoencoder's own AUC. */
static int finish_pretrain(struct run *run, struct error *err) {
    struct evaluation evaluation;
    evaluation_clear(&evaluation);
    int status = evaluate_pretrained(run, &evaluation, TEST, err);
    if (status)
        return status;
    run->state.pretrained = true;
    run->state.dcae_auc = evaluation.auc[TEST];
    return journal_log(&run->journal, err, "autoencoder: test AUC %.2f", 100 * run->state.dcae_auc);
}

static bool pretraining_wanted(const struct config *config) {
    return config->loss == LOSS_AUTOENCODER || (config->pretrain && !config->in_name[0]);
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
    const struct config *config = run->config;
    return run->checkpoint.n_tensors == 0 && is_of_use_to_others(run) &&
           !(config->loss == LOSS_AUTOENCODER && config->save_at > 0);
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
    struct phase phase = {
        .run = run,
        .name = "pretrain",
        .n_epochs = (size_t)config->ae_n_epochs,
        .diagnostics = config->ae_diagnostics,
        .seconds = &run->state.seconds_pretrain,
        .entered = clock_seconds(),
        .objective = autoencoder_objective(run->autoencoder, run->config->ae_loss == AE_LOSS_CE),
        .after_epoch = after_pretrain_epoch};
    int status = phase_weights(run, run->autoencoder, err);
    if (!status)
        status = phase_trainer(&phase, run->autoencoder, config->ae_solver, &schedule, RNG_PRETRAIN,
                               err);
    if (status)
        return status;
    status = phase_run(&phase, err);
    trainer_free(&phase.trainer);
    if (!status)
        status = finish_pretrain(run, err);
    return status || !is_of_use_to_others(run) ? status : leave_in_cache(run, err);
}

int run_pretrain(struct run *run, struct error *err) {
    if (!pretraining_wanted(run->config))
        return STATUS_OK;
    struct pretrain_lock lock = PRETRAIN_LOCK_NONE;
    bool found = false;
    int status = phase_network(run, ARCHITECTURE_AUTOENCODER, &run->autoencoder, err);
    if (!status && may_be_taken(run))
        status = pretrain_cache_take(run, &lock, &found, err);
    else if (!status && is_of_use_to_others(run))
        pretrain_cache_announce(run, &lock);
    if (!status && !found)
        status = train_autoencoder(run, err);
    pretrain_lock_release(&lock);
    return status ? status : phase_model(run, RUN_AUTOENCODER, run->autoencoder, err);
}
