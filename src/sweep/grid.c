/* From lists of values to runs. */
#include "sweep/grid.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/file.h"
#include "sweep/point.h"

/* ---- the lists */

static int add_axis(struct sweep_plan *plan, const struct option *option, const char *text,
                    struct error *err) {
    struct sweep_values values;
    int status = sweep_values_parse(&values, option, text, err);
    if (status != STATUS_OK || values.n == 1) {
        sweep_values_free(&values);
        return status;
    }
    plan->axes[plan->n_axes++] = values;
    return STATUS_OK;
}

static int find_axes(struct sweep_plan *plan, struct error *err) {
    int status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < option_count; i++) {
        const char *text = option_list_last(plan->options, &option_table[i]);
        if (text != NULL && option_table[i].type != OPTION_SWITCH)
            status = add_axis(plan, &option_table[i], text, err);
    }
    return status;
}

static int find_places(struct sweep_plan *plan, const char *cache, struct error *err) {
    if (strlen(plan->root) >= CONFIG_PATH_SIZE)
        return error_set(err, STATUS_USAGE, "--xp-dir %.40s...: longer than %d bytes", plan->root,
                         CONFIG_PATH_SIZE - 1);
    if (cache == NULL) {
        const int status = file_join(plan->cache, sizeof plan->cache, plan->root, "cache", err);
        return status == STATUS_OK ? status : error_set(err, STATUS_USAGE, "%s", err->message);
    }
    if (strlen(cache) >= sizeof plan->cache)
        return error_set(err, STATUS_USAGE, "--pretrain-cache %.40s...: longer than %d bytes",
                         cache, CONFIG_PATH_SIZE - 1);
    file_path(plan->cache, sizeof plan->cache, "%s", cache);
    return STATUS_OK;
}

static int count_points(const struct sweep_plan *plan, size_t *n, struct error *err) {
    *n = 1;
    for (size_t i = 0; i < plan->n_axes; i++) {
        *n *= plan->axes[i].n; /* at most SWEEP_MAX_RUNS squared */
        if (*n > SWEEP_MAX_RUNS)
            return error_set(err, STATUS_USAGE,
                             "the lists of values make more than %d runs: split the sweep",
                             SWEEP_MAX_RUNS);
    }
    return STATUS_OK;
}

static bool has_effect(const struct option *option, unsigned losses) {
    for (int loss = 0; loss < N_LOSSES; loss++)
        if ((losses >> loss & 1) != 0 && !sweep_point_is_idle(option, loss))
            return true;
    return false;
}

static void note_idle_lists(const struct sweep_plan *plan, struct sweep_grid *grid) {
    for (size_t i = 0; i < plan->n_axes; i++) {
        const size_t used = strlen(grid->without_effect);
        if (!has_effect(plan->axes[i].option, plan->losses))
            snprintf(grid->without_effect + used, sizeof grid->without_effect - used, "%s--%s",
                     used > 0 ? ", " : "", plan->axes[i].option->name);
    }
}

/* ---- the whole grid */

/* The next point; false after the last. */
static bool advance(const struct sweep_plan *plan) {
    for (size_t i = plan->n_axes; i > 0; i--) {
        if (++plan->place[i - 1] < plan->axes[i - 1].n)
            return true;
        plan->place[i - 1] = 0;
    }
    return false;
}

static int by_directory(const void *a, const void *b) {
    const struct sweep_run *const *left = a, *const *right = b;
    return strcmp((*left)->directory, (*right)->directory);
}

static int check_directories(const struct sweep_grid *grid, struct error *err) {
    const struct sweep_run **sorted = calloc(grid->n, sizeof(const struct sweep_run *));
    if (sorted == NULL)
        return error_set(err, STATUS_NO_MEMORY, "out of memory");
    int status = STATUS_OK;
    for (size_t i = 0; i < grid->n; i++) {
        sorted[i] = &grid->runs[i];
        if (strpbrk(grid->runs[i].directory, "\t\r\n") != NULL)
            status = error_set(err, STATUS_USAGE,
                               "%s: has a tab or a line break, and the results of a sweep are a "
                               "line a run: choose another path",
                               grid->runs[i].directory);
    }
    qsort(sorted, grid->n, sizeof(const struct sweep_run *), by_directory);
    for (size_t i = 1; status == STATUS_OK && i < grid->n; i++)
        if (by_directory(&sorted[i - 1], &sorted[i]) == 0)
            status = error_set(err, STATUS_USAGE,
                               "%s: two runs of the sweep would have this directory: make them "
                               "sweeps of their own, with an --xp-dir each",
                               sorted[i]->directory);
    free(sorted);
    return status;
}

struct keyed {
    uint64_t key;
    size_t run;
};

static int by_key(const void *a, const void *b) {
    const struct keyed *left = a, *right = b;
    if (left->key != right->key)
        return left->key < right->key ? -1 : 1;
    return left->run < right->run ? -1 : left->run > right->run;
}

/* Numbers the groups of runs that have the same key. */
static int find_groups(const struct sweep_plan *plan, struct sweep_grid *grid, struct error *err) {
    struct keyed *sorted = calloc(grid->n, sizeof *sorted);
    if (sorted == NULL)
        return error_set(err, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < grid->n; i++)
        sorted[i] = (struct keyed){.key = plan->keys[i], .run = i};
    qsort(sorted, grid->n, sizeof *sorted, by_key);
    for (size_t i = 0; i < grid->n; i++) {
        struct sweep_run *run = &grid->runs[sorted[i].run];
        if (sorted[i].key == 0)
            continue;
        const bool same = i > 0 && sorted[i - 1].key == sorted[i].key;
        run->member = same ? grid->runs[sorted[i - 1].run].member + 1 : 0;
        grid->n_groups += !same;
        run->group = grid->n_groups - 1;
    }
    free(sorted);
    return STATUS_OK;
}

static int fill(struct sweep_plan *plan, struct sweep_grid *grid, struct error *err) {
    size_t n = 0;
    int status = count_points(plan, &n, err);
    if (status != STATUS_OK)
        return status;
    grid->runs = calloc(n, sizeof *grid->runs);
    grid->n_sources = sweep_point_sources(plan);
    grid->sources = calloc(grid->n_sources, sizeof *grid->sources);
    plan->keys = calloc(n, sizeof *plan->keys);
    if (grid->runs == NULL || grid->sources == NULL || plan->keys == NULL)
        return error_set(err, STATUS_NO_MEMORY, "out of memory");
    do
        status = sweep_point_add(plan, grid, err);
    while (status == STATUS_OK && advance(plan));
    if (status == STATUS_OK && grid->n == 0)
        status = error_set(err, STATUS_USAGE, "the lists of values make no run");
    note_idle_lists(plan, grid);
    if (status == STATUS_OK)
        status = check_directories(grid, err);
    return status == STATUS_OK ? find_groups(plan, grid, err) : status;
}

int sweep_grid_make(struct sweep_grid *grid, const struct option_list *options, const char *root,
                    const char *cache, struct error *err) {
    struct sweep_plan plan = {.options = options,
                              .root = root != NULL && root[0] != '\0' ? root : "log",
                              .axes = calloc(option_count, sizeof *plan.axes),
                              .place = calloc(option_count, sizeof *plan.place)};
    *grid = (struct sweep_grid){.n = 0};
    int status = STATUS_OK;
    if (plan.axes == NULL || plan.place == NULL)
        status = error_set(err, STATUS_NO_MEMORY, "out of memory");
    if (status == STATUS_OK)
        status = find_axes(&plan, err);
    if (status == STATUS_OK)
        status = find_places(&plan, cache, err);
    if (status == STATUS_OK)
        status = fill(&plan, grid, err);
    for (size_t i = 0; i < plan.n_axes; i++)
        sweep_values_free(&plan.axes[i]);
    free(plan.axes);
    free(plan.place);
    free(plan.keys);
    return status;
}

void sweep_grid_free(struct sweep_grid *grid) {
    for (size_t i = 0; i < grid->n; i++)
        option_list_free(&grid->runs[i].options);
    free(grid->runs);
    free(grid->sources);
    *grid = (struct sweep_grid){.n = 0};
}
