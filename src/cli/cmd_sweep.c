/* deepsvdd sweep: a grid of runs. */
#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/overview.h"
#include "cli/terminal.h"
#include "cli/wrap.h"
#include "model/method.h"
#include "sweep/command.h"
#include "sweep/look.h"
#include "sweep/sweep.h"

/* What only a sweep has. */
struct sweep_arguments {
    size_t jobs; /* 0 = as many as there are cores */
    bool dry_run, print_commands;
    bool quiet, verbose;
    bool has_root, has_cache; /* on the command line itself, not by way of a config.json */
};

/* "deepSVDD, autoencoder or ce": the directories of the methods that can be swept. */
static void list_directories(char *text, size_t size) {
    size_t used = 0, n = 0, n_left = 0;
    for (size_t i = 0; i < method_count; i++)
        n_left += method_table[i].epoch != NULL;
    for (size_t i = 0; i < method_count && used < size; i++)
        if (method_table[i].epoch != NULL)
            used += (size_t)snprintf(text + used, size - used, "%s%s",
                                     n++ == 0      ? ""
                                     : n == n_left ? " or "
                                                   : ", ",
                                     method_table[i].directory);
    assert(used < size);
}

static void help_sweep(void) {
    char directories[128], xp_dir[512];
    list_directories(directories, sizeof directories);
    snprintf(xp_dir, sizeof xp_dir,
             "the runs are DIR/<dataset>/<method>/<normal>vs<outlier>/seed_<seed>, the method "
             "being %s; before the classes comes one directory more for any other option with a "
             "list, as nu_0.01 [log]",
             directories);
    wrap_print("", 0,
               "Any option of `deepsvdd train` may be given; those that change results may have a "
               "list, 0..9 or 0,1,5 or 0..3,7, and the sweep has a run for each combination. "
               "Complete runs are skipped and unfinished ones resumed, so the same command goes on "
               "where it was stopped; but --force does all again, each time. A run that fails does "
               "not stop the others; one that another "
               "process is at work on is waited for.");
    putchar('\n');
    wrap_print("  --jobs N", 34,
               "so many runs at a time [as many as there are cores for their --threads]");
    wrap_print("  --xp-dir DIR", 34, xp_dir);
    wrap_print("  --pretrain-cache DIR", 34,
               "runs that differ after pretraining only share it by way of this directory; '' "
               "for none [the cache in --xp-dir]");
    wrap_print(
        "  --dry-run", 34,
        "print the commands of the runs that are not complete, in the order of the sweep, and a "
        "warning when directories hold runs of other options");
    wrap_print("  --print-commands", 34,
               "print them for GNU parallel, xargs -d '\\n' -I{} sh -c '{}' or Slurm "
               "(experiments/slurm): pretraining that several runs share comes first");
    wrap_print("  --quiet", 34, "nothing but failures and the summary");
    wrap_print("  --verbose", 34, "one plain line a run on a terminal too");
    putchar('\n');
    wrap_print("", 0,
               "On standard output: one line a run that is complete, with tabs between run "
               "directory, method, normal class, seed and test AUC in %. Exit status: 1 when a run "
               "failed, 130 when interrupted; a second Ctrl-C kills the runs.");
    putchar('\n');
    wrap_print("", 0, "'deepsvdd help train' has all other options.");
}

/* ---- arguments */

static int parse_jobs(const char *text, size_t *jobs, struct error *err) {
    char *end = NULL;
    errno = 0;
    const long n = text != NULL ? strtol(text, &end, 10) : 0;
    if (text == NULL)
        return error_set(err, STATUS_USAGE, "--jobs needs a value: 1..%d", SWEEP_MAX_JOBS);
    if (text[0] == '\0' || text[strspn(text, "0123456789")] != '\0' || errno != 0 || n < 1 ||
        n > SWEEP_MAX_JOBS)
        return error_set(err, STATUS_USAGE, "--jobs %.200s: must be an integer in 1..%d", text,
                         SWEEP_MAX_JOBS);
    *jobs = (size_t)n;
    return STATUS_OK;
}

/* Takes the sweep's own arguments out of argv; *argc is how many are left. */
static int take_own(struct sweep_arguments *own, int *argc, char **argv, struct error *err) {
    int n = 0, status = STATUS_OK;
    for (int i = 0; status == STATUS_OK && i < *argc; i++) {
        const struct argument argument = argument_take_apart(*argc - i, argv + i);
        if (argument_is(&argument, "jobs")) {
            status = parse_jobs(argument.value, &own->jobs, err);
            i += argument.attached ? 0 : 1;
        } else if (argument_is(&argument, "dry-run")) {
            own->dry_run = true;
            status = argument_refuse_value(&argument, "dry-run", err);
        } else if (argument_is(&argument, "print-commands")) {
            own->print_commands = true;
            status = argument_refuse_value(&argument, "print-commands", err);
        } else {
            own->has_root |= argument_is(&argument, "xp-dir");
            own->has_cache |= argument_is(&argument, "pretrain-cache");
            argv[n++] = argv[i];
        }
    }
    *argc = n;
    return status;
}

static size_t cores(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0)
        return (size_t)CPU_COUNT(&set);
    const long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (size_t)n : 1;
}

/* All threads of all runs have a core. */
static size_t preset_jobs(const struct sweep_grid *grid) {
    struct config config;
    struct error err;
    size_t threads = 1;
    if (option_list_resolve(&grid->runs[0].options, &config, &err) == STATUS_OK)
        threads = (size_t)config.threads;
    const size_t jobs = cores() / threads;
    return jobs < 1 ? 1 : jobs > SWEEP_MAX_JOBS ? SWEEP_MAX_JOBS : jobs;
}

/* The path of this program, for who runs the commands elsewhere. */
static void program_path(char path[PATH_MAX]) {
    const ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - 1);
    if (length > 0)
        path[length] = '\0';
    else
        snprintf(path, PATH_MAX, "%s", program_invocation_name);
}

/* ---- commands */

static int print_command(const struct sweep_run *run, const char *program, struct error *err) {
    char *line = NULL;
    const int status = sweep_command_line(run, program, &line, err);
    if (status == STATUS_OK)
        puts(line);
    free(line);
    return status;
}

/* With `shared_first`, the runs that others need the pretraining of, then the second of each group,
 * and so on. */
static int print_commands(const struct sweep_schedule *schedule, const char *program,
                          bool shared_first, struct error *err) {
    size_t n_rounds = 1;
    for (size_t i = 0; shared_first && i < schedule->n; i++)
        if (schedule->tasks[i].run->member >= n_rounds)
            n_rounds = schedule->tasks[i].run->member + 1;
    for (size_t round = 0; round < n_rounds; round++)
        for (size_t i = 0; i < schedule->n; i++) {
            const struct sweep_task *task = &schedule->tasks[i];
            if (task->state == SWEEP_COMPLETE || (shared_first && task->run->member != round))
                continue;
            const int status = print_command(task->run, program, err);
            if (status != STATUS_OK)
                return status;
        }
    return STATUS_OK;
}

/* The commands that would be refused: how many, and the first with its reason. */
static void warn_of_refusals(const struct sweep_schedule *schedule) {
    struct error first = {.message = ""};
    size_t n = 0;
    for (size_t i = 0; i < schedule->n; i++) {
        struct error err;
        if (schedule->tasks[i].state != SWEEP_COMPLETE &&
            sweep_look_refusal(&schedule->tasks[i], &err) != STATUS_OK && n++ == 0)
            first = err;
    }
    if (n > 0)
        fprintf(stderr, "deepsvdd: warning: %zu of these would fail%s: %s\n", n,
                n > 1 ? ", first" : "", first.message);
}

/* ---- results */

static void print_results(const struct sweep_schedule *schedule) {
    for (size_t i = 0; i < schedule->n; i++) {
        const struct sweep_task *task = &schedule->tasks[i];
        if (task->state != SWEEP_COMPLETE && task->state != SWEEP_DONE)
            continue;
        printf("%s\t%s\t%d\t%d\t", task->run->directory, task->run->method, task->run->normal,
               task->run->seed);
        if (isnan(task->auc))
            puts("undefined");
        else
            printf("%.2f\n", 100 * task->auc);
    }
}

/* The last lines of what it wrote, each without control characters. */
static void print_output(const char *output) {
    enum { N_LINES = 3 };
    size_t start = strlen(output);
    while (start > 0 && output[start - 1] == '\n')
        start--;
    for (int n = 0; start > 0; start--)
        if (output[start - 1] == '\n' && ++n == N_LINES)
            break;
    for (const char *line = output + start; *line != '\0';) {
        const size_t length = strcspn(line, "\n");
        char text[TEXT_LINE_SIZE];
        text_print_line(text, sizeof text, "%.*s", (int)length, line);
        fprintf(stderr, "    %s\n", text);
        line += length + (line[length] == '\n');
    }
}

static const char *output_of(const struct sweep_task *task) {
    return task->output != NULL ? task->output : "";
}

/* The next task that has failed, from `i` on; NULL when there is none. */
static const struct sweep_task *next_failed(const struct sweep_schedule *schedule, size_t i) {
    while (i < schedule->n && schedule->tasks[i].state != SWEEP_FAILED)
        i++;
    return i < schedule->n ? &schedule->tasks[i] : NULL;
}

/* What several one after another have written stands once, below the last of them. */
static void print_failures(const struct sweep_schedule *schedule) {
    const struct sweep_task *task = next_failed(schedule, 0), *next;
    bool advises_force = false;
    if (task == NULL)
        return;
    fprintf(stderr, "deepsvdd: failed; the same command tries again, once the cause is removed:\n");
    for (; task != NULL; task = next) {
        char line[TEXT_LINE_SIZE];
        next = next_failed(schedule, (size_t)(task - schedule->tasks) + 1);
        text_print_line(line, sizeof line, "%.800s: %s", task->run->directory, task->reason);
        fprintf(stderr, "  %s\n", line);
        if (next == NULL || strcmp(output_of(next), output_of(task)) != 0)
            print_output(output_of(task));
        advises_force |= task->in_way;
    }
    if (advises_force)
        fputs("deepsvdd: to replace some of these runs remove their directories: a sweep with "
              "--force does all of its runs again\n",
              stderr);
}

static void print_summary(const struct sweep_schedule *schedule, double seconds, int status) {
    const size_t *counts = schedule->counts;
    const size_t n_left = counts[SWEEP_WAITING] + counts[SWEEP_ELSEWHERE] + counts[SWEEP_STOPPED];
    char text[32];
    terminal_duration(seconds, text, sizeof text);
    fprintf(stderr, "deepsvdd: %s%zu run%s: %zu done in %s",
            status == STATUS_INTERRUPTED ? "interrupted; " : "", schedule->n,
            schedule->n == 1 ? "" : "s", counts[SWEEP_DONE], text);
    if (counts[SWEEP_COMPLETE] > 0)
        fprintf(stderr, ", %zu complete before", counts[SWEEP_COMPLETE]);
    if (counts[SWEEP_FAILED] > 0)
        fprintf(stderr, ", %zu failed", counts[SWEEP_FAILED]);
    if (n_left > 0 && schedule->tasks[0].run->force)
        fprintf(stderr,
                ", %zu left; with --force the same command does all again, without it it resumes "
                "what was begun and does not replace the rest",
                n_left);
    else if (n_left > 0)
        fprintf(stderr, ", %zu left, which the same command goes on with", n_left);
    fputs(".\n", stderr);
}

/* ---- the sweep */

static int execute(const struct sweep_arguments *own, struct sweep_schedule *schedule,
                   const char *program) {
    struct overview overview;
    struct error err = {.message = ""};
    const double start = clock_seconds();
    /* as in `train`: who stops reading has not asked the runs to end */
    signal(SIGPIPE, SIG_IGN);
    overview_open(&overview, schedule, own->quiet, own->verbose);
    const struct sweep_observer observer = {.changed = overview_changed,
                                            .ended = overview_ended,
                                            .note = overview_note,
                                            .context = &overview,
                                            .live = overview.live};
    const int status = sweep_execute(schedule, program, &observer, &err);
    overview_clear(&overview);
    if (err.message[0] != '\0')
        return report_error(status, err.message);
    if (!own->quiet)
        print_results(schedule);
    fflush(stdout);
    print_failures(schedule);
    print_summary(schedule, clock_seconds() - start, status);
    return status;
}

static void print_plan(const struct sweep_schedule *schedule) {
    fprintf(stderr, "deepsvdd: %zu run%s, %zu complete, %zu at a time\n", schedule->n,
            schedule->n == 1 ? "" : "s", schedule->counts[SWEEP_COMPLETE], schedule->jobs);
}

static int sweep(const struct sweep_arguments *own, const struct sweep_grid *grid) {
    struct sweep_schedule schedule;
    struct error err;
    char program[PATH_MAX];
    const size_t jobs = own->jobs > 0 ? own->jobs : preset_jobs(grid);
    int status = sweep_schedule_make(&schedule, grid, jobs, &err);
    if (status == STATUS_OK) {
        program_path(program);
        if (grid->without_effect[0] != '\0' && !own->quiet)
            fprintf(stderr,
                    "deepsvdd: warning: lists of %s left out: these runs do not depend on them\n",
                    grid->without_effect);
        sweep_look_all(&schedule);
        if (!own->quiet && !own->print_commands)
            print_plan(&schedule);
        if (own->dry_run || own->print_commands) {
            status = print_commands(&schedule, program, own->print_commands, &err);
            fflush(stdout);
            if (status == STATUS_OK)
                warn_of_refusals(&schedule);
        }
    }
    if (status != STATUS_OK)
        status = report_error(status, err.message);
    else if (!own->dry_run && !own->print_commands)
        status = execute(own, &schedule, program);
    sweep_schedule_free(&schedule);
    return status;
}

static int act(struct sweep_arguments *own, struct arguments *arguments) {
    struct sweep_grid grid;
    struct error err;
    if (arguments->action != ARGUMENTS_RUN)
        return print_answer(arguments->action, "sweep");
    own->quiet = option_list_last(&arguments->options, option_find("quiet")) != NULL;
    own->verbose = option_list_last(&arguments->options, option_find("verbose")) != NULL;
    if (own->quiet && own->verbose)
        return report_error(STATUS_USAGE, "--quiet and --verbose exclude each other");
    if (own->print_commands && option_list_last(&arguments->options, option_find("force")) != NULL)
        return report_error(STATUS_USAGE,
                            "--print-commands and --force exclude each other: a command that is "
                            "stopped and given again would begin anew; remove the directories of "
                            "the runs to be replaced instead");
    /* the places of the run whose config.json was named are not those of the sweep */
    const char *root =
        own->has_root ? option_list_last(&arguments->options, option_find("xp-dir")) : NULL;
    const char *cache = own->has_cache
                            ? option_list_last(&arguments->options, option_find("pretrain-cache"))
                            : NULL;
    int status = sweep_grid_make(&grid, &arguments->options, root, cache, &err);
    status = status == STATUS_OK ? sweep(own, &grid) : report_error(status, err.message);
    sweep_grid_free(&grid);
    return status;
}

static int cmd_sweep(int argc, char **argv) {
    struct sweep_arguments own = {.jobs = 0};
    struct arguments arguments = {.action = ARGUMENTS_RUN};
    struct error err;
    int status = take_own(&own, &argc, argv, &err);
    if (status == STATUS_OK)
        status = arguments_parse(&arguments, argc, argv, NULL, &err);
    status = status == STATUS_OK ? act(&own, &arguments) : report_error(status, err.message);
    arguments_free(&arguments);
    return status;
}

const struct command command_sweep = {
    .name = "sweep",
    .arguments = "--dataset D --normal 0..9 --seed 1..10 --jobs N [options]",
    .summary = "a grid of runs in parallel",
    .run = cmd_sweep,
    .help = help_sweep,
};
