/* The functions that a pickle of NumPy arrays calls, and no others. For pickle.c. */
#ifndef IO_PICKLE_NUMPY_H
#define IO_PICKLE_NUMPY_H

#include "io/pickle_machine.h"

/* A function of that name (neither ends with a NUL) on the stack. */
int numpy_push_function(struct machine *machine, const struct bytes *module,
                        const struct bytes *name, struct error *err);

/* Calls: takes arguments and function, leaves what the function would make of them. */
int numpy_reduce(struct machine *machine, struct error *err);

/* Takes a state and sets it on the blank array or dtype below. */
int numpy_build(struct machine *machine, struct error *err);

#endif
