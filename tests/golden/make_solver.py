#!/usr/bin/python3
"""Writes tests/golden/solver.safetensors: what the solvers make of given gradients.

Run from anywhere; needs Debian's python3-torch and python3-numpy. Parameters follow the formulas of
src/nn/solver.c in float64. Each solver is checked against PyTorch's as far as the two are the same;
where they are not:

  momentum, nesterov  PyTorch multiplies the velocity by the learning rate of the step it is used
                      in, our velocity holds every gradient times the learning rate of the step it
                      came in: the same as long as the learning rate stands.
  adagrad, rmsprop    eps: ours is under the root, theirs is added to the root.
  adadelta            the same formula; PyTorch's default for rho is 0.9 instead of 0.95.
  adam, amsgrad       eps: ours is added to the root of the uncorrected second moment, theirs to the
                      corrected one's. Of amsgrad's moment both keep the uncorrected maximum.
  adamax              eps: ours is added to the maximum, theirs to |g| within it.

Where gradients are much larger than eps its place makes no difference: there all agree.
"""

import os

import numpy as np
import torch

import safetensors_io

STEPS = 60
DROP = 30  # the step from which the learning rate is a tenth


def rate(step):
    return 1e-2 if step < DROP else 1e-3


def sgd():
    def step(parameters, gradient, lr):
        return parameters - lr * gradient

    return step


def momentum(mu):
    v = 0

    def step(parameters, gradient, lr):
        nonlocal v
        v = mu * v - lr * gradient
        return parameters + v

    return step


def nesterov(mu):
    v = 0

    def step(parameters, gradient, lr):
        nonlocal v
        v = mu * v - lr * gradient
        return parameters + mu * v - lr * gradient

    return step


def adagrad():
    a = 0

    def step(parameters, gradient, lr):
        nonlocal a
        a = a + gradient**2
        return parameters - lr * gradient / np.sqrt(a + 1e-6)

    return step


def rmsprop(rho):
    a = 0

    def step(parameters, gradient, lr):
        nonlocal a
        a = rho * a + (1 - rho) * gradient**2
        return parameters - lr * gradient / np.sqrt(a + 1e-6)

    return step


def adadelta(rho):
    a, b = 0, 0

    def step(parameters, gradient, lr):
        nonlocal a, b
        a = rho * a + (1 - rho) * gradient**2
        u = gradient * np.sqrt(b + 1e-6) / np.sqrt(a + 1e-6)
        b = rho * b + (1 - rho) * u**2
        return parameters - lr * u

    return step


def adam(maximum=False, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, largest, t = 0, 0, 0, 0

    def step(parameters, gradient, lr):
        nonlocal m, v, largest, t
        t += 1
        m = beta1 * m + (1 - beta1) * gradient
        v = beta2 * v + (1 - beta2) * gradient**2
        largest = np.maximum(largest, v)
        factor = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
        return parameters - factor * m / (np.sqrt(largest if maximum else v) + eps)

    return step


def adamax(beta1=0.9, beta2=0.999, eps=1e-8):
    m, u, t = 0, 0, 0

    def step(parameters, gradient, lr):
        nonlocal m, u, t
        t += 1
        m = beta1 * m + (1 - beta1) * gradient
        u = np.maximum(beta2 * u, np.abs(gradient))
        return parameters - lr / (1 - beta1**t) * m / (u + eps)

    return step


def sgd_torch(**options):
    return lambda parameters: torch.optim.SGD(parameters, lr=1, **options)


# name -> the solver and its options; how to make PyTorch's; does eps stand elsewhere there; are the
# two the same only until the learning rate changes
CASES = {
    "sgd": (sgd, (), sgd_torch(), False, False),
    "momentum": (momentum, (0.9,), sgd_torch(momentum=0.9), False, True),
    "momentum_0.5": (momentum, (0.5,), sgd_torch(momentum=0.5), False, True),
    "nesterov": (nesterov, (0.9,), sgd_torch(momentum=0.9, nesterov=True), False, True),
    "nesterov_0.5": (nesterov, (0.5,), sgd_torch(momentum=0.5, nesterov=True), False, True),
    "adagrad": (adagrad, (), lambda p: torch.optim.Adagrad(p), True, False),
    "rmsprop": (rmsprop, (0.9,), lambda p: torch.optim.RMSprop(p, alpha=0.9), True, False),
    "rmsprop_0.5": (rmsprop, (0.5,), lambda p: torch.optim.RMSprop(p, alpha=0.5), True, False),
    "adadelta": (adadelta, (0.95,), lambda p: torch.optim.Adadelta(p, rho=0.95), False, False),
    "adadelta_0.8": (adadelta, (0.8,), lambda p: torch.optim.Adadelta(p, rho=0.8), False, False),
    "adam": (adam, (), lambda p: torch.optim.Adam(p), True, False),
    "adamax": (adamax, (), lambda p: torch.optim.Adamax(p), True, False),
    "amsgrad": (adam, (True,), lambda p: torch.optim.Adam(p, amsgrad=True), True, False),
}


def run(step, start, gradients):
    """The parameters after every step."""
    parameters, path = start, []
    for i, gradient in enumerate(gradients):
        parameters = step(parameters, gradient, rate(i))
        path.append(parameters)
    return np.array(path)


def run_torch(create, start, gradients):
    """The parameters after every step of PyTorch's solver."""
    parameters = torch.tensor(start, requires_grad=True)
    solver = create([parameters])
    path = []
    for i, gradient in enumerate(gradients):
        solver.param_groups[0]["lr"] = rate(i)
        parameters.grad = torch.tensor(gradient)
        solver.step()
        path.append(parameters.detach().numpy().copy())
    return np.array(path)


def main():
    rng = np.random.default_rng(1)
    # scales of the gradients: usual, huge, none, near eps and far below it, with a few zeros
    scales = np.array([1, 0.01, 1e-4, 1e4, 0, 1e-7, 1e-8, 1e-9, 1, 1e-3, 1, 1, 100, 0.1])
    gradients = rng.normal(size=(STEPS, len(scales))) * scales
    gradients[:20, 8] = 0
    gradients[10:, 10] = 0
    gradients[:, 11] = 0.25
    gradients[:5, 13] *= 1000  # what the maxima of amsgrad and adamax remember
    gradients = gradients.astype(np.float32).astype(np.float64)
    start = rng.normal(size=len(scales)).astype(np.float32).astype(np.float64)
    arrays = {"start": start, "gradients": gradients}
    for name, (create, options, create_torch, eps_differs, until_drop) in CASES.items():
        large = gradients[:, scales >= 0.01] * 1e6 if eps_differs else gradients
        n_steps, n = DROP if until_drop else STEPS, large.shape[1]
        np.testing.assert_allclose(
            run(create(*options), start[:n], large)[:n_steps],
            run_torch(create_torch, start[:n], large)[:n_steps],
            rtol=1e-8,
            err_msg=name,
        )
        # moves do not depend on where they start, and from 0 none of their digits is lost
        arrays[name + ".moves"] = run(create(*options), np.zeros(len(scales)), gradients)
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "solver.safetensors")
    safetensors_io.save(path, arrays)


if __name__ == "__main__":
    main()
