#!/usr/bin/python3
"""Writes svdd_dual.safetensors: small SVDD problems solved as quadratic programs by SciPy.

Run from anywhere; needs Debian's python3-scipy and python3-sklearn. The dual

    min over a of  a^T K a - diag(K)^T a,  0 <= a_i <= 1 / (nu n),  sum a = 1,  K = phi phi^T

goes through SciPy's SLSQP, which finds the samples between the bounds; on them the optimality
conditions are linear equations, whose solution has all digits. Every result is checked against the
conditions themselves, and against the primal: no duality gap. Where all representations have the
same norm the problem is that of the linear one-class SVM, and scikit-learn must agree.

nu stands in the metadata, in decimal, because float32 cannot hold 0.1.
"""

import math
import os

import numpy as np
from scipy.optimize import minimize
from sklearn.svm import OneClassSVM

import safetensors_io


def minimise(gram, upper):
    n = len(gram)
    diagonal = np.diag(gram)
    scale = diagonal.mean() or 1.0
    result = minimize(
        lambda a: (a @ gram @ a - diagonal @ a) / scale,
        np.full(n, 1 / n),
        jac=lambda a: (2 * gram @ a - diagonal) / scale,
        bounds=[(0, upper)] * n,
        constraints={"type": "eq", "fun": lambda a: a.sum() - 1, "jac": lambda a: np.ones(n)},
        method="SLSQP",
        options={"ftol": 1e-16, "maxiter": 2000},
    )
    return np.clip(result.x, 0, upper)


def polish(gram, alpha, upper):
    """Alpha with what is all but at a bound put there, and d_i equal for all others."""
    alpha = np.where(alpha < 1e-6 * upper, 0, np.where(alpha > (1 - 1e-6) * upper, upper, alpha))
    free = (alpha > 0) & (alpha < upper)
    m = free.sum()
    if m == 0:
        return alpha
    gradient = 2 * gram @ alpha - np.diag(gram)
    system = np.ones((m + 1, m + 1))
    system[:m, :m] = 2 * gram[np.ix_(free, free)]
    system[m, m] = 0
    right = np.append(-gradient[free], 1 - alpha.sum())
    alpha[free] += np.linalg.lstsq(system, right, rcond=1e-13)[0][:m]
    return alpha


def solve(phi, nu):
    """Returns centre, squared radius and objective in float64."""
    n = len(phi)
    offset = phi.mean(axis=0)
    centred = phi - offset
    gram = centred @ centred.T
    upper = min(1.0, 1 / (nu * n))
    alpha = polish(gram, minimise(gram, upper), upper)
    center = alpha @ centred
    distances = ((centred - center) ** 2).sum(axis=1)
    between = (alpha > 0) & (alpha < upper)
    at_bound = alpha >= upper
    radius_squared = distances[between].mean() if between.any() else distances[at_bound].min()

    # optimality, and what follows from it
    small = 1e-9 * distances.max()
    assert abs(alpha.sum() - 1) < 1e-9 and alpha.min() >= 0 and alpha.max() <= upper * (1 + 1e-12)
    assert (distances[alpha == 0] <= radius_squared + small).all()
    assert (distances[at_bound] >= radius_squared - small).all()
    assert (abs(distances[between] - radius_squared) <= small).all()
    outside = math.ceil(max(1, nu * n) - 1e-9)
    assert abs(np.sort(distances)[::-1][outside - 1] - radius_squared) <= small
    primal = radius_squared + upper * np.maximum(0, distances - radius_squared).sum()
    assert abs(primal - alpha @ distances) <= small
    return center + offset, radius_squared, primal


def check_against_one_class_svm(phi, nu, center):
    svm = OneClassSVM(kernel="linear", nu=nu, tol=1e-10).fit(phi)
    alpha = svm.dual_coef_[0] / svm.dual_coef_[0].sum()
    np.testing.assert_allclose(alpha @ svm.support_vectors_, center, atol=1e-6)


def cases(rng):
    """name -> (representations, nu)"""
    outliers = rng.normal(size=(60, 6))
    outliers[:8] += 20 * rng.normal(size=(8, 6))
    clusters = rng.normal(size=(5, 3))[rng.integers(0, 5, 50)] + 0.1 * rng.normal(size=(50, 3))
    sphere = 1 + rng.normal(size=(45, 10))
    sphere /= np.linalg.norm(sphere, axis=1, keepdims=True)
    return {
        "plane": (rng.normal(size=(10, 2)), 0.5),
        "small_nu": (rng.normal(size=(20, 3)), 0.1),
        "two_outside": (rng.normal(size=(40, 5)), 0.05),
        "skewed": (np.exp(rng.normal(size=(60, 8))), 0.3),
        "ball": (rng.normal(size=(30, 2)), 0.01),
        "ball_of_many_dims": (rng.normal(size=(12, 20)), 1 / 12),
        "more_dims_than_samples": (rng.normal(size=(25, 40)), 0.2),
        "line": (rng.normal(size=(15, 1)), 0.3),
        "mean": (rng.normal(size=(50, 4)), 1.0),
        "nearly_mean": (rng.normal(size=(50, 4)), 0.97),
        "outliers": (outliers, 0.15),
        "clusters_far_away": (clusters + 100, 0.25),
        "duplicates": (np.repeat(rng.normal(size=(20, 3)), 2, axis=0), 0.2),
        "sphere": (sphere, 0.35),
        "dims_of_all_sizes": (rng.normal(size=(40, 6)) * 10.0 ** -np.arange(6), 0.2),
    }


def main():
    rng = np.random.default_rng(2004)
    arrays, metadata = {}, {}
    for name, (phi, nu) in cases(rng).items():
        phi = phi.astype(np.float32).astype(np.float64)
        center, radius_squared, objective = solve(phi, nu)
        if name == "sphere":
            check_against_one_class_svm(phi, nu, center)
        arrays[name + ".phi"] = phi
        arrays[name + ".center"] = center
        metadata[name + ".nu"] = repr(nu)
        metadata[name + ".radius_squared"] = repr(float(radius_squared))
        metadata[name + ".objective"] = repr(float(objective))
    here = os.path.dirname(os.path.abspath(__file__))
    safetensors_io.save(os.path.join(here, "svdd_dual.safetensors"), arrays, metadata)


if __name__ == "__main__":
    main()
