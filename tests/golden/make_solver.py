#!/usr/bin/python3
"""Writes tests/golden/solver.safetensors: what the solvers make of given gradients.

Run from anywhere; needs Debian's python3-torch and python3-numpy. Parameters follow the formulas of
Kingma and Ba in float64, eps being added to the root of the uncorrected second moment; where gradients
are much larger than eps that is what torch.optim.Adam does, which is checked here.
"""

import os

import numpy as np
import torch

import safetensors_io

STEPS = 50
DROP = 30  # the step from which the learning rate is a tenth


def rate(step):
    return 1e-2 if step < DROP else 1e-3


class Adam:
    """p -= lr sqrt(1 - b2^t) / (1 - b1^t) m / (sqrt(v) + eps), on arrays of NumPy or PyTorch."""

    def __init__(self, beta1=0.9, beta2=0.999, eps=1e-8):
        self.beta1, self.beta2, self.eps = beta1, beta2, eps
        self.m, self.v, self.t = 0, 0, 0

    def step(self, parameters, gradient, lr):
        self.t += 1
        self.m = self.beta1 * self.m + (1 - self.beta1) * gradient
        self.v = self.beta2 * self.v + (1 - self.beta2) * gradient**2
        factor = lr * (1 - self.beta2**self.t) ** 0.5 / (1 - self.beta1**self.t)
        return parameters - factor * self.m / (self.v**0.5 + self.eps)


def run_torch(start, gradients):
    """The parameters after every step of torch.optim.Adam."""
    parameters = torch.tensor(start, requires_grad=True)
    solver = torch.optim.Adam([parameters], lr=rate(0), betas=(0.9, 0.999), eps=1e-8)
    path = []
    for step, gradient in enumerate(gradients):
        solver.param_groups[0]["lr"] = rate(step)
        parameters.grad = torch.tensor(gradient)
        solver.step()
        path.append(parameters.detach().numpy().copy())
    return np.array(path)


def main():
    rng = np.random.default_rng(1)
    # scales of the gradients: usual, huge, none, near eps and far below it, with a few zeros
    scales = np.array([1, 0.01, 1e-4, 1e4, 0, 1e-7, 1e-8, 1e-9, 1, 1e-3, 1, 1, 100])
    gradients = rng.normal(size=(STEPS, len(scales))) * scales
    gradients[:20, 8] = 0
    gradients[10:, 10] = 0
    gradients[:, 11] = 0.25
    gradients = gradients.astype(np.float32).astype(np.float64)
    start = rng.normal(size=len(scales)).astype(np.float32).astype(np.float64)
    adam, parameters, path = Adam(), start, []
    for step in range(STEPS):
        parameters = adam.step(parameters, gradients[step], rate(step))
        path.append(parameters)
    path = np.array(path)
    large = (scales == 0) | (scales >= 0.01)
    np.testing.assert_allclose(path[:, large], run_torch(start, gradients)[:, large], atol=1e-5)
    # stored as moves, which float32 keeps to more digits than the parameters themselves
    arrays = {"start": start, "gradients": gradients, "adam.moves": path - start}
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "solver.safetensors")
    safetensors_io.save(path, arrays)


if __name__ == "__main__":
    main()
