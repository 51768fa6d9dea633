/* Solvers: one step over one vector of parameters. */
#ifndef NN_SOLVER_H
#define NN_SOLVER_H

#include <stddef.h>

#include "base/choices.h"
#include "base/error.h"

/* clang-format off */
#define SOLVERS(X)                                                                                 \
    X(SOLVER_SGD, "sgd")                                                                           \
    X(SOLVER_MOMENTUM, "momentum")                                                                 \
    X(SOLVER_NESTEROV, "nesterov")                                                                 \
    X(SOLVER_ADAGRAD, "adagrad")                                                                   \
    X(SOLVER_RMSPROP, "rmsprop")                                                                   \
    X(SOLVER_ADADELTA, "adadelta")                                                                 \
    X(SOLVER_ADAM, "adam")                                                                         \
    X(SOLVER_ADAMAX, "adamax")                                                                     \
    X(SOLVER_AMSGRAD, "amsgrad")
/* clang-format on */

enum solver_type { SOLVERS(CHOICE_CONSTANT) };

/* What a solver does not use is ignored. The ranges are the option table's to check. */
struct solver_options {
    enum solver_type type;
    double momentum; /* momentum, nesterov: [0, 1) */
    double rho;      /* rmsprop, adadelta: decay of the squared gradients, [0, 1) */
};

struct solver {
    struct solver_options options;
    size_t n;     /* parameters */
    size_t steps; /* done so far */
    size_t n_state;
    float *state; /* (n_state / n, n): what the solver keeps of each parameter; none for sgd */
};

/* Options, n, steps and state are all that a solver is: one that is created with the same options
 * and given the same steps and state goes on in the same way, to the last bit. Fails only for want
 * of memory. */
int solver_create(struct solver *solver, const struct solver_options *options, size_t n,
                  struct error *err);
void solver_free(struct solver *solver);

/* Moves the parameters (n) against the gradient (n) at learning rate lr. */
void solver_step(struct solver *solver, float *parameters, const float *gradient, double lr);

#endif
