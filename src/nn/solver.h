/* Solvers: one step over one vector of parameters (method.md section 5). */
#ifndef NN_SOLVER_H
#define NN_SOLVER_H

#include <stddef.h>

#include "base/error.h"

enum solver_type {
    SOLVER_SGD,
    SOLVER_MOMENTUM,
    SOLVER_NESTEROV,
    SOLVER_ADAGRAD,
    SOLVER_RMSPROP,
    SOLVER_ADADELTA,
    SOLVER_ADAM,
    SOLVER_ADAMAX,
    SOLVER_AMSGRAD,
};

struct solver {
    enum solver_type type;
    size_t n;     /* parameters */
    size_t steps; /* done so far */
    size_t n_state;
    float *state; /* (n_state / n, n): what the solver keeps of each parameter */
};

/* STATUS_USAGE for a type that is not implemented yet. */
int solver_create(struct solver *solver, enum solver_type type, size_t n, struct error *err);
void solver_free(struct solver *solver);

/* Moves the parameters (n) against the gradient (n) at learning rate lr. */
void solver_step(struct solver *solver, float *parameters, const float *gradient, double lr);

#endif
