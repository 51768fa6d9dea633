/* An estimate of the time that is left. */
#include "sweep/time.h"

#include <math.h>

#include "run/phase.h"

/* Seconds of an epoch of each phase, and of a run beside its epochs. */
enum { REST = N_HISTORY_PHASES, N_COSTS };

static double known_cost(const struct sweep_task *task, int cost) {
    return cost == REST ? task->rest : task->pace[cost];
}

/* The mean over the tasks that know it: those that ran in this sweep, or those begun before. */
static double mean_cost(const struct sweep_schedule *schedule, int cost, bool before) {
    double sum = 0;
    size_t n = 0;
    for (size_t i = 0; i < schedule->n; i++) {
        const struct sweep_task *task = &schedule->tasks[i];
        const bool of_this = task->state == SWEEP_DONE || task->state == SWEEP_RUNNING;
        if (before != of_this && !isnan(known_cost(task, cost))) {
            sum += known_cost(task, cost);
            n++;
        }
    }
    return n > 0 ? sum / (double)n : (double)NAN;
}

/* NaN at the epochs: nothing is known. */
static void mean_costs(const struct sweep_schedule *schedule, double costs[N_COSTS]) {
    for (int cost = 0; cost < N_COSTS; cost++) {
        costs[cost] = mean_cost(schedule, cost, false);
        if (isnan(costs[cost]))
            costs[cost] = mean_cost(schedule, cost, true);
    }
    if (isnan(costs[HISTORY_TRAIN]))
        costs[HISTORY_TRAIN] = phase_train_share * costs[HISTORY_PRETRAIN];
    if (isnan(costs[HISTORY_PRETRAIN]))
        costs[HISTORY_PRETRAIN] = costs[HISTORY_TRAIN] / phase_train_share;
    if (isnan(costs[REST]))
        costs[REST] = 0;
}

/* The epochs of a phase that a task has before it. */
static double epochs_left(const struct sweep_schedule *schedule, size_t i,
                          enum history_phase phase) {
    const struct sweep_task *task = &schedule->tasks[i];
    const double n = (double)task->run->n_epochs[phase];
    if (task->epoch == 0)
        return phase == HISTORY_PRETRAIN ? n * sweep_schedule_pretraining(schedule, i) : n;
    return phase < task->phase ? 0 : phase > task->phase ? n : fmax(n - (double)task->epoch, 0);
}

static double task_left(const struct sweep_schedule *schedule, size_t i,
                        const double costs[N_COSTS]) {
    const struct sweep_task *task = &schedule->tasks[i];
    double left = costs[REST];
    for (enum history_phase phase = 0; phase < N_HISTORY_PHASES; phase++) {
        const double pace = isnan(task->pace[phase]) ? costs[phase] : task->pace[phase];
        left += pace * epochs_left(schedule, i, phase);
    }
    return left;
}

double sweep_time_left(const struct sweep_schedule *schedule) {
    double costs[N_COSTS], work = 0, longest = 0;
    mean_costs(schedule, costs);
    for (size_t i = 0; i < schedule->n; i++) {
        const enum sweep_state state = schedule->tasks[i].state;
        if (state != SWEEP_WAITING && state != SWEEP_RUNNING && state != SWEEP_ELSEWHERE)
            continue;
        const double left = task_left(schedule, i, costs);
        longest = fmax(longest, left);
        if (state != SWEEP_ELSEWHERE)
            work += left;
        if (isnan(left))
            return left;
    }
    return fmax(work / (double)schedule->jobs, longest);
}
