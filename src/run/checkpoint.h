/* The state of a run between two epochs, in one file, so that an interrupted run goes on as if it
 * had not been. */
#ifndef RUN_CHECKPOINT_H
#define RUN_CHECKPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "io/tensor_list.h"
#include "svdd/deep_svdd.h"
#include "train/trainer.h"

/* What a run carries from phase to phase besides networks. */
struct checkpoint_state {
    uint64_t fingerprint; /* of the images and what else a run cannot change on its way */
    bool training;        /* phase "train"; else "pretrain" */
    bool pretrained;      /* an autoencoder was trained */
    double dcae_auc;      /* of the test set; NaN without one */
    double seconds_load, seconds_pretrain, seconds_train;
    long history_size, log_size;
    bool collapse_noted;
    bool other_revision; /* read from a checkpoint of a program that computes other numbers */
};

/* Writes the state, the trainer's (network, solver, generator, epoch) and, in phase "train", the
 * svdd's. */
int checkpoint_write(const char *path, const struct checkpoint_state *state,
                     const struct trainer *trainer, const struct deep_svdd *svdd,
                     struct error *err);

/* A copy in memory of what training changes, taken between two epochs and put back when the next
 * one is broken off. */
struct snapshot {
    struct trainer trainer; /* its numbers: epoch, generator, solver's steps */
    float radius_squared;
    size_t radius_steps, center_steps;
    float *values; /* of all arrays, one after the other */
};

/* `svdd` is NULL in pretraining. Taking and putting back do not allocate. */
int snapshot_create(struct snapshot *snapshot, const struct trainer *trainer,
                    const struct deep_svdd *svdd, struct error *err);
void snapshot_take(struct snapshot *snapshot, const struct trainer *trainer,
                   const struct deep_svdd *svdd);
void snapshot_put_back(const struct snapshot *snapshot, struct trainer *trainer,
                       struct deep_svdd *svdd);
void snapshot_free(struct snapshot *snapshot);

/* Reading is in two steps, because what is to be built depends on the phase: the state first, then
 * the contents into a trainer and svdd of the same run. */
int checkpoint_read(const char *path, struct tensor_list *list, struct checkpoint_state *state,
                    struct error *err);
int checkpoint_restore(const char *path, const struct tensor_list *list, struct trainer *trainer,
                       struct deep_svdd *svdd, struct error *err);

#endif
