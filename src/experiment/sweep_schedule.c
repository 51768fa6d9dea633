/* The order of a sweep's runs. */
#include "experiment/sweep_schedule.h"

#include <math.h>
#include <stdlib.h>

/* Runs with the same pretraining. */
struct sweep_group {
    bool settled; /* the autoencoder is there for all */
    bool busy;    /* one is training it */
};

int sweep_schedule_make(struct sweep_schedule *schedule, const struct sweep_grid *grid,
                        struct error *err) {
    *schedule =
        (struct sweep_schedule){.tasks = calloc(grid->n, sizeof *schedule->tasks),
                                .groups = calloc(grid->n_groups + 1, sizeof *schedule->groups)};
    if (schedule->tasks == NULL || schedule->groups == NULL)
        return error_set(err, STATUS_FAILED, "out of memory");
    schedule->n = grid->n;
    schedule->counts[SWEEP_WAITING] = grid->n;
    for (size_t i = 0; i < grid->n; i++)
        schedule->tasks[i] = (struct sweep_task){.run = &grid->runs[i], .auc = (double)NAN};
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
    schedule->counts[task->state]--;
    schedule->counts[state]++;
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
    if (state == SWEEP_DONE)
        sweep_schedule_pretrained(schedule, i);
    else if (task->pretrains && group != NULL)
        group->busy = false;
    task->pretrains = false;
    set_state(schedule, task, state);
}

/* The mean of the runs that ended in this sweep; without any, of those complete before. */
static double mean_seconds(const struct sweep_schedule *schedule) {
    for (int before = 0; before < 2; before++) {
        double sum = 0;
        size_t n = 0;
        for (size_t i = 0; i < schedule->n; i++) {
            const struct sweep_task *task = &schedule->tasks[i];
            if (task->state != (before ? SWEEP_COMPLETE : SWEEP_DONE) || !(task->seconds > 0))
                continue;
            sum += task->seconds;
            n++;
        }
        if (n > 0)
            return sum / (double)n;
    }
    return (double)NAN;
}

double sweep_schedule_seconds_left(const struct sweep_schedule *schedule, size_t jobs, double now) {
    const double mean = mean_seconds(schedule);
    const size_t waiting = schedule->counts[SWEEP_WAITING];
    double work = mean * (double)waiting, longest = 0;
    for (size_t i = 0; i < schedule->n; i++) {
        const struct sweep_task *task = &schedule->tasks[i];
        if (task->state != SWEEP_RUNNING)
            continue;
        const double left = fmax(mean - (now - task->started), 0);
        longest = fmax(longest, left);
        work += left;
    }
    return fmax(work / (double)jobs, waiting > 0 ? mean : longest);
}
