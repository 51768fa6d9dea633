/* Solvers: a table of how much state each keeps and how it takes a step.
 *
 * Maxima are comparisons because compilers do not vectorise fmaxf, which must pass over NaN. */
#include "nn/solver.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

/* Stochastic gradient descent: p -= lr g. No state. */
static void sgd(struct solver *solver, float *restrict parameters, const float *restrict gradient,
                double lr) {
    const float rate = (float)lr;
    for (size_t i = 0; i < solver->n; i++)
        parameters[i] -= rate * gradient[i];
}

/* Polyak, 1964: v = mu v - lr g, p += v. State: velocity. The learning rate is in the velocity, so
 * a new rate meets the old velocity unchanged. */
static void momentum(struct solver *solver, float *restrict parameters,
                     const float *restrict gradient, double lr) {
    const float rate = (float)lr, mu = (float)solver->options.momentum;
    float *restrict v = solver->state;
    for (size_t i = 0; i < solver->n; i++) {
        v[i] = mu * v[i] - rate * gradient[i];
        parameters[i] += v[i];
    }
}

/* Nesterov, 1983, in the form of Sutskever et al., 2013, at the point looked ahead to:
 * v = mu v - lr g, p += mu v - lr g. State: velocity. */
static void nesterov(struct solver *solver, float *restrict parameters,
                     const float *restrict gradient, double lr) {
    const float rate = (float)lr, mu = (float)solver->options.momentum;
    float *restrict v = solver->state;
    for (size_t i = 0; i < solver->n; i++) {
        v[i] = mu * v[i] - rate * gradient[i];
        parameters[i] += mu * v[i] - rate * gradient[i];
    }
}

/* Duchi et al., 2011: a += g^2, p -= lr g / sqrt(a + eps). State: a. */
static void adagrad(struct solver *solver, float *restrict parameters,
                    const float *restrict gradient, double lr) {
    const float rate = (float)lr, eps = 1e-6F;
    float *restrict a = solver->state;
    for (size_t i = 0; i < solver->n; i++) {
        a[i] += gradient[i] * gradient[i];
        parameters[i] -= rate * gradient[i] / sqrtf(a[i] + eps);
    }
}

/* Tieleman and Hinton, 2012: a = rho a + (1 - rho) g^2, p -= lr g / sqrt(a + eps). State: a. */
static void rmsprop(struct solver *solver, float *restrict parameters,
                    const float *restrict gradient, double lr) {
    const float rho = (float)solver->options.rho, c = (float)(1 - solver->options.rho);
    const float rate = (float)lr, eps = 1e-6F;
    float *restrict a = solver->state;
    for (size_t i = 0; i < solver->n; i++) {
        a[i] = rho * a[i] + c * gradient[i] * gradient[i];
        parameters[i] -= rate * gradient[i] / sqrtf(a[i] + eps);
    }
}

/* Zeiler, 2012: a = rho a + (1 - rho) g^2, u = g sqrt(b + eps) / sqrt(a + eps), p -= lr u,
 * b = rho b + (1 - rho) u^2. State: a, b. */
static void adadelta(struct solver *solver, float *restrict parameters,
                     const float *restrict gradient, double lr) {
    const float rho = (float)solver->options.rho, c = (float)(1 - solver->options.rho);
    const float rate = (float)lr, eps = 1e-6F;
    float *restrict a = solver->state, *restrict b = solver->state + solver->n;
    for (size_t i = 0; i < solver->n; i++) {
        a[i] = rho * a[i] + c * gradient[i] * gradient[i];
        float u = gradient[i] * sqrtf(b[i] + eps) / sqrtf(a[i] + eps);
        parameters[i] -= rate * u;
        b[i] = rho * b[i] + c * u * u;
    }
}

/* lr sqrt(1 - b2^t) / (1 - b1^t): both moments start at 0, which this makes up for. */
static float adam_rate(const struct solver *solver, double lr) {
    const double beta1 = 0.9, beta2 = 0.999;
    double t = (double)solver->steps;
    return (float)(lr * sqrt(1 - pow(beta2, t)) / (1 - pow(beta1, t)));
}

/* Kingma and Ba, 2015, in the form of their section 2's last remark: eps is added to the root of
 * the uncorrected second moment. State: first moment, second moment. */
static void adam(struct solver *solver, float *restrict parameters, const float *restrict gradient,
                 double lr) {
    const float b1 = 0.9F, b2 = 0.999F, c1 = 0.1F, c2 = 0.001F, eps = 1e-8F;
    const float rate = adam_rate(solver, lr);
    float *restrict m = solver->state, *restrict v = solver->state + solver->n;
    for (size_t i = 0; i < solver->n; i++) {
        m[i] = b1 * m[i] + c1 * gradient[i];
        v[i] = b2 * v[i] + c2 * gradient[i] * gradient[i];
        parameters[i] -= rate * m[i] / (sqrtf(v[i]) + eps);
    }
}

/* Kingma and Ba, 2015, section 7.1: u = max(b2 u, |g|), p -= lr / (1 - b1^t) m / (u + eps). State:
 * first moment, u. */
static void adamax(struct solver *solver, float *restrict parameters,
                   const float *restrict gradient, double lr) {
    const double beta1 = 0.9;
    const float b1 = 0.9F, b2 = 0.999F, c1 = 0.1F, eps = 1e-8F;
    const float rate = (float)(lr / (1 - pow(beta1, (double)solver->steps)));
    float *restrict m = solver->state, *restrict u = solver->state + solver->n;
    for (size_t i = 0; i < solver->n; i++) {
        float decayed = b2 * u[i], size = fabsf(gradient[i]);
        m[i] = b1 * m[i] + c1 * gradient[i];
        u[i] = decayed > size ? decayed : size;
        parameters[i] -= rate * m[i] / (u[i] + eps);
    }
}

/* Reddi et al., 2018: adam with the largest second moment so far in place of the last. State: first
 * moment, second moment, its maximum. */
static void amsgrad(struct solver *solver, float *restrict parameters,
                    const float *restrict gradient, double lr) {
    const float b1 = 0.9F, b2 = 0.999F, c1 = 0.1F, c2 = 0.001F, eps = 1e-8F;
    const float rate = adam_rate(solver, lr);
    float *restrict m = solver->state, *restrict v = solver->state + solver->n;
    float *restrict largest = solver->state + 2 * solver->n;
    for (size_t i = 0; i < solver->n; i++) {
        m[i] = b1 * m[i] + c1 * gradient[i];
        v[i] = b2 * v[i] + c2 * gradient[i] * gradient[i];
        largest[i] = largest[i] > v[i] ? largest[i] : v[i];
        parameters[i] -= rate * m[i] / (sqrtf(largest[i]) + eps);
    }
}

static const struct {
    size_t states;
    void (*step)(struct solver *, float *, const float *, double);
} solver_table[] = {
    [SOLVER_SGD] = {0, sgd},           [SOLVER_MOMENTUM] = {1, momentum},
    [SOLVER_NESTEROV] = {1, nesterov}, [SOLVER_ADAGRAD] = {1, adagrad},
    [SOLVER_RMSPROP] = {1, rmsprop},   [SOLVER_ADADELTA] = {2, adadelta},
    [SOLVER_ADAM] = {2, adam},         [SOLVER_ADAMAX] = {2, adamax},
    [SOLVER_AMSGRAD] = {3, amsgrad},
};

int solver_create(struct solver *solver, const struct solver_options *options, size_t n,
                  struct error *err) {
    *solver = (struct solver){.options = *options, .n = n};
    size_t n_state;
    if (!memory_multiply(n, solver_table[options->type].states, &n_state))
        return error_set(err, STATUS_NO_MEMORY, "a solver for %zu parameters is too large", n);
    solver->n_state = n_state;
    solver->state = memory_alloc(n_state, sizeof *solver->state, err);
    return solver->state ? STATUS_OK : STATUS_NO_MEMORY;
}

void solver_free(struct solver *solver) {
    free(solver->state);
    solver->state = NULL;
}

void solver_step(struct solver *solver, float *parameters, const float *gradient, double lr) {
    solver->steps++;
    solver_table[solver->options.type].step(solver, parameters, gradient, lr);
}
