#include "run/train.h"

#include "base/clock.h"
#include "model/network.h"
#include "run/notes.h"
#include "run/phase.h"
#include "run/weights.h"

/* Says so once when all training images have come to one point. */
static int note_collapse(struct phase *phase, struct error *err) {
    struct run *run = phase->run;
    const struct image_set *train = &run->data.sets[TRAIN];
    const struct deep_svdd *sphere = learner_sphere(phase->learner);
    if (!sphere || run->state.collapse_noted ||
        !deep_svdd_collapsed(sphere, train->scores, train->selection.n))
        return STATUS_OK;
    run->state.collapse_noted = true;
    return run_note(run, err,
                    "hypersphere collapse in epoch %zu: all training images have the same score; "
                    "train without bias terms and with a fixed centre",
                    phase->trainer.epoch);
}

static int evaluate_sets(struct phase *phase, struct evaluation *evaluation, struct error *err) {
    return evaluation_add_all(evaluation, phase->learner, phase->run->data.sets, err);
}

static int after_epoch(struct phase *phase, struct evaluation *evaluation, struct error *err) {
    int status = STATUS_OK;
    if (phase->diagnostics)
        status = evaluate_sets(phase, evaluation, err);
    if (!status && phase->diagnostics)
        status = note_collapse(phase, err);
    return status ? status : phase_save_at(phase, RUN_MODEL, err);
}

/* The network with the autoencoder's weights, or others. A checkpoint brings its own. */
static int create_network(struct run *run, struct network **network, bool resumed,
                          struct error *err) {
    const struct config *config = run->config;
    struct network *pretrained = run->autoencoder.network;
    if (pretrained)
        network_retire(pretrained); /* two networks' working memory would be the run's peak */
    int status = model_network(network, config, method_architecture(config),
                               (size_t)config->batch_size, run->kernels, run->pool, err);
    if (!status && !resumed && !pretrained)
        status = weights_initial(config, &run->data.sets[TRAIN].batches, *network, err);
    else if (!status && !resumed)
        weights_random(config, *network); /* of a layer that the autoencoder has not */
    if (!status && !resumed && pretrained)
        status = network_copy(*network, pretrained, err);
    learner_free(&run->autoencoder);
    return status;
}

static int create_learner(struct run *run, struct error *err) {
    const bool resumed = run->state.training;
    const struct method *method = method_of(run->config);
    struct network *network = NULL;
    int status = create_network(run, &network, resumed, err);
    if (status) {
        network_free(network);
        return status;
    }
    status = learner_create(&run->learner, method, run->config, network, err);
    if (!status && !resumed && method->begin)
        status = method->begin(&run->learner, &run->data.sets[TRAIN].batches, err);
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
                          .learner = &run->learner,
                          .seconds = &run->state.seconds_train,
                          .entered = clock_seconds(),
                          .after_epoch = after_epoch,
                          .after_batch = config->e1_diagnostics ? evaluate_sets : NULL};
    int status = create_learner(run, err);
    if (!status)
        status = phase_trainer(&phase, config->solver, &schedule, RNG_TRAIN, err);
    if (status)
        return status;
    if (!run->state.training) {
        run->state.training = true;
        status = phase_checkpoint(&phase, err);
    }
    if (!status)
        status = phase_run(&phase, err);
    trainer_free(&phase.trainer);
    return status ? status : phase_model(&phase, RUN_MODEL, err);
}
