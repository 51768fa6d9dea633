/* What the parts of a run share while it goes. */
#ifndef RUN_PARTS_H
#define RUN_PARTS_H

#include "base/threads.h"
#include "config/config.h"
#include "io/safetensors.h"
#include "model/learner.h"
#include "nn/kernels/kernels.h"
#include "run/checkpoint.h"
#include "run/data.h"
#include "run/directory.h"
#include "run/evaluation.h"
#include "run/journal.h"
#include "run/run.h"

struct run {
    const struct config *config;
    const struct run_observer *observer;
    struct run_directory directory;
    struct journal journal;
    struct thread_pool *pool;
    const struct kernels *kernels;
    struct run_data data;
    struct learner autoencoder; /* what pretraining trains, while it is needed */
    struct learner learner;     /* what is trained after it */
    struct checkpoint_state state;
    struct tensor_list checkpoint; /* to resume from, empty when there is none */
    struct evaluation final;
    double seconds_test;
};

/* What the run is about: its model in the end. */
static inline struct learner *run_subject(struct run *run) {
    return method_of(run->config)->is_pretraining ? &run->autoencoder : &run->learner;
}

#endif
