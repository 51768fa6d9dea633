/* A fixed pool of threads that works through a numbered list of tasks.
 *
 * Which worker takes which task is left to chance, so a task must write only what belongs to its
 * own number (or to its worker's scratch memory): then results do not depend on the number of
 * threads. */
#ifndef BASE_THREADS_H
#define BASE_THREADS_H

#include <stddef.h>

#include "base/error.h"

struct thread_pool;

/* `task` is one of the tasks 0 .. n_tasks - 1; `worker` is in 0 .. size - 1 and no two tasks that
 * run at the same time have the same one. */
typedef void thread_task(void *context, size_t task, size_t worker);

/* A pool of n_threads >= 1 workers, the calling thread being one of them. */
int thread_pool_create(struct thread_pool **pool, size_t n_threads, struct error *err);
void thread_pool_destroy(struct thread_pool *pool);

/* The number of workers; 1 for a NULL pool. */
size_t thread_pool_size(const struct thread_pool *pool);

/* Runs all tasks and returns when the last is done. A NULL pool runs them in the caller, in order.
 * Does not allocate. Idle workers spin for a short while before they sleep, because a training
 * step is many short runs. A run that a task of the same pool starts goes through its tasks in
 * order in that task's worker, with that worker's number. Two threads must not start runs on one
 * pool at the same time. */
void thread_pool_run(struct thread_pool *pool, thread_task *run, void *context, size_t n_tasks);

#endif
