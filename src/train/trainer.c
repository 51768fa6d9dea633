/* The training loop. */
#include "train/trainer.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

int trainer_create(struct trainer *trainer, struct network *network,
                   const struct solver_options *solver, const struct schedule *schedule,
                   const struct batch_set *train, struct rng rng, const volatile sig_atomic_t *stop,
                   struct error *err) {
    *trainer = (struct trainer){
        .network = network, .schedule = *schedule, .train = train, .rng = rng, .stop = stop};
    size_t n_order = schedule->shuffle_samples ? train->n_images : train->n_batches;
    trainer->order = memory_alloc(n_order, sizeof *trainer->order, err);
    int status = trainer->order ? STATUS_OK : STATUS_NO_MEMORY;
    if (!status && schedule->shuffle_samples)
        status = batch_set_create(&trainer->shuffled, train->n_images, train->n_values,
                                  train->batch_size, err);
    if (!status)
        status = solver_create(&trainer->solver, solver, network->n_parameters, err);
    if (status)
        trainer_free(trainer);
    return status;
}

void trainer_free(struct trainer *trainer) {
    free(trainer->order);
    trainer->order = NULL;
    batch_set_free(&trainer->shuffled);
    solver_free(&trainer->solver);
}

double trainer_rate(const struct trainer *trainer) {
    const struct schedule *schedule = &trainer->schedule;
    bool dropped = schedule->lr_drop && trainer->epoch >= schedule->lr_drop_in_epoch;
    double rate = dropped ? schedule->lr / schedule->lr_drop_factor : schedule->lr;
    size_t decay_after = schedule->lr_decay_after_epoch;
    if (decay_after > 0 && trainer->epoch > decay_after)
        rate *= (double)decay_after / (double)trainer->epoch;
    return rate;
}

double trainer_step(struct trainer *trainer, const struct batch_set *set, size_t batch,
                    const struct objective *objective) {
    double lr = trainer_rate(trainer);
    size_t n_images = batch_set_count(set, batch);
    if (objective->before_batch)
        objective->before_batch(objective->context, set, batch);
    if (trainer->network->has_dropout)
        trainer->network->noise = rng_bits(&trainer->rng);
    double loss = network_train(trainer->network, batch_set_batch(set, batch), n_images,
                                objective->loss, objective->context) /
                  (double)n_images;
    if (trainer->schedule.weight_decay > 0)
        loss += network_weight_decay(trainer->network, trainer->schedule.weight_decay,
                                     trainer->schedule.decay_scales);
    solver_step(&trainer->solver, trainer->network->parameters, trainer->network->gradient, lr);
    if (objective->after_step)
        objective->after_step(objective->context, n_images, lr);
    return loss;
}

int trainer_epoch(struct trainer *trainer, const struct objective *objective, double *mean,
                  struct error *err) {
    const struct batch_set *set = trainer->train;
    bool samples = trainer->schedule.shuffle_samples;
    size_t n_order = samples ? set->n_images : set->n_batches;
    for (size_t i = 0; i < n_order; i++)
        trainer->order[i] = i;
    rng_shuffle(&trainer->rng, trainer->order, n_order);
    if (samples) {
        batch_set_permute(&trainer->shuffled, set, trainer->order);
        set = &trainer->shuffled;
    }
    double sum = 0;
    for (size_t i = 0; i < set->n_batches; i++) {
        if (trainer->stop && *trainer->stop)
            return error_set(err, STATUS_INTERRUPTED, "interrupted in epoch %zu",
                             trainer->epoch + 1);
        size_t b = samples ? i : trainer->order[i];
        double loss = trainer_step(trainer, set, b, objective);
        if (!isfinite(loss))
            return error_set(err, STATUS_DIVERGED,
                             "the loss is %s in epoch %zu, batch %zu of %zu: training diverged",
                             isnan(loss) ? "NaN" : "infinite", trainer->epoch + 1, i + 1,
                             set->n_batches);
        sum += loss;
        int status = trainer->after_batch
                         ? trainer->after_batch(trainer->after_batch_context, i + 1, loss, err)
                         : STATUS_OK;
        if (status)
            return status;
    }
    trainer->epoch++;
    *mean = sum / (double)set->n_batches;
    return STATUS_OK;
}
