/* The order of a sweep's runs. */
#include "sweep/schedule.h"

#include <math.h>
#include <stdlib.h>

/* Runs with the same pretraining. */
struct sweep_group {
    bool settled; /* the autoencoder is there for all */
    bool busy;    /* one is training it */
    size_t counts[N_SWEEP_STATES];
};

int sweep_schedule_make(struct sweep_schedule *schedule, const struct sweep_grid *grid, size_t jobs,
                        struct error *err) {
    *schedule =
        (struct sweep_schedule){.tasks = calloc(grid->n, sizeof *schedule->tasks),
                                .groups = calloc(grid->n_groups + 1, sizeof *schedule->groups)};
    if (schedule->tasks == NULL || schedule->groups == NULL)
        return error_set(err, STATUS_NO_MEMORY, "out of memory");
    schedule->n = grid->n;
    schedule->jobs = jobs;
    schedule->counts[SWEEP_WAITING] = grid->n;
    for (size_t i = 0; i < grid->n; i++) {
        const double unknown = (double)NAN;
        schedule->tasks[i] = (struct sweep_task){.run = &grid->runs[i],
                                                 .pace = {unknown, unknown},
                                                 .rest = unknown,
                                                 .seconds = unknown,
                                                 .auc = unknown};
        if (grid->runs[i].group != SWEEP_NO_GROUP)
            schedule->groups[grid->runs[i].group].counts[SWEEP_WAITING]++;
    }
    return STATUS_OK;
}

void sweep_schedule_free(struct sweep_schedule *schedule) {
    for (size_t i = 0; i < schedule->n; i++)
        free(schedule->tasks[i].output);
    free(schedule->tasks);
    free(schedule->groups);
    *schedule = (struct sweep_schedule){.n = 0};
}

static struct sweep_group *group_of(const struct sweep_schedule *schedule,
                                    const struct sweep_task *task) {
    return task->run->group == SWEEP_NO_GROUP ? NULL : &schedule->groups[task->run->group];
}

size_t sweep_schedule_next(const struct sweep_schedule *schedule) {
    for (size_t i = 0; i < schedule->n; i++) {
        const struct sweep_task *task = &schedule->tasks[i];
        const struct sweep_group *group = group_of(schedule, task);
        if (task->state == SWEEP_WAITING &&
            (group == NULL || task->pretrained || group->settled || !group->busy))
            return i;
    }
    return SWEEP_NONE;
}

static void set_state(struct sweep_schedule *schedule, struct sweep_task *task,
                      enum sweep_state state) {
    struct sweep_group *group = group_of(schedule, task);
    schedule->counts[task->state]--;
    schedule->counts[state]++;
    if (group != NULL) {
        group->counts[task->state]--;
        group->counts[state]++;
    }
    task->state = state;
}

void sweep_schedule_started(struct sweep_schedule *schedule, size_t i) {
    struct sweep_task *task = &schedule->tasks[i];
    struct sweep_group *group = group_of(schedule, task);
    set_state(schedule, task, SWEEP_RUNNING);
    if (group != NULL && !task->pretrained && !group->settled) {
        task->pretrains = true;
        group->busy = true;
    }
}

void sweep_schedule_pretrained(struct sweep_schedule *schedule, size_t i) {
    struct sweep_task *task = &schedule->tasks[i];
    struct sweep_group *group = group_of(schedule, task);
    if (task->pretrains && group != NULL) {
        group->settled = true;
        group->busy = false;
    }
    task->pretrains = false;
    task->pretrained = true;
}

void sweep_schedule_ended(struct sweep_schedule *schedule, size_t i, enum sweep_state state) {
    struct sweep_task *task = &schedule->tasks[i];
    struct sweep_group *group = group_of(schedule, task);
    set_state(schedule, task, state);
    if (state == SWEEP_DONE)
        sweep_schedule_pretrained(schedule, i);
    if (state == SWEEP_ELSEWHERE)
        return;
    if (task->pretrains && group != NULL)
        group->busy = false;
    task->pretrains = false;
}

double sweep_schedule_pretraining(const struct sweep_schedule *schedule, size_t i) {
    const struct sweep_task *task = &schedule->tasks[i];
    const struct sweep_group *group = group_of(schedule, task);
    if (task->pretrained)
        return 0;
    if (group == NULL || task->pretrains)
        return 1;
    /* who was complete before has most likely left it in the cache */
    if (task->state != SWEEP_WAITING || group->settled || group->busy ||
        group->counts[SWEEP_COMPLETE] > 0)
        return 0;
    return 1 / (double)group->counts[SWEEP_WAITING];
}
