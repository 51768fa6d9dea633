/* Solvers against their formulas in float64 and PyTorch (tests/golden/make_solver.py). */
#include <string.h>

#include "nn/solver.h"
#include "support/golden.h"

static const struct solver_options adam = {.type = SOLVER_ADAM};

static double rate(size_t step) {
    return step < 30 ? 1e-2 : 1e-3;
}

/* Parameters are moves from 0, so that float's rounding of the start is not in the way. */
static void adam_follows_its_formula(void **state) {
    (void)state;
    struct tensor_list golden;
    golden_read(&golden, "tests/golden/solver.safetensors");
    const struct tensor *gradients = tensor_list_find(&golden, "gradients");
    const struct tensor *moves = golden_get(&golden, "adam", "moves");
    assert_non_null(gradients);
    size_t n_steps = gradients->dims[0], n = gradients->dims[1];
    assert_int_equal(tensor_size(moves), n_steps * n);
    struct solver solver;
    struct error err = {""};
    float *parameters = new_floats(n);
    assert_ok(solver_create(&solver, &adam, n, &err), &err);
    for (size_t step = 0; step < n_steps; step++) {
        solver_step(&solver, parameters, gradients->values + step * n, rate(step));
        for (size_t i = 0; i < n; i++) {
            double expected = (double)moves->values[step * n + i];
            double largest = 1e-2 * (double)(step + 1); /* no step is longer than its rate, much */
            if (!(fabs((double)parameters[i] - expected) <= 2e-5 * fabs(expected) + 2e-6 * largest))
                fail_msg("step %zu, parameter %zu: %.9g, not %.9g", step, i, (double)parameters[i],
                         expected);
        }
    }
    assert_int_equal(solver.steps, n_steps);
    solver_free(&solver);
    free(parameters);
    tensor_list_free(&golden);
}

/* A step from a position of its own moves from there. */
static void adam_moves_from_where_it_is(void **state) {
    (void)state;
    struct solver solver;
    struct error err = {""};
    float parameters[] = {5, -3, 0.25F};
    const float gradient[] = {1, -20, 0};
    assert_ok(solver_create(&solver, &adam, 3, &err), &err);
    solver_step(&solver, parameters, gradient, 0.125);
    /* the first step is the learning rate against the gradient's sign */
    assert_relative("adam", "first", (double)parameters[0], 4.875, 1e-6);
    assert_relative("adam", "first", (double)parameters[1], -2.875, 1e-6);
    assert_true(parameters[2] == 0.25F);
    solver_free(&solver);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adam_follows_its_formula),
        cmocka_unit_test(adam_moves_from_where_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
