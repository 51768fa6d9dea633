/* What the parts of a run share while it goes. Not for others than run.c, the phases, results.c and
 * the like. */
#ifndef RUN_STATE_H
#define RUN_STATE_H

#include "base/threads.h"
#include "config/config.h"
#include "nn/kernels/kernels.h"
#include "nn/network.h"
#include "run/checkpoint.h"
#include "run/data.h"
#include "run/directory.h"
#include "run/evaluation.h"
#include "run/journal.h"
#include "run/run.h"
#include "svdd/deep_svdd.h"
#include "train/classifier.h"

struct run {
    const struct config *config;
    const struct run_observer *observer;
    struct run_directory directory;
    struct journal journal;
    struct thread_pool *pool;
    const struct kernels *kernels;
    struct run_data data;
    struct network *autoencoder; /* while it is needed */
    struct network *encoder;     /* Deep SVDD's, or a classifier's */
    struct deep_svdd svdd;
    struct classifier classifier;
    struct run_state state;
    struct tensor_list checkpoint; /* to resume from, empty when there is none */
    struct evaluation final;
    double seconds_test;
};

/* Tells the observer that a phase without epochs begins: "load", "test". */
void run_enter(const struct run *run, const char *phase);

/* A line for the user and log.txt. */
int run_note(struct run *run, struct error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A hash of all that determines the pretrained autoencoder: the preprocessed images, the options
 * marked shapes_pretraining, the kernels (of BLAS: its core), the program's version. */
uint64_t run_fingerprint(const struct run *run);

/* Pretraining, or the whole training of loss autoencoder: leaves run->autoencoder trained, its
 * weights written and run->state.dcae_auc set. */
int run_pretrain(struct run *run, struct error *err);

/* Deep SVDD or the classifier: leaves run->encoder and run->svdd trained. */
int run_train(struct run *run, struct error *err);

/* Evaluates one set by what the run trains: the autoencoder, Deep SVDD or the classifier. */
int run_evaluate(struct run *run, struct evaluation *evaluation, size_t set, struct error *err);

/* Final evaluation, then model, scores.csv and last results.json. */
int run_finish(struct run *run, struct run_result *result, struct error *err);

/* Reads what a complete run left in results.json. */
int run_read_result(const struct run_directory *directory, struct run_result *result,
                    struct error *err);

#endif
