/* The program that measures speed; README.md says how, and bench.py makes a table of it. */
#include "bench.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cblas.h>

#include "base/cpu.h"
#include "cli/blas_core.h"

static const char usage[] =
    "usage: bench [--network NAME] [--kernel NAME] [--threads N] [--what NAME] [--seconds S]\n"
    "Prints one JSON object a line.\n"
    "  --network NAME  mnist (default), cifar10\n"
    "  --kernel NAME   auto (default), avx512, avx2, blas\n"
    "  --threads N     1 to 256 (default 1)\n"
    "  --what NAME     ae, svdd, score: microseconds an image of a training step of the\n"
    "                  autoencoder, of one of Deep SVDD, of scoring (default: all three);\n"
    "                  convolutions: GFLOP/s of each convolution, one thread;\n"
    "                  machine: processor, BLAS, compiler\n"
    "  --seconds S     how long each measurement takes (default 1)\n";

/* The networks there are, with the settings of the paper's experiments. */
static const struct {
    const char *name;
    int architecture;
    size_t rep_dim;
} network_table[] = {
    {"mnist", 1, 32},
    {"cifar10", 3, 128},
};

struct arguments {
    const char *network, *kernel, *what; /* what: NULL for all steps */
    size_t threads;
    double seconds;
};

double bench_clock(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

void bench_random(float *values, size_t n, struct rng *rng) {
    for (size_t i = 0; i < n; i++)
        values[i] = (float)rng_uniform(rng);
}

void bench_print(cJSON *object) {
    char *text = cJSON_PrintUnformatted(object);
    if (text)
        puts(text);
    fflush(stdout);
    cJSON_free(text);
    cJSON_Delete(object);
}

static int find_network(struct bench *bench, const char *name, struct error *err) {
    for (size_t i = 0; i < sizeof network_table / sizeof *network_table; i++) {
        if (strcmp(network_table[i].name, name) != 0)
            continue;
        const struct architecture_options options = {.rep_dim = network_table[i].rep_dim,
                                                     .use_batch_norm = true,
                                                     .bn_affine = true,
                                                     .leaky_relu = true};
        bench->network = network_table[i].name;
        int status = architecture_find(&bench->encoder, name, network_table[i].architecture,
                                       ARCHITECTURE_ENCODER, &options, err);
        return status ? status
                      : architecture_find(&bench->autoencoder, name, network_table[i].architecture,
                                          ARCHITECTURE_AUTOENCODER, &options, err);
    }
    return error_set(err, STATUS_USAGE, "there is no network \"%s\": mnist, cifar10", name);
}

static void print_machine(const struct bench *bench) {
    char model[256];
    cpu_model_name(model, sizeof model);
    cJSON *row = cJSON_CreateObject();
    cJSON_AddStringToObject(row, "cpu", model);
    cJSON_AddStringToObject(row, "kernel", bench->kernels->name);
    cJSON_AddStringToObject(row, "openblas_core", openblas_get_corename());
#ifdef __clang__
    cJSON_AddStringToObject(row, "compiler", __VERSION__);
#else
    cJSON_AddStringToObject(row, "compiler", "gcc " __VERSION__);
#endif
    bench_print(row);
}

static int run(const struct arguments *arguments, struct error *err) {
    struct bench bench = {.seconds = arguments->seconds};
    const char *what = arguments->what;
    int status = find_network(&bench, arguments->network, err);
    if (!status)
        status = kernels_find(&bench.kernels, arguments->kernel, err);
    if (!status)
        status = thread_pool_create(&bench.pool, arguments->threads, err);
    if (status)
        return status;
    if (what && strcmp(what, "machine") == 0)
        print_machine(&bench);
    else if (what && strcmp(what, "convolutions") == 0)
        status = bench_convolutions(&bench, err);
    else
        status = bench_steps(&bench, what, err);
    thread_pool_destroy(bench.pool);
    return status;
}

/* 0 when the text is no number from `least` to `most`. */
static double number(const char *text, double least, double most) {
    char *end;
    double value = strtod(text, &end);
    return end != text && *end == '\0' && value >= least && value <= most ? value : 0;
}

static int parse(struct arguments *arguments, int argc, char **argv) {
    static const struct option options[] = {
        {"network", required_argument, NULL, 'n'}, {"kernel", required_argument, NULL, 'k'},
        {"threads", required_argument, NULL, 't'}, {"what", required_argument, NULL, 'w'},
        {"seconds", required_argument, NULL, 's'}, {NULL, 0, NULL, 0},
    };
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'n')
            arguments->network = optarg;
        else if (option == 'k')
            arguments->kernel = optarg;
        else if (option == 't')
            arguments->threads = (size_t)number(optarg, 1, 256);
        else if (option == 'w')
            arguments->what = optarg;
        else if (option == 's')
            arguments->seconds = number(optarg, 1e-3, 1e6);
        else
            return STATUS_USAGE;
    }
    bool valid = optind == argc && arguments->threads > 0 && arguments->seconds > 0;
    return valid ? STATUS_OK : STATUS_USAGE;
}

int main(int argc, char **argv) {
    struct arguments arguments = {.network = "mnist", .kernel = "auto", .threads = 1, .seconds = 1};
    struct error err = {.message = ""};
    blas_core_correct(argv);
    openblas_set_num_threads(1); /* as a run does */
    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return fputs(usage, stdout) < 0;
    if (parse(&arguments, argc, argv)) {
        fputs(usage, stderr);
        return STATUS_USAGE;
    }
    int status = run(&arguments, &err);
    if (status)
        fprintf(stderr, "bench: %s\n", err.message);
    return status;
}
