/* Solvers against their formulas in float64 and PyTorch (tests/golden/make_solver.py). */
#include <string.h>

#include "nn/solver.h"
#include "support/golden.h"

static const struct {
    const char *name; /* in the golden file */
    struct solver_options options;
    size_t states;
} cases[] = {
    {"sgd", {.type = SOLVER_SGD}, 0},
    {"momentum", {.type = SOLVER_MOMENTUM, .momentum = 0.9}, 1},
    {"momentum_0.5", {.type = SOLVER_MOMENTUM, .momentum = 0.5}, 1},
    {"nesterov", {.type = SOLVER_NESTEROV, .momentum = 0.9}, 1},
    {"nesterov_0.5", {.type = SOLVER_NESTEROV, .momentum = 0.5}, 1},
    {"adagrad", {.type = SOLVER_ADAGRAD}, 1},
    {"rmsprop", {.type = SOLVER_RMSPROP, .rho = 0.9}, 1},
    {"rmsprop_0.5", {.type = SOLVER_RMSPROP, .rho = 0.5}, 1},
    {"adadelta", {.type = SOLVER_ADADELTA, .rho = 0.95}, 2},
    {"adadelta_0.8", {.type = SOLVER_ADADELTA, .rho = 0.8}, 2},
    {"adam", {.type = SOLVER_ADAM}, 2},
    {"adamax", {.type = SOLVER_ADAMAX}, 2},
    {"amsgrad", {.type = SOLVER_AMSGRAD}, 3},
};

enum { N_CASES = sizeof cases / sizeof *cases };

static double rate(size_t step) {
    return step < 30 ? 1e-2 : 1e-3;
}

static void create(struct solver *solver, size_t i, size_t n) {
    struct error err = {.message = ""};
    assert_ok(solver_create(solver, &cases[i].options, n, &err), &err);
    assert_int_equal(solver->n_state, cases[i].states * n);
    assert_int_equal(solver->steps, 0);
}

/* The golden file's gradients (n_steps, n) and the values (n) that the parameters start from. */
struct gradients {
    struct tensor_list golden;
    const float *values, *start;
    size_t n_steps, n;
};

static void read_gradients(struct gradients *gradients) {
    golden_read(&gradients->golden, "tests/golden/solver.safetensors");
    const struct tensor *tensor = tensor_list_find(&gradients->golden, "gradients");
    const struct tensor *start = tensor_list_find(&gradients->golden, "start");
    assert_non_null(tensor);
    assert_non_null(start);
    gradients->values = tensor->values;
    gradients->n_steps = tensor->dims[0];
    gradients->n = tensor->dims[1];
    gradients->start = start->values;
    assert_int_equal(tensor_size(start), gradients->n);
}

/* Parameter j from position `from` (n) must make the golden moves (n_steps, n). Errors are measured
 * by the length of the way, because steps of opposite signs cancel, and, for a position other than
 * 0, by what rounding to float at every step adds. */
static void follow(size_t i, const struct gradients *gradients, const float *from) {
    size_t n = gradients->n;
    const float *moves = golden_get(&gradients->golden, cases[i].name, "moves")->values;
    struct solver solver;
    float *parameters = new_floats(n);
    double *way = calloc(n, sizeof *way), *rounding = calloc(n, sizeof *rounding);
    assert_true(way && rounding);
    memcpy(parameters, from, n * sizeof *from);
    create(&solver, i, n);
    for (size_t step = 0; step < gradients->n_steps; step++, moves += n) {
        solver_step(&solver, parameters, gradients->values + step * n, rate(step));
        for (size_t j = 0; j < n; j++) {
            double move = (double)moves[j], expected = (double)from[j] + move;
            way[j] += fabs(move - (step > 0 ? (double)*(moves + j - n) : 0));
            rounding[j] += from[j] != 0 ? 6e-8 * fabs(expected) : 0;
            if (!(fabs((double)parameters[j] - expected) <= 4e-6 * way[j] + rounding[j]))
                fail_msg("%s, step %zu, parameter %zu: %.9g, not %.9g", cases[i].name, step, j,
                         (double)parameters[j], expected);
        }
    }
    assert_int_equal(solver.steps, gradients->n_steps);
    solver_free(&solver);
    free(parameters);
    free(way);
    free(rounding);
}

/* From 0, where float's rounding of the position is not in the way, and from elsewhere. */
static void solvers_follow_their_formulas(void **state) {
    (void)state;
    struct gradients gradients;
    read_gradients(&gradients);
    float *zeros = new_floats(gradients.n);
    for (size_t i = 0; i < N_CASES; i++) {
        follow(i, &gradients, zeros);
        follow(i, &gradients, gradients.start);
    }
    free(zeros);
    tensor_list_free(&gradients.golden);
}

/* The first step against gradient g at rate lr, where g is much larger than eps. */
static double first_step(const struct solver_options *options, double g, double lr) {
    double sign = (g > 0) - (g < 0);
    switch (options->type) {
    case SOLVER_SGD:
    case SOLVER_MOMENTUM:
        return lr * g;
    case SOLVER_NESTEROV:
        return lr * g * (1 + options->momentum);
    case SOLVER_RMSPROP: /* a = (1 - rho) g^2 */
        return lr * sign / sqrt(1 - options->rho);
    case SOLVER_ADADELTA: /* the same, and b = 0 beside eps = 1e-6 */
        return lr * sign * 1e-3 / sqrt(1 - options->rho);
    default: /* the gradient by its own size */
        return lr * sign;
    }
}

static void first_steps_are_what_theory_says(void **state) {
    (void)state;
    const float start[] = {5, -3, 0.25F}, gradient[] = {4, -20, 0};
    for (size_t i = 0; i < N_CASES; i++) {
        struct solver solver;
        float parameters[3];
        memcpy(parameters, start, sizeof start);
        create(&solver, i, 3);
        solver_step(&solver, parameters, gradient, 0.125);
        for (size_t j = 0; j < 3; j++) {
            double move = first_step(&cases[i].options, (double)gradient[j], 0.125);
            assert_relative(cases[i].name, "first", (double)parameters[j], (double)start[j] - move,
                            1e-6);
        }
        assert_true(parameters[2] == 0.25F);
        solver_free(&solver);
    }
}

/* Where there never was a gradient nothing moves, and nothing is divided by 0. */
static void zero_gradients_move_nothing(void **state) {
    (void)state;
    for (size_t i = 0; i < N_CASES; i++) {
        struct solver solver;
        float parameters[] = {0, -1, 1e30F};
        const float gradient[] = {0, -0.0F, 0};
        create(&solver, i, 3);
        for (size_t step = 0; step < 2000; step++)
            solver_step(&solver, parameters, gradient, 1);
        assert_true(parameters[0] == 0 && parameters[1] == -1 && parameters[2] == 1e30F);
        for (size_t j = 0; j < solver.n_state; j++)
            assert_true(solver.state[j] == 0);
        solver_free(&solver);
    }
}

/* A NaN must reach the parameters, so that training notices that it diverged. */
static void nan_gets_through(void **state) {
    (void)state;
    for (size_t i = 0; i < N_CASES; i++) {
        struct solver solver;
        float parameters[] = {1, 1};
        const float usual[] = {1, 1}, bad[] = {1, NAN};
        create(&solver, i, 2);
        solver_step(&solver, parameters, usual, 0.1);
        solver_step(&solver, parameters, bad, 0.1);
        assert_true(isfinite(parameters[0]) && isnan(parameters[1]));
        solver_step(&solver, parameters, usual, 0.1);
        assert_true(isfinite(parameters[0]) && isnan(parameters[1]));
        solver_free(&solver);
    }
}

/* What a checkpoint keeps is all there is: a solver given another's options, steps and state goes
 * on bit for bit. */
static void saved_solvers_go_on_identically(void **state) {
    (void)state;
    struct gradients gradients;
    read_gradients(&gradients);
    size_t n = gradients.n;
    float *whole = new_floats(n), *resumed = new_floats(n);
    for (size_t i = 0; i < N_CASES; i++)
        for (size_t saved = 0; saved < gradients.n_steps; saved += 13) {
            struct solver solver, other;
            create(&solver, i, n);
            create(&other, i, n);
            memcpy(whole, gradients.start, n * sizeof *whole);
            for (size_t step = 0; step < gradients.n_steps; step++) {
                if (step == saved) {
                    other.steps = solver.steps;
                    memcpy(other.state, solver.state, solver.n_state * sizeof *other.state);
                    memcpy(resumed, whole, n * sizeof *whole);
                }
                solver_step(&solver, whole, gradients.values + step * n, rate(step));
                if (step >= saved)
                    solver_step(&other, resumed, gradients.values + step * n, rate(step));
            }
            assert_memory_equal(whole, resumed, n * sizeof *whole);
            assert_int_equal(solver.steps, other.steps);
            solver_free(&solver);
            solver_free(&other);
        }
    free(whole);
    free(resumed);
    tensor_list_free(&gradients.golden);
}

static void too_many_parameters_are_an_error(void **state) {
    (void)state;
    for (size_t i = 0; i < N_CASES; i++) {
        struct solver solver;
        struct error err = {.message = ""};
        int status = solver_create(&solver, &cases[i].options, SIZE_MAX / 2, &err);
        assert_int_equal(status, cases[i].states > 0 ? STATUS_NO_MEMORY : STATUS_OK);
        assert_int_equal(strlen(err.message) > 0, cases[i].states > 0);
        solver_free(&solver);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(solvers_follow_their_formulas),
        cmocka_unit_test(first_steps_are_what_theory_says),
        cmocka_unit_test(zero_gradients_move_nothing),
        cmocka_unit_test(nan_gets_through),
        cmocka_unit_test(saved_solvers_go_on_identically),
        cmocka_unit_test(too_many_parameters_are_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
