/* Solvers: a table of how much state each keeps and how it takes a step. */
#include "nn/solver.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

/* Kingma and Ba, 2015, in the form of their section 2's last remark: eps is added to the root of
 * the uncorrected second moment. State: first moment, second moment. */
static void adam(struct solver *solver, float *restrict parameters, const float *restrict gradient,
                 double lr) {
    const double beta1 = 0.9, beta2 = 0.999;
    const float b1 = 0.9F, b2 = 0.999F, c1 = 0.1F, c2 = 0.001F, eps = 1e-8F;
    double t = (double)solver->steps;
    float rate = (float)(lr * sqrt(1 - pow(beta2, t)) / (1 - pow(beta1, t)));
    float *restrict m = solver->state, *restrict v = solver->state + solver->n;
    for (size_t i = 0; i < solver->n; i++) {
        m[i] = b1 * m[i] + c1 * gradient[i];
        v[i] = b2 * v[i] + c2 * gradient[i] * gradient[i];
        parameters[i] -= rate * m[i] / (sqrtf(v[i]) + eps);
    }
}

static const struct {
    size_t states;
    void (*step)(struct solver *, float *, const float *, double);
} solver_table[] = {
    [SOLVER_ADAM] = {2, adam},
    [SOLVER_AMSGRAD] = {0, NULL},
};

int solver_create(struct solver *solver, const struct solver_options *options, size_t n,
                  struct error *err) {
    *solver = (struct solver){.options = *options, .n = n};
    if (!solver_table[options->type].step)
        return error_set(err, STATUS_USAGE, "this solver is not implemented yet; use adam");
    size_t n_state;
    if (!memory_multiply(n, solver_table[options->type].states, &n_state))
        return error_set(err, STATUS_FAILED, "a solver for %zu parameters is too large", n);
    solver->n_state = n_state;
    solver->state = memory_alloc(n_state, sizeof *solver->state, err);
    return solver->state ? STATUS_OK : STATUS_FAILED;
}

void solver_free(struct solver *solver) {
    free(solver->state);
    solver->state = NULL;
}

void solver_step(struct solver *solver, float *parameters, const float *gradient, double lr) {
    solver->steps++;
    solver_table[solver->options.type].step(solver, parameters, gradient, lr);
}
