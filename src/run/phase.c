/* What pretraining and training have in common: epochs, checkpoints, weight files. */
#include "run/phase.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/rng.h"
#include "model/file.h"
#include "run/notes.h"

enum { CHECKPOINT_EPOCHS = 10 };
static const double checkpoint_seconds = 30; /* or sooner than after CHECKPOINT_EPOCHS */

const double phase_train_share = 0.45; /* measured on MNIST */

static double seconds_left(const struct phase *phase) {
    size_t done = phase->trainer.epoch - phase->first_epoch;
    if (done == 0)
        return (double)NAN;
    double epoch = (clock_seconds() - phase->first_epoch_start) / (double)done;
    double left = epoch * (double)(phase->n_epochs - phase->trainer.epoch);
    if (!phase->run->state.training && !method_of(phase->run->config)->is_pretraining)
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
    return status ? status
                  : checkpoint_write(path, &run->state, &phase->trainer,
                                     learner_sphere(phase->learner), err);
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

/* R2 as it stands; NaN where there is none. */
static double radius_squared(const struct phase *phase) {
    const struct deep_svdd *sphere = learner_sphere(phase->learner);
    return sphere ? (double)sphere->radius_squared : (double)NAN;
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
    record.radius_squared = radius_squared(phase);
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
    int status = phase->learner->method->epoch(phase->learner, &phase->trainer, &phase->distances,
                                               &objective, err);
    if (status)
        return status;
    record.evaluation.train_measured = phase->distances.measured;
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
    record.radius_squared = radius_squared(phase);
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
        status = checkpoint_restore(path, &run->checkpoint, &phase->trainer,
                                    learner_sphere(phase->learner), err);
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
    int status = snapshot_create(&snapshot, &phase->trainer, learner_sphere(phase->learner), err);
    if (!status)
        status = start_phase(phase, err);
    while (!status && phase->trainer.epoch < phase->n_epochs) {
        snapshot_take(&snapshot, &phase->trainer, learner_sphere(phase->learner));
        history_size = journal->history.size;
        log_size = journal->log.size;
        status = one_epoch(phase, err);
    }
    if (status == STATUS_INTERRUPTED) {
        struct error second;
        snapshot_put_back(&snapshot, &phase->trainer, learner_sphere(phase->learner));
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

static int write_model(const struct phase *phase, const char *path, struct error *err) {
    return model_write(path, phase->learner, &phase->run->data.preprocess, NULL, 0, err);
}

int phase_model(const struct phase *phase, enum run_file file, struct error *err) {
    char path[RUN_PATH_SIZE];
    run_directory_file(&phase->run->directory, file, path);
    return write_model(phase, path, err);
}

int phase_save_at(const struct phase *phase, enum run_file file, struct error *err) {
    const int wanted = phase->run->config->save_at;
    char path[RUN_PATH_SIZE];
    if (wanted == 0 || phase->trainer.epoch != (size_t)wanted)
        return STATUS_OK;
    run_directory_epoch_file(&phase->run->directory, file, wanted, path);
    return write_model(phase, path, err);
}

int phase_trainer(struct phase *phase, int solver, const struct schedule *schedule,
                  enum rng_stream stream, struct error *err) {
    struct run *run = phase->run;
    struct image_set *train = &run->data.sets[TRAIN];
    const struct solver_options options = {(enum solver_type)solver, run->config->momentum,
                                           run->config->rho};
    struct rng rng;
    rng_seed(&rng, (uint64_t)run->config->seed, stream);
    phase->distances = (struct fit_distances){
        .values = train->scores, .room = train->room, .wanted = phase->diagnostics};
    return trainer_create(&phase->trainer, phase->learner->network, &options, schedule,
                          &train->batches, rng, run->observer->stop, err);
}
