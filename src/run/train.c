/* The second phase of a run: training Deep SVDD, or a classifier. */
#include "base/clock.h"
#include "run/phase.h"
#include "svdd/fit.h"

/* Says so once when all training images have come to one point. */
static int note_collapse(struct phase *phase, struct error *err) {
    struct run *run = phase->run;
    const struct image_set *train = &run->data.sets[TRAIN];
    if (!phase->svdd || run->state.collapse_noted ||
        !deep_svdd_collapsed(&run->svdd, train->scores, train->selection.n))
        return STATUS_OK;
    run->state.collapse_noted = true;
    return run_note(run, err,
                    "hypersphere collapse in epoch %zu: all training images have the same score; "
                    "train without bias terms and with a fixed centre",
                    phase->trainer.epoch);
}

static int evaluate_sets(struct phase *phase, struct evaluation *evaluation, struct error *err) {
    int status = STATUS_OK;
    for (size_t set = 0; !status && set < N_SETS; set++)
        status = run_evaluate(phase->run, evaluation, set, err);
    return status;
}

/* Centre and radius first, since scores are taken from them. */
static int after_epoch(struct phase *phase, struct evaluation *evaluation, struct error *err) {
    struct run *run = phase->run;
    struct image_set *train = &run->data.sets[TRAIN];
    int status = STATUS_OK;
    evaluation->train_measured =
        phase->svdd != NULL &&
        (run->config->nnet_diagnostics || fit_radius_due(phase->svdd, phase->trainer.epoch));
    if (evaluation->train_measured)
        status = fit_sphere(phase->svdd, phase->trainer.epoch, &train->batches, train->scores,
                            train->room, err);
    if (!status && run->config->nnet_diagnostics)
        status = evaluate_sets(phase, evaluation, err);
    if (!status && run->config->nnet_diagnostics)
        status = note_collapse(phase, err);
    return status ? status : phase_save_at(phase, RUN_MODEL, run->encoder, err);
}

static struct svdd_options svdd_options(const struct config *config) {
    return (struct svdd_options){
        .hard_margin = config->hard_margin,
        .nu = config->nu,
        .c_mean_init = config->c_mean_init,
        .c_mean_batches =
            config->c_mean_init_n_batches > 0 ? (size_t)config->c_mean_init_n_batches : 0,
        .center_free = !config->center_fixed,
        .block_coordinate = config->block_coordinate,
        .k_update_epochs = (size_t)config->k_update_epochs,
        .warm_up_n_epochs = (size_t)config->warm_up_n_epochs,
        .penalty = config->reconstruction_penalty ? 1 / config->C_rec : 0,
    };
}

/* The network with the autoencoder's weights, or others. A checkpoint brings its own. */
static int create_network(struct run *run, bool resumed, struct error *err) {
    if (run->autoencoder)
        network_retire(run->autoencoder); /* two networks' working memory would be the run's peak */
    int status = phase_network(run, phase_use(run->config), &run->encoder, err);
    if (!status && !resumed && run->autoencoder == NULL)
        status = phase_weights(run, run->encoder, err);
    else if (!status && !resumed)
        phase_random_weights(run, run->encoder); /* of a layer that the autoencoder has not */
    if (!status && !resumed && run->autoencoder)
        status = network_copy(run->encoder, run->autoencoder, err);
    network_free(run->autoencoder);
    run->autoencoder = NULL;
    return status;
}

/* Centre and radius. */
static int create_svdd(struct run *run, bool resumed, struct error *err) {
    const struct svdd_options options = svdd_options(run->config);
    const struct solver_options solver = phase_solver(run->config, run->config->solver);
    int status = deep_svdd_create(&run->svdd, run->encoder, &options, &solver, err);
    if (!status && !resumed)
        status = deep_svdd_init_center(&run->svdd, &run->data.sets[TRAIN].batches, err);
    return status;
}

static int create_objective(struct phase *phase, struct error *err) {
    struct run *run = phase->run;
    bool resumed = run->state.training;
    int status = create_network(run, resumed, err);
    if (status)
        return status;
    if (run->config->loss == LOSS_CE) {
        run->classifier.network = run->encoder;
        phase->objective = classifier_objective(&run->classifier);
        return STATUS_OK;
    }
    status = create_svdd(run, resumed, err);
    phase->svdd = &run->svdd;
    phase->objective = deep_svdd_objective(&run->svdd);
    return status;
}

int run_train(struct run *run, struct error *err) {
    const struct config *config = run->config;
    const struct schedule schedule = {
        .lr = config->lr,
        .lr_drop = config->lr_drop,
        .lr_drop_in_epoch = (size_t)config->lr_drop_in_epoch,
        .lr_drop_factor = config->lr_drop_factor,
        .lr_decay_after_epoch = config->lr_decay ? (size_t)config->lr_decay_after_epoch : 0,
        .weight_decay = config->weight_decay ? 1 / config->C : 0,
        .shuffle_samples = config->shuffle == SHUFFLE_SAMPLE,
    };
    struct phase phase = {.run = run,
                          .name = "train",
                          .n_epochs = (size_t)config->n_epochs,
                          .diagnostics = config->nnet_diagnostics,
                          .seconds = &run->state.seconds_train,
                          .entered = clock_seconds(),
                          .after_epoch = after_epoch,
                          .after_batch = config->e1_diagnostics ? evaluate_sets : NULL};
    int status = create_objective(&phase, err);
    if (!status)
        status = phase_trainer(&phase, run->encoder, config->solver, &schedule, RNG_TRAIN, err);
    if (status)
        return status;
    if (!run->state.training) {
        run->state.training = true;
        status = phase_checkpoint(&phase, err);
    }
    if (!status)
        status = phase_run(&phase, err);
    trainer_free(&phase.trainer);
    return status ? status : phase_model(run, RUN_MODEL, run->encoder, err);
}
