/* Checkpoints: arrays as tensors, everything else as metadata. */
#include "run/checkpoint.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "io/safetensors.h"
#include "io/safetensors_write.h"
#include "run/revision.h"

/* The arrays of a run, under their names. */
struct array {
    const char *name;
    size_t size;
    float *values;
};

enum { MAX_ARRAYS = 6 };

static size_t arrays_of(struct array arrays[MAX_ARRAYS], const struct trainer *trainer,
                        const struct deep_svdd *svdd) {
    const struct network *network = trainer->network;
    size_t n = 0;
    arrays[n++] = (struct array){"parameters", network->n_parameters, network->parameters};
    arrays[n++] = (struct array){"statistics", network->n_statistics, network->statistics};
    arrays[n++] = (struct array){"solver", trainer->solver.n_state, trainer->solver.state};
    if (svdd) {
        arrays[n++] = (struct array){"center", svdd->n_dims, svdd->center};
        arrays[n++] =
            (struct array){"radius_solver", svdd->radius_solver.n_state, svdd->radius_solver.state};
        arrays[n++] =
            (struct array){"center_solver", svdd->center_solver.n_state, svdd->center_solver.state};
    }
    return n;
}

int snapshot_create(struct snapshot *snapshot, const struct trainer *trainer,
                    const struct deep_svdd *svdd, struct error *err) {
    struct array arrays[MAX_ARRAYS];
    size_t total = 0;
    for (size_t i = 0, n = arrays_of(arrays, trainer, svdd); i < n; i++)
        total += arrays[i].size;
    snapshot->values = memory_alloc(total, sizeof *snapshot->values, err);
    return snapshot->values ? STATUS_OK : STATUS_NO_MEMORY;
}

void snapshot_take(struct snapshot *snapshot, const struct trainer *trainer,
                   const struct deep_svdd *svdd) {
    struct array arrays[MAX_ARRAYS];
    float *to = snapshot->values;
    snapshot->trainer = *trainer;
    for (size_t i = 0, n = arrays_of(arrays, trainer, svdd); i < n; to += arrays[i++].size)
        memcpy(to, arrays[i].values, arrays[i].size * sizeof *to);
    if (svdd) {
        snapshot->radius_squared = svdd->radius_squared;
        snapshot->radius_steps = svdd->radius_solver.steps;
        snapshot->center_steps = svdd->center_solver.steps;
    }
}

void snapshot_put_back(const struct snapshot *snapshot, struct trainer *trainer,
                       struct deep_svdd *svdd) {
    struct array arrays[MAX_ARRAYS];
    const float *from = snapshot->values;
    for (size_t i = 0, n = arrays_of(arrays, trainer, svdd); i < n; from += arrays[i++].size)
        memcpy(arrays[i].values, from, arrays[i].size * sizeof *from);
    *trainer = snapshot->trainer;
    if (svdd) {
        svdd->radius_squared = snapshot->radius_squared;
        svdd->radius_solver.steps = snapshot->radius_steps;
        svdd->center_solver.steps = snapshot->center_steps;
    }
}

void snapshot_free(struct snapshot *snapshot) {
    free(snapshot->values);
    snapshot->values = NULL;
}

/* Numbers in metadata: hexadecimal floats and integers, exact both ways. */
static int add_real(struct tensor_list *list, const char *key, double value, struct error *err) {
    char text[64];
    number_print(text, sizeof text, "%a", value);
    return tensor_list_add_metadata(list, key, text, err);
}

static int add_integer(struct tensor_list *list, const char *key, uint64_t value,
                       struct error *err) {
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64, value);
    return tensor_list_add_metadata(list, key, text, err);
}

static bool get_real(const struct tensor_list *list, const char *key, double *value) {
    const char *text = tensor_list_metadata(list, key);
    *value = (double)NAN;
    return text && number_parse(text, value);
}

static bool get_integer(const struct tensor_list *list, const char *key, uint64_t *value) {
    const char *text = tensor_list_metadata(list, key);
    char *end = NULL;
    *value = text ? strtoull(text, &end, 10) : 0;
    return text && end != text && *end == '\0';
}

/* The state's numbers by name, for writing and reading alike. */
struct state_number {
    const char *key;
    size_t offset;
};

static const struct state_number state_reals[] = {
    {"dcae_auc", offsetof(struct checkpoint_state, dcae_auc)},
    {"seconds_load", offsetof(struct checkpoint_state, seconds_load)},
    {"seconds_pretrain", offsetof(struct checkpoint_state, seconds_pretrain)},
    {"seconds_train", offsetof(struct checkpoint_state, seconds_train)},
};

enum { N_STATE_REALS = sizeof state_reals / sizeof *state_reals };

static int add_state(struct tensor_list *list, const struct checkpoint_state *state,
                     struct error *err) {
    int status = STATUS_OK;
    for (size_t i = 0; !status && i < N_STATE_REALS; i++) {
        double value;
        memcpy(&value, (const char *)state + state_reals[i].offset, sizeof value);
        status = add_real(list, state_reals[i].key, value, err);
    }
    if (!status)
        status =
            tensor_list_add_metadata(list, "phase", state->training ? "train" : "pretrain", err);
    if (!status)
        status = tensor_list_add_metadata(list, "revision", run_revision(), err);
    if (!status)
        status = add_integer(list, "fingerprint", state->fingerprint, err);
    if (!status)
        status = add_integer(list, "pretrained", state->pretrained, err);
    if (!status)
        status = add_integer(list, "collapse_noted", state->collapse_noted, err);
    if (!status)
        status = add_integer(list, "history_size", (uint64_t)state->history_size, err);
    if (!status)
        status = add_integer(list, "log_size", (uint64_t)state->log_size, err);
    return status;
}

static int add_trainer(struct tensor_list *list, const struct trainer *trainer,
                       const struct deep_svdd *svdd, struct error *err) {
    int status = add_integer(list, "epoch", trainer->epoch, err);
    if (!status)
        status = add_integer(list, "solver_steps", trainer->solver.steps, err);
    for (int i = 0; !status && i < 4; i++)
        status = add_integer(list, (const char *[]){"rng0", "rng1", "rng2", "rng3"}[i],
                             trainer->rng.state[i], err);
    if (!status && svdd)
        status = add_real(list, "radius_squared", (double)svdd->radius_squared, err);
    if (!status && svdd)
        status = add_integer(list, "radius_steps", svdd->radius_solver.steps, err);
    if (!status && svdd)
        status = add_integer(list, "center_steps", svdd->center_solver.steps, err);
    return status;
}

int checkpoint_write(const char *path, const struct checkpoint_state *state,
                     const struct trainer *trainer, const struct deep_svdd *svdd,
                     struct error *err) {
    struct tensor_list list = {0};
    struct array arrays[MAX_ARRAYS];
    size_t n = arrays_of(arrays, trainer, svdd);
    int status = add_state(&list, state, err);
    if (!status)
        status = add_trainer(&list, trainer, svdd, err);
    for (size_t i = 0; !status && i < n; i++)
        status = tensor_list_add(&list, arrays[i].name, 1, &arrays[i].size, arrays[i].values, err);
    if (!status)
        status = safetensors_write(path, &list, err);
    tensor_list_free(&list);
    return status;
}

static int damaged(const char *path, struct error *err) {
    return error_set(err, STATUS_DAMAGED,
                     "%s: not a checkpoint of this run; remove it or use --force to start again",
                     path);
}

int checkpoint_read(const char *path, struct tensor_list *list, struct checkpoint_state *state,
                    struct error *err) {
    *state = (struct checkpoint_state){0};
    int status = safetensors_read(path, list, err);
    if (status == STATUS_DAMAGED)
        return error_set(err, status, "%s; remove it or use --force to start again", err->message);
    if (status)
        return status;
    const char *phase = tensor_list_metadata(list, "phase");
    uint64_t pretrained, noted, history_size, log_size;
    bool whole = phase != NULL;
    for (size_t i = 0; whole && i < N_STATE_REALS; i++) {
        double value;
        whole = get_real(list, state_reals[i].key, &value);
        memcpy((char *)state + state_reals[i].offset, &value, sizeof value);
    }
    whole = whole && get_integer(list, "fingerprint", &state->fingerprint);
    whole = whole && get_integer(list, "pretrained", &pretrained);
    whole = whole && get_integer(list, "collapse_noted", &noted);
    whole = whole && get_integer(list, "history_size", &history_size);
    whole = whole && get_integer(list, "log_size", &log_size);
    if (!whole || history_size > INT32_MAX || log_size > INT32_MAX) {
        tensor_list_free(list);
        return damaged(path, err);
    }
    const char *revision = tensor_list_metadata(list, "revision"); /* earlier versions wrote none */
    state->other_revision = !revision || strcmp(revision, run_revision()) != 0;
    state->training = strcmp(phase, "train") == 0;
    state->pretrained = pretrained != 0;
    state->collapse_noted = noted != 0;
    state->history_size = (long)history_size;
    state->log_size = (long)log_size;
    return STATUS_OK;
}

static bool restore_numbers(const struct tensor_list *list, struct trainer *trainer,
                            struct deep_svdd *svdd) {
    uint64_t epoch, steps, radius_steps = 0, center_steps = 0;
    double radius_squared = 0;
    bool whole = get_integer(list, "epoch", &epoch) && get_integer(list, "solver_steps", &steps);
    for (int i = 0; whole && i < 4; i++)
        whole = get_integer(list, (const char *[]){"rng0", "rng1", "rng2", "rng3"}[i],
                            &trainer->rng.state[i]);
    if (svdd)
        whole = whole && get_real(list, "radius_squared", &radius_squared) &&
                get_integer(list, "radius_steps", &radius_steps) &&
                get_integer(list, "center_steps", &center_steps);
    if (!whole)
        return false;
    trainer->epoch = epoch;
    trainer->solver.steps = steps;
    if (svdd) {
        svdd->radius_squared = (float)radius_squared;
        svdd->radius_solver.steps = radius_steps;
        svdd->center_solver.steps = center_steps;
    }
    return true;
}

int checkpoint_restore(const char *path, const struct tensor_list *list, struct trainer *trainer,
                       struct deep_svdd *svdd, struct error *err) {
    struct array arrays[MAX_ARRAYS];
    size_t n = arrays_of(arrays, trainer, svdd);
    for (size_t i = 0; i < n; i++) {
        const struct tensor *tensor = tensor_list_find(list, arrays[i].name);
        if (!tensor || tensor_size(tensor) != arrays[i].size)
            return damaged(path, err);
        memcpy(arrays[i].values, tensor->values, arrays[i].size * sizeof(float));
    }
    return restore_numbers(list, trainer, svdd) ? STATUS_OK : damaged(path, err);
}
